"""What `headroom sweep` says of Slurm where there is none."""

import signal
import subprocess
import time
import unittest

from support import PROGRAM, ROOT, ProgramTest, small_scenario


class WithoutSlurm(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.json", small_scenario())
        self.study = self.write("study.json", {"name": "tiny", "scenario": "small.json", "axes": {"/seed": [1, 2]}})
        self.out = self.folder / "out"

    def test_says_what_is_missing(self):
        done = self.program("sweep", self.study, "--out", self.out, "--launcher", "slurm", env={"PATH": "/nowhere"})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr, "headroom: sbatch is not on the PATH: a sweep on Slurm needs Slurm's commands\n")

    def test_refuses_options_of_slurm_for_processes(self):
        for option in [["--partition", "main"], ["--time", "1"], ["--account", "me"], ["--detach"]]:
            self.refuses(["sweep", self.study, "--out", self.out, *option], option[0], "needs --launcher slurm")

    def test_status_needs_a_sweep(self):
        self.refuses(["sweep", "--status", self.out], "is not the directory of a sweep")
        self.refuses(["sweep"], "name a study")

    def test_status_of_a_sweep_of_processes(self):
        self.ok("sweep", self.study, "--out", self.out)
        self.assertIn("tiny: 2 points, 0 failed", self.ok("sweep", "--status", self.out).stdout)

    def test_status_of_an_interrupted_sweep(self):
        sweep = subprocess.Popen([PROGRAM, "sweep", self.study, "--set", "/workload/synthetic/duration_s=1e9", "--out", self.out],
                                 cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        limit = time.monotonic() + 60
        while not list(self.out.glob("points/*.tmp*")):
            self.assertLess(time.monotonic(), limit, "no point has begun")
            time.sleep(0.05)
        sweep.send_signal(signal.SIGINT)
        sweep.communicate(timeout=60)
        self.assertEqual(sweep.returncode, 130)
        self.assertEqual(self.ok("sweep", "--status", self.out).stdout,
                         "tiny: 0 of 2 points done, 0 running, 0 waiting, 0 failed, 2 for the same sweep to run\n")


if __name__ == "__main__":
    unittest.main()
