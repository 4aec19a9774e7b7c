"""The contract of the output directory: files, keys, reproducibility, and what replaces what."""

import json
import math
import unittest

from support import FILES, ROW, ProgramTest, small_scenario

LATENCY = {"mean", "p50", "p90", "p99", "max"}
CSV = ["id", "arrival_s", "class", "input_tokens", "output_tokens", "instance", "ttft_s", "tbt_s", "e2e_s", "energy_j",
       "outcome"]


def values(json_value, path=""):
    """Every scalar of a JSON value with its path."""
    if isinstance(json_value, dict):
        for key, child in json_value.items():
            yield from values(child, path + "/" + key)
    elif isinstance(json_value, list):
        for child in json_value:
            yield from values(child, path + "/")
    else:
        yield path, json_value


def with_slo():
    return small_scenario(slo={"high": {"ttft_s": 2}, "all": {"e2e_s": 10}}, prices={"carbon_kg_per_kwh": 0.4, "cost_usd_per_kwh": 0.1})


class Contract(ProgramTest):
    def test_the_files(self):
        self.assertEqual(self.simulate(with_slo()).files(), FILES)
        self.assertEqual(self.simulate(with_slo(), "--requests", "--trace", out="all").files(),
                         sorted([*FILES, "requests.csv", "trace.json"]))

    def test_nothing_is_null_and_every_number_is_finite(self):
        output = self.simulate(with_slo(), "--trace")
        for name in [*FILES, "trace.json"]:
            for path, value in values(output.json(name)):
                self.assertIsNotNone(value, name + path)
                if isinstance(value, float):
                    self.assertTrue(math.isfinite(value), name + path)

    def test_summary(self):
        output = self.simulate(with_slo())
        summary = output.summary
        self.assertLessEqual({"format", "scenario", "seed", "version", "fingerprint", "simulated_s", "requests", "tokens",
                              "latency", "classes", "slo", "power", "throttle", "energy", "carbon_kg", "cost_usd", "checks"}, set(summary))
        self.assertEqual(summary["scenario"], "small")
        self.assertRegex(summary["fingerprint"], "^[0-9a-f]{16}$")
        self.assertLessEqual({"arrived", "completed", "rejected", "in_flight"}, set(summary["requests"]))
        self.assertLessEqual({"input", "output"}, set(summary["tokens"]))
        self.assertEqual(set(summary["classes"]), {"high", "low"})
        for holder in [summary, *summary["classes"].values()]:
            self.assertEqual(set(holder["latency"]), {"ttft_s", "tbt_s", "e2e_s"})
            for entry in holder["latency"].values():
                self.assertEqual(set(entry), LATENCY)
                self.assertLessEqual(entry["p50"], entry["p90"])
                self.assertLessEqual(entry["p90"], entry["p99"])
                self.assertLessEqual(entry["p99"], entry["max"])
            self.assertEqual(set(holder["slo"]), {"attained_fraction"})
        self.assertEqual(set(summary["power"]), {"site", "row0", "row0/rack0"})
        for node in summary["power"].values():
            self.assertLessEqual({"mean_w", "peak_w", "p99_w", "energy_kwh"}, set(node))
            self.assertLessEqual(node["mean_w"], node["p99_w"] * 1.001)
            self.assertLessEqual(node["p99_w"], node["peak_w"])
        row = summary["power"]["row0"]
        self.assertLessEqual({"budget_w", "above_budget_s", "telemetry_peak_w", "max_rise_fraction"}, set(row))
        self.assertEqual(set(row["max_rise_fraction"]), {"2s", "5s", "40s"})
        self.assertNotIn("budget_w", summary["power"]["site"])
        self.assertEqual(set(summary["throttle"]), {"clock_locks", "cap_events", "brakes", "trips", "throttled_server_s"})
        self.assertEqual(set(summary["energy"]), {"it_kwh", "facility_kwh", "gpu_kwh", "per_request_wh", "per_output_token_j"})
        self.assertEqual(set(summary["checks"]), {f"{name}_residual" for name in ["energy", "tokens", "requests", "kv"]})
        self.assertEqual(set(output.json("host.json")), {"format", "build", "wall_s", "requests_per_s", "events_per_s", "peak_rss_mib"})

    def test_what_does_not_apply_is_absent(self):
        summary = self.simulate(small_scenario(), "--set", "/workload/synthetic/rate_per_s=1e-9", "--set", "/duration_s=10").summary
        self.assertEqual(summary["requests"]["arrived"], 0)
        self.assertEqual(summary["latency"], {})
        for key in ["slo", "carbon_kg", "cost_usd", "gpu_carbon_kg"]:
            self.assertNotIn(key, summary)
        self.assertNotIn("per_request_wh", summary["energy"])

    def test_prices_follow_the_facility_energy(self):
        summary = self.simulate(with_slo()).summary
        self.assertAlmostEqual(summary["carbon_kg"], 0.4 * summary["energy"]["facility_kwh"], delta=1e-12)
        self.assertAlmostEqual(summary["cost_usd"], 0.1 * summary["energy"]["facility_kwh"], delta=1e-12)

    def test_power_over_time(self):
        output = self.simulate(small_scenario(), "--set", "/output/power/bin_s=5")
        power, summary = output.json("power.json"), output.summary
        self.assertEqual([power["format"], power["start_s"], power["bin_s"]], [1, 0, 5])
        self.assertEqual(power["nodes"]["row0"]["budget_w"], 14000)
        bins = math.ceil(summary["simulated_s"] / 5)
        for path, node in power["nodes"].items():
            self.assertEqual([len(node[key]) for key in ["mean_w", "min_w", "max_w"]], [bins] * 3)
            for low, mean, high in zip(node["min_w"], node["mean_w"], node["max_w"]):
                self.assertLessEqual(low, mean * (1 + 1e-12))
                self.assertLessEqual(mean, high * (1 + 1e-12))
            last = summary["simulated_s"] - 5 * (bins - 1)
            energy = 5 * sum(node["mean_w"][:-1]) + last * node["mean_w"][-1]
            self.assertAlmostEqual(energy / 3.6e6, summary["power"][path]["energy_kwh"], delta=1e-9)
            self.assertEqual(max(node["max_w"]), summary["power"][path]["peak_w"])

    def test_chosen_nodes(self):
        output = self.simulate(small_scenario(), "--set", '/output/power/nodes=["row", "row0/rack0/server1"]')
        self.assertEqual(list(output.json("power.json")["nodes"]), ["row0", "row0/rack0/server1"])
        servers = self.simulate(small_scenario(), "--set", '/output/power/nodes=["server"]', out="servers").summary["power"]
        self.assertEqual(list(servers), ["row0/rack0/server0", "row0/rack0/server1"])

    def test_latency_quantiles(self):
        latency = self.simulate(small_scenario()).json("latency.json")
        for group in [latency["all"], *latency["classes"].values()]:
            for name in ["ttft_s", "tbt_s", "e2e_s"]:
                self.assertEqual(len(group[name]), 200)
                self.assertEqual(group[name], sorted(group[name]))

    def test_requests_csv_adds_up_to_the_summary(self):
        output = self.simulate(small_scenario(), "--requests", "--set", "/duration_s=45")
        rows, summary = output.requests(), output.summary
        self.assertEqual(list(rows[0]), CSV)
        done = [row for row in rows if row["outcome"] == "completed"]
        self.assertEqual(len(done), summary["requests"]["completed"])
        self.assertGreater(summary["requests"]["in_flight"], 0)
        self.assertEqual(sum(int(row["input_tokens"]) for row in done), summary["tokens"]["input"])
        self.assertLessEqual(sum(int(row["output_tokens"]) for row in done), summary["tokens"]["output"])
        for key in ["ttft_s", "e2e_s"]:
            mean = sum(float(row[key]) for row in done) / len(done)
            self.assertAlmostEqual(mean, summary["latency"][key]["mean"], delta=1e-9)
            self.assertAlmostEqual(max(float(row[key]) for row in done), summary["latency"][key]["max"], delta=1e-9)
        for row in done:
            gap = (float(row["e2e_s"]) - float(row["ttft_s"])) / (int(row["output_tokens"]) - 1)
            self.assertAlmostEqual(float(row["tbt_s"]), gap, delta=1e-12)
            self.assertGreater(float(row["energy_j"]), 0)
        self.assertLess(sum(float(row["energy_j"]) for row in done), 3.6e6 * summary["energy"]["it_kwh"])

    def test_trace_json_is_a_chrome_trace(self):
        events = self.simulate(small_scenario(), "--trace").json("trace.json")["traceEvents"]
        steps = [event for event in events if event["ph"] == "X"]
        self.assertEqual({event["name"] for event in steps}, {"prefill", "decode"})
        for event in steps:
            self.assertGreater(event["dur"], 0)
            self.assertLessEqual({"pid", "tid", "ts", "args"}, set(event))
        for instance in {event["tid"] for event in steps}:
            end = 0
            for event in (event for event in steps if event["tid"] == instance):
                self.assertGreaterEqual(event["ts"], end - 1e-3)
                end = event["ts"] + event["dur"]

    def test_detailed_outputs_do_not_change_the_run(self):
        plain, detailed = self.simulate(small_scenario()), self.simulate(small_scenario(), "--requests", "--trace", out="b")
        self.assertEqual(plain.summary["fingerprint"], detailed.summary["fingerprint"])


class Reproduction(ProgramTest):
    def test_two_runs_are_byte_identical(self):
        options = ["--requests", "--trace", "--set", "/duration_s=600"]
        one, two = (self.simulate(ROW, *options, out=name).contents() for name in ["one", "two"])
        self.assertEqual(one, two)

    def test_another_seed_is_another_run(self):
        one, two = (self.simulate(small_scenario(seed=seed), out=f"seed{seed}") for seed in [1, 2])
        self.assertNotEqual(one.summary["fingerprint"], two.summary["fingerprint"])

    def test_resolved_reproduces_the_run_from_anywhere(self):
        first = self.simulate(ROW, "--set", "/site/servers=20", "--set", "/workload/trace/copies=4.5", "--set", "/duration_s=600", out="first")
        self.ok("run", self.folder / "first/resolved.json", "--out", "second", cwd=self.folder,
                env={"HEADROOM_CONFIGS": "/nonexistent"})
        second = type(first)(self.folder / "second")
        self.assertEqual(first.contents(), second.contents())

    def test_resolved_holds_what_was_set_and_what_was_not(self):
        resolved = self.simulate(small_scenario(), "--set", "/telemetry/period_s=4").json("resolved.json")
        self.assertEqual(resolved["telemetry"]["period_s"], 4)
        self.assertEqual(resolved["actuation"], {"clock_lock_s": 40, "power_cap_s": 40, "power_brake_s": 5, "clock_set_s": 0.065, "order_s": 0})
        self.assertEqual(resolved["hardware"]["gpu"]["tdp_w"], 400)


class Replacing(ProgramTest):
    def test_force_replaces_an_output_of_headroom(self):
        first = self.simulate(small_scenario(), "--requests")
        before = first.summary["fingerprint"]
        after = self.simulate(small_scenario(seed=9), "--force")
        self.assertNotEqual(after.summary["fingerprint"], before)
        self.assertEqual(after.files(), FILES)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["out", "scenario.json"])

    def test_a_failing_run_leaves_the_old_output(self):
        first = self.simulate(small_scenario()).contents()
        file = self.write("bad.json", small_scenario(workload={"trace": {"path": self.write(
            "t.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,4,4\n2023-11-16 18:15:44,4,4\n")}}))
        self.refuses(["run", file, "--out", self.folder / "out", "--force"], "t.csv:3")
        self.assertEqual(type(self.simulate(small_scenario(), out="o2"))(self.folder / "out").contents(), first)

    def test_parents_that_a_failing_run_made_are_removed(self):
        file = self.write("bad.json", small_scenario(workload={"trace": {"path": self.write(
            "t.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,4,4\n2023-11-16 18:15:44,4,4\n")}}))
        (self.folder / "a").mkdir()
        self.refuses(["run", file, "--out", self.folder / "a/b/c/d"], "t.csv:3")

    def test_parents_are_made(self):
        self.assertEqual(self.simulate(small_scenario(), out="a/b/c/").files(), FILES)


if __name__ == "__main__":
    unittest.main()
