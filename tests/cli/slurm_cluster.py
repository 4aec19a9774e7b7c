"""A Slurm cluster of one node, this machine: munged, slurmctld and slurmd in a temporary folder, on free ports."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

DAEMONS = ["munged", "slurmctld", "slurmd"]
CLIENTS = ["sbatch", "scancel", "sinfo", "squeue"]
PATIENCE_S = 30  # for one daemon to answer

CONFIG = """
ClusterName=headroom
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld_port}
SlurmdPort={slurmd_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdParameters=config_overrides
KillWait=1
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class CannotStart(Exception):
    """Why there is no cluster here."""


class SlurmCluster:
    """`with SlurmCluster() as cluster:` client commands find it by `cluster.environment`."""

    def __init__(self):
        self._cleanup = contextlib.ExitStack()

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self._cleanup.close()
            raise
        return self

    def __exit__(self, *_):
        self._cleanup.close()

    @property
    def environment(self):
        return {"SLURM_CONF": str(self.folder / "slurm.conf")}

    def client(self, *command):
        return subprocess.run(command, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)

    def queue(self):
        """The tasks that have not ended, one line each."""
        return self.client("squeue", "--noheader", "--array").stdout.splitlines()

    def cancel_all(self):
        """Ends what runs or waits, whose processes would outlive slurmd."""
        self.client("scancel", "--user=root")
        limit = time.monotonic() + PATIENCE_S
        while self.queue() and time.monotonic() < limit:
            time.sleep(0.05)

    def _start(self):
        if os.geteuid() != 0:
            raise CannotStart("slurmd needs root")
        missing = [name for name in DAEMONS + CLIENTS if not program(name)]
        if missing:
            raise CannotStart(f"not installed: {', '.join(missing)} (scripts/setup.sh test)")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="headroom-slurm-"))
        self._cleanup.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)  # munged is another user
        self._start_munged()
        self._configure()
        self._daemon("slurmctld", "-D", "-i", "-f", self.folder / "slurm.conf")
        self._wait("slurmctld", lambda: self.client("sinfo", "--noheader").returncode == 0)
        self._daemon("slurmd", "-D", "-f", self.folder / "slurm.conf")
        self._cleanup.callback(self.cancel_all)
        self._wait("slurmd", lambda: self.client("sinfo", "--noheader", "--format=%T").stdout.strip() == "idle")

    def _start_munged(self):
        home = self.folder / "munge"
        home.mkdir(mode=0o755)
        key = home / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        for path in [home, key]:
            shutil.chown(path, "munge", "munge")
        self._daemon("munged", "--foreground", f"--key-file={key}", f"--socket={home}/socket", f"--pid-file={home}/pid",
                     f"--seed-file={home}/seed", f"--log-file={home}/log", user="munge", group="munge", extra_groups=[])
        self._wait("munged", lambda: (home / "socket").exists())

    def _configure(self):
        for name in ["state", "spool"]:
            (self.folder / name).mkdir()
        # As nothing here uses cgroups, this plugin looks for none; the one that slurmd would choose refuses some containers.
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        ctld_port, slurmd_port = free_ports(2)
        host = socket.gethostname().split(".")[0]
        (self.folder / "slurm.conf").write_text(CONFIG.format(
            host=host, folder=self.folder, ctld_port=ctld_port, slurmd_port=slurmd_port))

    def _daemon(self, name, *arguments, **options):
        """Starts a daemon in the foreground of a process of ours; it ends with the cluster."""
        with open(self._log(name), "wb") as log:
            daemon = subprocess.Popen([program(name), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=log,
                                      stderr=log, cwd=self.folder, env={**os.environ, **self.environment}, **options)
        self._cleanup.callback(end, daemon)
        self._last = daemon

    def _wait(self, name, ready):
        limit = time.monotonic() + PATIENCE_S
        while not ready():
            if self._last.poll() is not None:
                raise CannotStart(f"{name} ended with {self._last.returncode}: {self._last_words(name)}")
            if time.monotonic() > limit:
                raise CannotStart(f"{name} did not answer within {PATIENCE_S} s: {self._last_words(name)}")
            time.sleep(0.05)

    def _log(self, name):
        return self.folder / f"{name}.out"

    def _last_words(self, name):
        return " / ".join(self._log(name).read_text(errors="replace").splitlines()[-3:])


def program(name):
    """Its path; daemons are where the PATH of root does not always lead."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def free_ports(count):
    """Ports that nobody listens on now, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
