"""Logs of batch systems as job traces."""

import unittest

from support import ROOT, ProgramTest

CASE = ROOT / "tests/cases/slurm_job_log"
TRACE = "/workload/job_trace"


class JobLogs(ProgramTest):
    def check_jobs(self, output):
        """The two jobs that ran, whose GPUs draw 500 W."""
        first, second = output.summary["jobs"].values()
        self.assertEqual((first["gpus"], first["submitted_s"], first["started_s"], first["ended_s"]), (8, 0, 0, 7200))
        self.assertEqual((second["gpus"], second["submitted_s"], second["started_s"], second["ended_s"]), (16, 60, 60, 90_060))
        self.assertAlmostEqual(output.summary["smoothing"]["useful_kwh"], 8 + 200, 6)
        [warning] = output.summary["warnings"]
        self.assertEqual(warning["what"], "1 job of 0 s or without GPUs left out")

    def test_sacct(self):
        self.check_jobs(self.simulate(str(CASE / "scenario.json"), "--set", f"{TRACE}/path={CASE}/sacct.txt"))

    def test_a_cancelled_job_needs_a_word(self):
        self.refuses_run(str(CASE / "scenario.json"), "jobs_with_a_cancelled_one.csv:4: duration_s must be above 0",
                         'failed_rows "skip"')
        self.check_jobs(self.simulate(str(CASE / "scenario.json"), "--set", f"{TRACE}/failed_rows=skip"))

    def test_check_says_it_too(self):
        done = self.ok("check", CASE / "scenario.json", "--set", f"{TRACE}/path={CASE}/sacct.txt")
        self.assertIn("sacct.txt: 1 job of 0 s or without GPUs left out", done.stderr)

    def test_rows_out_of_order(self):
        rows = "submit_s,gpus,duration_s\n0,8,10\n5,8,20\n4.5,8,30\n"
        output = self.simulate(str(CASE / "scenario.json"), "--set", f"{TRACE}/path={self.write('t.csv', rows)}")
        self.assertEqual([job["submitted_s"] for job in output.summary["jobs"].values()], [0, 4.5, 5])
        self.assertEqual(output.summary["warnings"][0]["what"], "1 row out of order put in order")


if __name__ == "__main__":
    unittest.main()
