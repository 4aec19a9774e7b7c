"""`headroom sweep --launcher slurm` on a real cluster of one node, which these tests start."""

import os
import signal
import subprocess
import time
import unittest

from slurm_cluster import CannotStart, SlurmCluster
from support import PROGRAM, ROOT, ProgramTest, small_scenario

PATIENCE_S = 60
DURATION = "/workload/synthetic/duration_s"
DAYS_OF_COMPUTING = 1e9
SECONDS_OF_COMPUTING = 1e6
FOUR_POINTS = {"/site/servers": [2, 3], "/workload/synthetic/rate_per_s": [1, 2]}
TWO_ENDLESS = {DURATION: [DAYS_OF_COMPUTING], "/seed": [1, 2]}


class OnSlurm(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.cluster = SlurmCluster()
        try:
            cls.enterClassContext(cls.cluster)
        except CannotStart as reason:
            raise unittest.SkipTest(f"no Slurm here: {reason}")

    def setUp(self):
        super().setUp()
        self.folder = self.folder / "a folder"
        self.folder.mkdir()
        self.out = self.folder / "on slurm"
        self.addCleanup(self.cluster.cancel_all)

    def study(self, axes, scenario=None):
        self.write("small.json", scenario or small_scenario())
        return self.write("study.json", {"name": "tiny", "description": "A study for tests", "scenario": "small.json",
                                         "axes": axes, "metrics": ["/requests/completed", "/energy/it_kwh"]})

    def sweep(self, *arguments):
        return self.program("sweep", *arguments, env=self.cluster.environment)

    def on_slurm(self, study, *options):
        return self.sweep(study, "--out", self.out, "--launcher", "slurm", *options)

    def tables_of_local_sweep(self, study):
        out = self.folder / "local"
        self.ok("sweep", study, "--out", out)
        return tables(out)

    def jobs(self):
        """The job arrays that the sweep has submitted."""
        return [line.split()[0] for line in (self.out / "slurm/jobs.txt").read_text().splitlines()]

    def states(self):
        return self.cluster.client("squeue", "--noheader", "--array", "--format=%T").stdout.split()

    def wait_until(self, condition, what):
        limit = time.monotonic() + PATIENCE_S
        while not condition():
            self.assertLess(time.monotonic(), limit, f"waited in vain for {what}")
            time.sleep(0.1)

    def test_makes_the_table_of_a_local_sweep(self):
        study = self.study(FOUR_POINTS)
        done = self.on_slurm(study, "--partition", "main", "--time", "10", "-j", "3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("tiny: 4 points, 0 failed", done.stdout)
        self.assertEqual(tables(self.out), self.tables_of_local_sweep(study))
        self.assertEqual(len(list((self.out / "points").iterdir())), 4)
        self.assertEqual(len(self.jobs()), 1)
        again = self.on_slurm(study)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(len(self.jobs()), 1, "points that are done were submitted again")

    def test_detached_is_collected_by_status(self):
        study = self.study(FOUR_POINTS)
        done = self.on_slurm(study, "--detach")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("4 points with Slurm", done.stdout)
        self.assertIn(f"--status {self.out}", done.stdout)
        self.assertFalse((self.out / "sweep.json").exists())
        seen = []

        def is_over():
            status = self.sweep("--status", self.out)
            self.assertEqual(status.returncode, 0, status.stderr)
            seen.append(status.stdout)
            return (self.out / "sweep.json").exists()

        self.wait_until(is_over, "the points")
        for before in seen[:-1]:
            self.assertRegex(before, r"tiny: \d of 4 points done, \d running, \d waiting, 0 failed\n")
        self.assertIn("tiny: 4 points, 0 failed", seen[-1])
        self.assertEqual(tables(self.out), self.tables_of_local_sweep(study))

    def test_goes_on_with_what_was_detached(self):
        study = self.study(FOUR_POINTS)
        self.assertEqual(self.on_slurm(study, "--detach", "-j", "1").returncode, 0)
        done = self.on_slurm(study)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.jobs()), 1, "points that Slurm had already were submitted again")
        self.assertEqual(tables(self.out), self.tables_of_local_sweep(study))

    def test_splits_what_one_array_cannot_hold(self):
        study = self.study({"/seed": {"from": 1, "to": 1001, "step": 1}})
        done = self.on_slurm(study, "--detach", "-j", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        sizes = [len((self.out / "slurm" / name).read_text().splitlines()) for name in ["points-1.txt", "points-2.txt"]]
        self.assertEqual(sizes, [1000, 1])
        self.assertEqual(len(self.jobs()), 2)
        self.assertIn(" of 1,001 points done, ", self.sweep("--status", self.out).stdout)

    def test_tells_why_a_point_failed(self):
        header = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
        good = self.write("good.csv", header + "2024-05-10 00:00:00.000000,500,50\n" * 2)
        bad = self.write("bad.csv", header + "2024-05-10 00:00:00.000000,500,50\n2024-05-10 00:00:01.000000,500,many\n")
        study = self.study({"/workload/trace/path": [good, bad]}, small_scenario(workload={"trace": {"path": good}}))
        done = self.on_slurm(study)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("bad.csv:3", done.stderr)
        self.assertIn("1 of 2 points failed", done.stderr)
        self.assertEqual([row.split(",")[1] for row in (self.out / "sweep.csv").read_text().splitlines()[1:]],
                         ["done", "failed"])

    def test_tells_that_slurm_ended_a_point(self):
        study = self.study({DURATION: [60, DAYS_OF_COMPUTING]})
        sweep = self.started(study)
        self.wait_until(lambda: self.states() == ["RUNNING"], "the short point to end and the long one to run")
        self.cluster.client("scancel", f"{self.jobs()[0]}_2")
        _, errors = sweep.communicate(timeout=PATIENCE_S)
        self.assertEqual(sweep.returncode, 1, errors)
        self.assertIn("of Slurm ended without output: CANCELLED", errors)
        self.assertIn("1 of 2 points failed", errors)

    def started(self, study):
        sweep = subprocess.Popen([PROGRAM, "sweep", study, "--out", self.out, "--launcher", "slurm"], cwd=ROOT,
                                 env={**os.environ, **self.cluster.environment}, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(end, sweep)
        self.wait_until(lambda: (self.out / "slurm/jobs.txt").exists(), "the jobs")
        return sweep

    def test_ctrl_c_leaves_the_jobs(self):
        study = self.study(TWO_ENDLESS)
        sweep = self.started(study)
        self.wait_until(lambda: self.states() == ["RUNNING"] * 2, "both points to run")
        sweep.send_signal(signal.SIGINT)
        _, errors = sweep.communicate(timeout=PATIENCE_S)
        self.assertEqual(sweep.returncode, 130, errors)
        self.assertIn(f"the jobs go on: scancel {self.jobs()[0]} ends them", errors)
        self.assertEqual(self.states(), ["RUNNING"] * 2)
        self.assertIn("0 of 2 points done, 2 running, 0 waiting, 0 failed", self.sweep("--status", self.out).stdout)

    def test_refuses_what_would_disturb_its_tasks(self):
        study = self.study(TWO_ENDLESS)
        self.assertEqual(self.on_slurm(study, "--detach").returncode, 0)
        begun = lambda: len(list((self.out / "points").glob("*.tmp*")))
        self.wait_until(lambda: self.states() == ["RUNNING"] * 2 and begun() == 2, "both points to begin")
        local = self.sweep(study, "--out", self.out)
        changed = self.on_slurm(self.study(TWO_ENDLESS, small_scenario(description="changed")))
        for done in (local, changed):
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(f"scancel {self.jobs()[0]}\n", done.stderr)
        self.assertIn("--launcher local: Slurm has 2 points of this sweep still", local.stderr)
        self.assertIn("has changed, but Slurm has this point still", changed.stderr)
        self.assertEqual(self.states(), ["RUNNING"] * 2)
        self.assertEqual(begun(), 2)

    def test_waits_for_a_point_that_slurm_runs_again(self):
        sweep = self.started(self.study({DURATION: [SECONDS_OF_COMPUTING]}))
        self.wait_until(lambda: self.states() == ["RUNNING"], "the point to run")
        job = self.jobs()[0]
        self.assertEqual(self.cluster.client("scontrol", "requeue", job).returncode, 0)
        self.wait_until(lambda: self.states() == ["PENDING"], "the point to wait again")
        # slurmd refuses a job in the second in which it ended it; Slurm itself waits for two minutes.
        self.cluster.client("scontrol", "update", f"jobid={job}", "starttime=now+3")
        _, errors = sweep.communicate(timeout=PATIENCE_S)
        self.assertEqual(sweep.returncode, 0, errors)
        self.assertEqual(self.jobs(), [job])

    def test_repeats_why_sbatch_refuses(self):
        study = self.study(FOUR_POINTS)
        for option, value, message in [("--partition", "nope", "Invalid partition name specified"),
                                       ("--time", "soon", "Invalid --time specification")]:
            with self.subTest(option=option):
                done = self.on_slurm(study, option, value)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stderr, f"headroom: {option} {value}: sbatch refuses: {message}\n")
                self.assertFalse((self.out / "slurm/jobs.txt").exists())


def tables(out):
    return [(out / name).read_bytes() for name in ["sweep.json", "sweep.csv"]]


def end(process):
    if process.poll() is None:
        process.kill()
    process.communicate()


if __name__ == "__main__":
    unittest.main()
