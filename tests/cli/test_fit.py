"""`headroom fit`: the answer, its points, limits, load, and what it refuses."""

import json
import unittest

from support import Output, ProgramTest, small_scenario

# A server draws about 2.3 kW idle under load and more at work: the budget holds some of them.
BUDGET = {"servers": 2, "levels": [{"name": "row", "budget_w": 14000}]}


class FitTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.json", small_scenario(site=BUDGET, telemetry={"levels": ["row"], "period_s": 2, "window_s": 2, "warmup_s": 10}))

    def fit(self, *arguments, out="fit"):
        return self.ok("fit", self.folder / "small.json", "--to", 8, "--out", self.folder / out, *arguments).stdout

    def found(self, out="fit"):
        return json.loads((self.folder / out / "fit.json").read_text())


class Answers(FitTest):
    def test_the_answer_is_that_of_every_size(self):
        """Each size by itself, as a study has it, against the search."""
        said = self.fit()
        study = self.write("study.json", {"name": "all", "scenario": "small.json", "axes": {
            "/site/servers": {"from": 2, "to": 8, "step": 1}, "/workload/synthetic/rate_per_s": {"from": 1, "to": 4, "step": 0.5}},
            "linked": [["/site/servers", "/workload/synthetic/rate_per_s"]], "metrics": ["/power/row0/telemetry_peak_w"]})
        self.ok("sweep", study, "--out", self.folder / "all")
        rows = json.loads((self.folder / "all/sweep.json").read_text())["points"]
        fits = [row["/site/servers"] for row in rows if row["/power/row0/telemetry_peak_w"] <= 14000]
        self.assertEqual(fits, list(range(2, fits[-1] + 1)))
        self.assertTrue(2 < fits[-1] < 8, fits)
        self.assertEqual((self.found()["fits"], self.found()["breaks"], self.found()["broken"]), (fits[-1], fits[-1] + 1, ["peak"]))
        self.assertIn(f"\n{fits[-1]} servers fit under own with load in proportion, ", said)
        self.assertIn(f"; {fits[-1] + 1} break peak (", said)
        self.assertTrue(said.endswith(self.found()["answer"] + "\n"))

    def test_rises_are_against_no_controllers_at_the_same_size_and_load(self):
        said = self.fit("--policy", "fixed_limit", "--set", "/policy/controllers/0/power_cap_w=150", "--limit", "e2e_p50=0.0001")
        self.assertRegex(said, r"\nNot even 2 servers fit under fixed_limit with load in proportion: 2 break e2e_p50 \(\+\d")
        sweep = json.loads((self.folder / "fit/sweep.json").read_text())
        self.assertEqual(sweep["axes"], ["policy", "/site/servers", "/workload/synthetic/rate_per_s"])
        rows = {row["point"]: row for row in sweep["points"]}
        point = rows["policy=fixed_limit,site.servers=2,workload.synthetic.rate_per_s=1.0"]
        self.assertEqual(point["reference"], "policy=uncontrolled,site.servers=2,workload.synthetic.rate_per_s=1.0")
        size = self.found()["sizes"][0]
        self.assertEqual((size["servers"], size["fits"]), (2, False))
        self.assertAlmostEqual(size["values"]["e2e_p50"], point["/impact_fraction/latency/e2e_s/p50"])
        self.assertEqual(point["/workload/synthetic/rate_per_s"], 1)

    def test_the_reference_keeps_the_router_of_the_policy(self):
        self.write("mine.json", {"name": "mine", "router": {"kind": "fewest_waiting"}, "batching": {"kind": "continuous"},
                                 "controllers": [{"kind": "fixed_limit"}]})
        self.fit("--policy", self.folder / "mine.json", "--limit", "peak=100", "--limit", "e2e_p50=100")
        resolved = self.folder / "fit/points/policy=uncontrolled,site.servers=2,workload.synthetic.rate_per_s=1.0/resolved.json"
        policy = json.loads(resolved.read_text())["policy"]
        self.assertEqual((policy["router"]["kind"], policy["controllers"]), ("fewest_waiting", []))

    def test_a_load_that_stays_needs_no_axis(self):
        self.fit("--load", "fixed", "--limit", "peak=100", "--limit", "e2e_p50_s=60")
        sweep = json.loads((self.folder / "fit/sweep.json").read_text())
        self.assertEqual(sweep["axes"], ["policy", "/site/servers"])
        self.assertIn("At least 8 servers fit under own with the same load, 300.0 % more than the 2 of the scenario", self.found()["answer"])

    def test_the_base_is_what_sets_make_of_it(self):
        self.fit("--set", "/site/servers=4", "--set", "/workload/synthetic/rate_per_s=8", "--limit", "peak=100")
        sweep = json.loads((self.folder / "fit/sweep.json").read_text())
        self.assertEqual([(row["/site/servers"], row["/workload/synthetic/rate_per_s"]) for row in sweep["points"]],
                         [(n, 2 * n) for n in (4, 5, 6, 7, 8)])

    def test_draws_give_an_interval(self):
        said = self.fit("--uncertainty", 3)
        interval = self.found()["interval"]
        self.assertEqual(len(interval["draws"]), 3)
        self.assertEqual((interval["p10"], interval["p90"]), (min(interval["draws"]), max(interval["draws"])))
        self.assertIn("With the models' errors (3 draws, p10 to p90): ", said)
        resolved = next((self.folder / "fit/draws/2/points").iterdir()) / "resolved.json"
        self.assertEqual(json.loads(resolved.read_text())["model_draw"], 2)


class Points(FitTest):
    def written(self):
        return {path.parent.name: path.stat().st_mtime_ns for path in (self.folder / "fit/points").glob("*/summary.json")}

    def test_other_limits_use_the_points_that_are_there(self):
        self.fit()
        before = self.written()
        self.fit("--limit", "peak=1.5")
        self.assertEqual({name: self.written()[name] for name in before}, before)

    def test_cores_do_not_matter(self):
        self.fit("-j", 1)
        self.fit("-j", 3, out="three")
        self.assertEqual(Output(self.folder / "fit").text("sweep.csv"), Output(self.folder / "three").text("sweep.csv"))
        self.assertEqual(self.found(), self.found("three"))

    def test_quiet_says_the_sentence_alone(self):
        self.assertEqual(self.fit("--quiet"), self.found()["answer"] + "\n")

    def test_a_point_that_fails_stops_the_search(self):
        done = self.program("fit", self.folder / "small.json", "--to", 8, "--out", self.folder / "fit", "--max-memory", 1)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("failed", done.stderr)


class Refused(FitTest):
    def refuses_fit(self, arguments, *expected):
        self.refuses(["fit", self.folder / "small.json", "--out", self.folder / "fit", *arguments], *expected)

    def test_limits(self):
        self.refuses_fit(["--limit", "brake=1", "--limit", "peak=x"], 'did you mean "brakes"?', "--limit peak=x: needs a number")

    def test_sizes(self):
        self.refuses_fit(["--from", 9, "--to", 8], "--to 8: is below --from, 9")
        self.refuses_fit(["--from", 0], "--from")

    def test_what_is_searched_over_and_what_the_scenario_lacks(self):
        self.refuses(["fit", self.folder / "small.json"], "--out: name the directory")
        self.refuses_fit(["--policy", "polka"], 'no policy is called "polka"', 'did you mean "polca"?')
        self.refuses(["fit", "training_waveform", "--out", self.folder / "fit"], "has neither /workload/trace/copies nor", "--load fixed")

    def test_a_class_that_is_none(self):
        """Known before anything runs."""
        self.refuses_fit(["--to", 3, "--limit", "lo.e2e_p99_s=3"], '--limit lo.e2e_p99_s: there is no class "lo"; there is low', 'did you mean "low"?')
        self.assertFalse((self.folder / "fit").exists())

    def test_a_size_that_cannot_be_runs_no_other(self):
        self.refuses_fit(["--to", 4, "--set", "/serving/servers=3"], "/serving/servers")
        self.assertFalse((self.folder / "fit").exists())

    def test_a_limit_twice_and_a_policy_without_a_name(self):
        self.refuses_fit(["--limit", "brakes=1", "--limit", "brakes=2"], "--limit brakes=2: is about brakes, which has a limit already")
        self.refuses_fit(["--policy", ""], "--policy: must not be empty")

    def test_steps_that_miss_the_last_size(self):
        self.refuses_fit(["--from", 2, "--to", 8, "--step", 4], "--to 8: is not met from --from 2 by steps of 4; the last before it is 6")


if __name__ == "__main__":
    unittest.main()
