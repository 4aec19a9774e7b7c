"""series.json and nodes.json: what pools and classes do over time, and where instances stand."""

import math
import unittest

from support import ProgramTest, small_scenario

LISTS = ["running", "waiting", "prompt_tokens_per_s", "output_tokens_per_s"]


def widths(series, simulated_s):
    """Seconds of each bin; the last may be shorter."""
    bins = len(next(iter(series["pools"].values()))["running"])
    return [min(series["bin_s"], simulated_s - i * series["bin_s"]) for i in range(bins)]


class Series(ProgramTest):
    def totals(self, output):
        """Integrals over the run of each list, summed over pools."""
        series = output.json("series.json")
        wide = widths(series, output.summary["simulated_s"])
        return {key: sum(sum(value * width for value, width in zip(pool[key], wide)) for pool in series["pools"].values()) for key in LISTS}

    def check_books(self, output):
        totals, summary = self.totals(output), output.summary
        self.assertAlmostEqual(totals["output_tokens_per_s"] / summary["tokens"]["output"], 1, delta=1e-9)
        return totals, summary

    def test_tokens_and_times_of_requests_add_up(self):
        output = self.simulate(small_scenario())
        totals, summary = self.check_books(output)
        self.assertAlmostEqual(totals["prompt_tokens_per_s"], summary["tokens"]["input"], delta=1e-6 * summary["tokens"]["input"])
        in_system_s = summary["requests"]["completed"] * summary["latency"]["e2e_s"]["mean"]  # Little's law
        self.assertAlmostEqual(totals["running"] + totals["waiting"], in_system_s, delta=1e-6 * in_system_s)

    def test_bins_are_ten_seconds_or_those_of_power(self):
        for sets, width in (([], 10), (["--set", "/output/power/bin_s=5"], 5), (["--set", "/output/power/bin_s=0.25"], 0.25)):
            output = self.simulate(small_scenario(), *sets, "--force")
            series = output.json("series.json")
            self.assertEqual(series["bin_s"], width)
            for row in [*series["pools"].values(), *series["classes"].values()]:
                for values in row.values():
                    self.assertEqual(len(values), math.ceil(output.summary["simulated_s"] / width))
            self.check_books(output)

    def test_they_double_over_a_long_run(self):
        synthetic = {"rate_per_s": 0.002, "duration_s": 250000, "classes": [{"input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 50}}]}
        output = self.simulate(small_scenario(workload={"synthetic": synthetic}))
        self.assertEqual(output.json("series.json")["bin_s"], 40)
        self.check_books(output)

    def test_runs_cut_short_and_overloaded(self):
        self.check_books(self.simulate(small_scenario(), "--set", "/duration_s=20.5", out="short"))
        self.check_books(self.simulate(small_scenario(), "--set", "/workload/synthetic/rate_per_s=40", "--set", "/serving/max_waiting_requests=8", out="full"))

    def test_a_trip_and_caches_that_travel(self):
        for name, duration in [("disaggregated_row", 120), ("tests/golden/chunked_prefill_trip/scenario.json", 300)]:
            with self.subTest(name=name):
                self.check_books(self.simulate(name, "--set", f"/duration_s={duration}", out=name.replace("/", "_")))

    def test_classes_over_time(self):
        output = self.simulate(small_scenario())
        for row in output.json("series.json")["classes"].values():
            for completed, *times in zip(row["completed"], row["ttft_mean_s"], row["ttft_max_s"], row["e2e_mean_s"], row["e2e_max_s"]):
                self.assertEqual(completed == 0, not any(times))
                self.assertLessEqual(times[0], times[1] * (1 + 1e-12))
                self.assertLessEqual(times[2], times[3] * (1 + 1e-12))
        rows = output.json("series.json")["classes"].values()
        self.assertEqual(sum(sum(row["completed"]) for row in rows), output.summary["requests"]["completed"])
        self.assertEqual(sum(sum(row["arrived"]) for row in rows), output.summary["requests"]["arrived"])

    def test_runs_without_pools_have_none(self):
        files = self.simulate("prunetrain_resnet50", "--set", "/duration_s=300").files()
        self.assertNotIn("series.json", files)
        self.assertNotIn("nodes.json", files)


class Nodes(ProgramTest):
    def test_instances_of_requests_are_there(self):
        output = self.simulate(small_scenario(), "--requests")
        instances = output.json("nodes.json")["instances"]
        self.assertEqual([row["instance"] for row in instances], list(range(len(instances))))
        self.assertLessEqual({int(row["instance"]) for row in output.requests()}, {row["instance"] for row in instances})
        for row in instances:
            self.assertTrue(row["server"].startswith(row["rack"] + "/"))
            self.assertTrue(row["rack"].startswith(row["row"]))
            self.assertIn(row["pool"], output.json("series.json")["pools"])

    def test_those_that_came_later_are_there_with_their_end(self):
        output = self.simulate("autoscale_day", "--set", "/duration_s=1800")
        instances, fleet = output.json("nodes.json")["instances"], output.summary["fleet"]
        self.assertEqual(sum(row["status"] == "gone" for row in instances), fleet["stops"] + fleet["failed_starts"])
        started = [event["target"] for event in output.events if event["kind"] == "start"]
        names = {f"{row['server']}/instance{row['instance']}" for row in instances}
        self.assertLessEqual(set(started), names)


if __name__ == "__main__":
    unittest.main()
