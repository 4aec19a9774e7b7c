"""A run that is stopped leaves nothing under the final name."""

import os
import signal
import subprocess
import time
import unittest

from support import PROGRAM, ROOT, ProgramTest, small_scenario

WEEKS = 1e9


class Stopped(ProgramTest):
    def started(self):
        """A run that would take days, once it has begun to write."""
        file = self.write("long.json", small_scenario(duration_s=WEEKS))
        run = subprocess.Popen([PROGRAM, "run", file, "--set", f"/workload/synthetic/duration_s={WEEKS}", "--requests",
                                "--out", self.folder / "out"],
                               cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, run)
        limit = time.monotonic() + 60
        # requests.csv grows only while the simulation runs, when signals are watched already.
        while not any(file.stat().st_size > 10000 for file in self.folder.glob("out.tmp*/requests.csv")):
            self.assertIsNone(run.poll(), "the run ended by itself")
            self.assertLess(time.monotonic(), limit, "the run has not begun")
            time.sleep(0.01)
        return run

    @staticmethod
    def end(run):
        if run.poll() is None:
            run.kill()
        run.communicate()

    def left(self):
        return sorted(os.listdir(self.folder))

    def test_by_ctrl_c_or_sigterm_leaves_nothing(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number=number):
                run = self.started()
                run.send_signal(number)
                out, err = run.communicate(timeout=60)
                self.assertEqual(run.returncode, 128 + number)
                self.assertEqual(err, "headroom: interrupted, nothing was written\n")
                self.assertEqual(out, "")
                self.assertEqual(self.left(), ["long.json"])

    def test_by_kill_leaves_nothing_under_the_final_name(self):
        run = self.started()
        run.kill()
        run.communicate(timeout=60)
        self.assertEqual(run.returncode, -signal.SIGKILL)
        self.assertFalse((self.folder / "out").exists())
        self.simulate(small_scenario())


class DiskFull(ProgramTest):
    def test_ends_with_1_and_leaves_nothing(self):
        file = self.write("s.json", small_scenario())
        limited = f"ulimit -f 1; trap '' XFSZ; exec {PROGRAM} run {file} --out {self.folder}/out"
        done = subprocess.run(["sh", "-c", limited], cwd=ROOT, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cannot write", done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), ["s.json"])


if __name__ == "__main__":
    unittest.main()
