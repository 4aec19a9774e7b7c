"""`/model_draw` and `headroom run --uncertainty`: a run over draws of the models' errors."""

import json
import unittest

from support import ProgramTest, small_scenario

LIGHT = {"synthetic": {"rate_per_s": 0.05, "duration_s": 1200, "classes": [
    {"input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 100}}]}}


def one_instance(**changes):
    """Requests that seldom meet, on a GPU and stack whose errors are known."""
    return small_scenario(hardware="dgx_h100", site={"servers": 1, "levels": [{"name": "row", "budget_w": 14000}]},
                          serving={"model": "llama3_1_70b", "stack": "vllm_2025", "tensor_parallel": 8}, workload=LIGHT, **changes)


class ModelDraw(ProgramTest):
    def test_a_draw_is_a_run_of_its_own_and_none_is_the_fit(self):
        fitted = self.simulate(one_instance(), out="fitted")
        drawn = self.simulate(one_instance(model_draw=1), out="drawn")
        other = self.simulate(one_instance(model_draw=2), out="other")
        self.assertNotIn("model_draw", fitted.json("resolved.json"))
        self.assertEqual(drawn.json("resolved.json")["model_draw"], 1)
        medians = {output.summary["latency"]["tbt_s"]["p50"] for output in (fitted, drawn, other)}
        self.assertEqual(len(medians), 3)

    def test_the_same_draw_is_the_same_bytes(self):
        once = self.simulate(one_instance(model_draw=7), out="once")
        again = self.simulate(one_instance(model_draw=7), out="again")
        self.assertEqual(once.contents(), again.contents())

    def test_draws_are_an_axis_of_a_study(self):
        scenario = self.write("scenario.json", one_instance())
        study = self.write("study.json", {"name": "draws", "scenario": scenario, "axes": {"/model_draw": [1, 2]},
                                          "metrics": ["/latency/tbt_s/p50"]})
        self.ok("sweep", study, "--out", self.folder / "sweep")
        lines = (self.folder / "sweep/sweep.csv").read_text().splitlines()
        self.assertEqual(len(lines), 3)
        self.assertNotEqual(lines[1].split(",")[-1], lines[2].split(",")[-1])


class Uncertainty(ProgramTest):
    def test_the_draws_span_what_predict_says(self):
        summary = self.simulate(one_instance(), "--uncertainty", 60).summary
        said = summary["uncertainty"]
        self.assertEqual(said["draws"], 60)
        self.assertEqual(said["held_fraction"], 1)
        row, = json.loads(self.ok("predict", "--hardware", "dgx_h100", "--model", "llama3_1_70b", "--prompt-tokens", 500,
                                  "--output-tokens", 100, "--rate", 0.05).stdout)
        tbt = said["values"]["/latency/tbt_s/p50"]
        self.assertAlmostEqual(tbt["p10"] / row["open_tbt_p50_s_low"], 1, delta=0.03)
        self.assertAlmostEqual(tbt["p90"] / row["open_tbt_p50_s_high"], 1, delta=0.03)
        self.assertAlmostEqual(tbt["p50"] / summary["latency"]["tbt_s"]["p50"], 1, delta=0.03)
        ttft = said["values"]["/latency/ttft_s/p50"]
        self.assertAlmostEqual(ttft["p10"] / row["open_ttft_p50_s_low"], 1, delta=0.05)
        self.assertAlmostEqual(ttft["p90"] / row["open_ttft_p50_s_high"], 1, delta=0.05)
        for name in ("/power/site/peak_w", "/power/row0/mean_w", "/energy/it_kwh", "/energy/per_output_token_j"):
            self.assertLess(said["values"][name]["p10"], said["values"][name]["p90"])

    def test_the_run_itself_and_its_bytes_stay(self):
        plain = self.simulate(one_instance(), out="plain")
        once = self.simulate(one_instance(), "--uncertainty", 3, out="once")
        again = self.simulate(one_instance(), "--uncertainty", 3, out="again")
        self.assertEqual(once.contents(), again.contents())
        summary = once.summary
        del summary["uncertainty"]
        self.assertEqual(summary, plain.summary)

    def test_draws_are_those_of_model_draw(self):
        medians = sorted(self.simulate(one_instance(model_draw=draw), out=f"draw{draw}").summary["latency"]["e2e_s"]["p50"] for draw in (1, 2, 3))
        said = self.simulate(one_instance(), "--uncertainty", 3).summary["uncertainty"]["values"]["/latency/e2e_s/p50"]
        self.assertEqual(said["p50"], medians[1])

    def test_it_is_said_on_the_screen(self):
        file = self.write("scenario.json", one_instance())
        done = self.ok("run", file, "--out", self.folder / "out", "--uncertainty", 2)
        self.assertRegex(done.stdout, r"2 draws of errors +p10 +p50 +p90\n")
        self.assertRegex(done.stdout, r"budgets held in 100 % of the draws")

    def test_refusals(self):
        file = self.write("scenario.json", one_instance())
        self.refuses(["run", file, "--out", self.folder / "out", "--uncertainty", "0"], "--uncertainty")


if __name__ == "__main__":
    unittest.main()
