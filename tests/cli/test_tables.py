"""`tables`: step times of a scenario's services, which a run reads back."""

import csv
import io
import unittest

from support import ProgramTest, small_scenario


class TablesTest(ProgramTest):
    def rows(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.ok("tables", *arguments).stdout)))

    def test_a_run_reads_back_what_was_exported(self):
        one = {"trace": {"path": self.write("one.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-01-01 00:00:00,512,2\n")}}
        scenario = self.write("scenario.json", small_scenario(workload=one))
        table = self.write("steps.csv", self.ok("tables", scenario, "--batch-tokens", "1:512:x2", "--context-tokens", "512").stdout)
        with open(table, newline="") as file:
            [at_512] = [row for row in csv.DictReader(file) if row["batch_tokens"] == "512"]
        self.assertEqual([at_512[key] for key in ["model", "hardware", "tensor_parallel", "context_tokens"]],
                         ["llama2_70b", "dgx_a100", "8", "512"])
        ours = self.simulate(scenario, "--requests", out="ours").requests()[0]
        steps = ["--set", "/serving/steps/kind=table", "--set", f"/serving/steps/path={table}", "--set", "/serving/steps/rows/model=llama2_70b"]
        back = self.simulate(scenario, "--requests", *steps, out="back").requests()[0]
        for key in ["ttft_s", "e2e_s"]:
            self.assertAlmostEqual(float(ours[key]), float(back[key]), delta=1e-6, msg=key)
        self.assertAlmostEqual(float(back["ttft_s"]), float(at_512["prompt_time_s"]), delta=1e-6)

    def test_variants_have_rows_of_their_own(self):
        serving = {**small_scenario()["serving"], "variants": {"half": {"tensor_parallel": 4}, "same": {"quality": 0.5}}}
        rows = self.rows(self.write("scenario.json", small_scenario(serving=serving)), "--batch-tokens", "1,64")
        self.assertEqual([(row["tensor_parallel"], row["batch_tokens"]) for row in rows], [("8", "1"), ("8", "64"), ("4", "1"), ("4", "64")])
        self.assertLess(float(rows[1]["prompt_time_s"]), float(rows[3]["prompt_time_s"]))

    def test_refusals(self):
        scenario = self.write("scenario.json", small_scenario())
        for knots in ["0,1", "2,1", "1,1", "x"]:
            self.refuses(["tables", scenario, "--batch-tokens", knots], "--batch-tokens")
        self.refuses(["tables", "configs/scenario/training_start_stop.json"], "has no services")


if __name__ == "__main__":
    unittest.main()
