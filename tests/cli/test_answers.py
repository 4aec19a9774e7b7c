"""Answers that the input cannot support, or that leave something out: each of tests/cases was answered wrongly once."""

import json
import unittest

from support import ROOT, ProgramTest, Output

CASES = ROOT / "tests/cases"


class Answers(ProgramTest):
    def case(self, name, *arguments):
        out = self.folder / "out"
        done = self.ok("run", CASES / name, "--out", out, *arguments)
        return Output(out), done.stderr

    def verdicts(self, code):
        done = self.program("grid", self.folder / "out", "--json")
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout)["site"]["verdicts"]


class Grid(Answers):
    def test_a_record_that_shows_enough_to_break_a_limit_has_failed(self):
        self.case("coarse_power_record_passes_grid_spec/scenario_sampled_50ms.json")
        for verdict in self.verdicts(4).values():
            self.assertEqual((verdict["passed"], verdict["testable"]), (False, True))

    def test_a_record_too_coarse_for_the_band_passes_nothing(self):
        name = "coarse_power_record_passes_grid_spec/scenario_logged_1s_means.json"
        self.assertIn("show up to 0.5 Hz only, and in /grid the band ends at 20 Hz", self.ok("check", CASES / name).stderr)
        self.refuses(["--strict", "check", CASES / name], "0.5 Hz only")
        output, said = self.case(name)
        self.assertIn("resolves up to 0.5 Hz only", said)
        self.assertIn("not testable: dynamic_range_w, in_band_bin_w", output.summary["warnings"][-1]["what"])
        for verdict in self.verdicts(4).values():
            self.assertEqual((verdict["passed"], verdict["testable"]), (False, False))

    def test_a_record_too_coarse_for_a_move_passes_no_range_and_no_ramp(self):
        name = "coarse_power_record_passes_grid_spec/scenario_logged_1s_means.json"
        low = ["--set", "/grid/band/to_hz=0.4"]
        self.assertIn("show up to 0.5 Hz only, and in /grid moves within 1 s take 1 Hz", self.ok("check", CASES / name, *low).stderr)
        for sets, broken in [(low, {"dynamic_range_w"}),
                             ([*low, "--set", "/grid/spec/horizon_s=0.1", "--set", "/grid/spec/ramp_up_w_per_s=1e5"],
                              {"dynamic_range_w", "ramp_up_w_per_s"})]:
            self.case(name, *sets, "--force")
            verdicts = self.verdicts(4)
            self.assertEqual({check for check, verdict in verdicts.items() if not verdict["testable"]}, broken)
            self.assertEqual({check for check, verdict in verdicts.items() if not verdict["passed"]}, broken)

    def test_a_meter_read_faster_than_it_is_updated_passes_nothing(self):
        case = CASES / "coarse_power_record_passes_grid_spec"
        rows = "".join(f"{i * 0.02:.2f},{448 + i // 50 * 7 % 5}\n" for i in range(3000))
        self.write("logged_1s_means.csv", "time_s,power_w\n" + rows)
        file = self.write("scenario.json", json.loads((case / "scenario_logged_1s_means.json").read_text()))
        self.assertIn("its values change every 1 s only", self.ok("check", file).stderr)
        self.ok("run", file, "--out", self.folder / "out")
        for verdict in self.verdicts(4).values():
            self.assertEqual((verdict["passed"], verdict["testable"]), (False, False))

    def test_a_line_that_the_samples_fold_is_said_and_breaks_no_limit(self):
        phases = [{"kind": "compute", "duration_s": 0.0101, "power_w": 700},
                  {"kind": "communication", "duration_s": 0.0101, "power_w": 200}]
        name = "ramp_of_a_one_second_iteration/iteration_1_s.json"
        sets = ["--set", "/workload/jobs/0/waveform/phases=" + json.dumps(phases),
                "--set", '/grid/spec={"name": "bin", "in_band_bin_w": 400}']
        _, said = self.case(name, *sets)
        self.assertIn("power moves faster than its samples", said)
        verdict = self.verdicts(4)["in_band_bin_w"]
        self.assertGreater(verdict["value"], 2000)
        self.assertFalse(verdict["testable"])
        _, said = self.case(name, *sets, "--set", "/grid/sample_s=0.001", "--force")
        self.assertNotIn("faster", said)
        self.assertTrue(self.verdicts(0)["in_band_bin_w"]["passed"])

    def test_what_the_driver_s_means_hide(self):
        case = CASES / "coarse_power_record_passes_grid_spec"
        rows = (case / "sampled_50ms.csv").read_text().split("\n", 1)[1]
        scenario = json.loads((case / "scenario_sampled_50ms.json").read_text())
        scenario["workload"]["jobs"][0]["waveform"]["path"] = "record.csv"
        scenario["grid"]["band"] = {"from_hz": 0.1, "to_hz": 5}
        file = self.write("scenario.json", scenario)
        for column, said in [("power.draw.average", "are means over a second and show up to 0.5 Hz only"),
                             ("power.draw", "on recent GPUs its samples are means over the last second"), ("power.draw.instant", "")]:
            (self.folder / "record.csv").write_text(f"time_s,{column} [W]\n" + rows)
            stderr = self.ok("check", file).stderr
            self.assertIn(said, stderr)
            self.assertEqual("means" in stderr, bool(said), stderr)

    def test_a_ramp_moves_little_where_the_iteration_does(self):
        for name, ramp in [("iteration_1_s", 4000), ("iteration_0_9_s", 4000), ("shipped_roberta", 1400)]:
            output, _ = self.case(f"ramp_of_a_one_second_iteration/{name}.json", "--force")
            self.assertAlmostEqual(output.summary["grid"]["site"]["max_ramp_w_per_s"] / ramp, 1, 6)
            self.assertFalse(self.verdicts(4)["ramp_up_w_per_s"]["passed"])

    def test_what_moves_between_samples_is_no_proof(self):
        short = [{"kind": "compute", "duration_s": 0.01, "power_w": 700},
                 {"kind": "communication", "duration_s": 0.01, "power_w": 200}]
        output, _ = self.case("ramp_of_a_one_second_iteration/iteration_1_s.json",
                              "--set", "/workload/jobs/0/waveform/phases=" + json.dumps(short))
        self.assertEqual(output.summary["grid"]["site"]["between_samples_w"], 4000)
        self.assertFalse(self.verdicts(4)["ramp_up_w_per_s"]["testable"])

    def test_a_horizon_or_warm_up_that_the_run_cannot_hold(self):
        file = str(CASES / "ramp_of_a_one_second_iteration/iteration_1_s.json")
        self.refuses_run(file, "/grid/spec/horizon_s: must be at most the 60 s", sets=["/grid/spec/horizon_s=1000"])
        self.refuses_run(file, "/grid/warmup_s: leaves less than two samples", sets=["/grid/warmup_s=64.99"])


class Requests(Answers):
    def test_late_at_the_end_is_a_miss(self):
        output, _ = self.case("slo_forgets_requests_still_waiting/scenario.json")
        self.assertAlmostEqual(output.summary["slo"]["attained_fraction"], 398 / 19600, 4)
        self.assertGreater(output.summary["requests"]["in_flight_older_than_p99"], 0)

    def test_rejections_say_why(self):
        name = "rejected_without_a_reason/scenario.json"
        sentence = "5 of 10 requests (the longest 300,010 tokens) never fit into the KV memory of an instance"
        self.assertIn(sentence, self.ok("check", CASES / name).stderr)
        output, said = self.case(name)
        self.assertIn(sentence, said)
        requests = output.summary["requests"]
        self.assertEqual((requests["rejected"], requests["rejected_by"]["too_long"]), (5, 5))


class Scenarios(Answers):
    def test_one_server_needs_no_levels(self):
        output, _ = self.case("one_server_without_levels/scenario.json")
        self.assertEqual(output.summary["requests"]["completed"], 1)

    def test_a_listed_job_cannot_be_called_as_a_traced_one(self):
        trace = self.write("jobs.csv", "submit_s,gpus,duration_s,kind\n1,8,5,s\n2,16,4,s\n")
        shapes = {"path": trace, "shapes": {"s": {"waveform": "roberta"}}}
        self.refuses_run("configs/scenario/training_start_stop.json", "jobs.csv:2: this job is called \"s-1\"",
                         sets=["/duration_s=100", "/workload/jobs/0/name=s-1",
                               "/workload/job_trace=" + json.dumps(shapes)])


if __name__ == "__main__":
    unittest.main()
