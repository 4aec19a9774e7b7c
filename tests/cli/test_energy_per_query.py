"""`headroom energy-per-query`: the method, the steady state, runs, and what it refuses."""

import csv
import io
import json
import unittest

from support import ProgramTest, small_scenario

OURS = ["--compare", "Llama-3.1-70B", "--hardware", "dgx_h100", "--model", "llama3_1_70b", "--tensor-parallel", 4,
        "--prompt-tokens", 500, "--output-tokens", 300]


class QueryTest(ProgramTest):
    def rows(self, *arguments):
        return json.loads(self.ok("energy-per-query", "oviedo_2025", *arguments).stdout)

    def says(self, arguments, *texts):
        done = self.refuses(["energy-per-query", *arguments], *texts)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)


class Method(QueryTest):
    def test_rows_are_equal_for_equal_seeds_and_differ_for_others(self):
        draws = ["--set", "/draws=1000"]
        self.assertEqual(self.rows(*draws), self.rows(*draws))
        self.assertNotEqual(self.rows(*draws), self.rows(*draws, "--set", "/seed=2"))

    def test_parts(self):
        rows = self.rows("--set", "/draws=1000")
        parts = [row["part"] for row in rows]
        self.assertEqual({part: parts.count(part) for part in parts},
                         {"query": 14, "lever": 4, "levered": 8, "day": 4})
        for row in rows[:14]:
            self.assertLess(row["p5_wh"], row["p25_wh"])
            self.assertLess(row["median_standard_error_wh"], 0.1 * row["median_wh"])
        self.assertEqual([row["draws"] for row in rows[5:7]], [3000, 2160])
        levers = {row["lever"]: row["median_ratio"] for row in rows if row["part"] == "lever"}
        self.assertAlmostEqual(levers["all"], 20.54, delta=0.01)

    def test_formats(self):
        done = self.ok("energy-per-query", "oviedo_2026", "--set", "/draws=100", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual(len(rows), 30)
        self.assertEqual(rows[-1]["part"], "day")
        table = self.ok("energy-per-query", "oviedo_2026", "--set", "/draws=100", "--format", "table").stdout
        self.assertIn("frontier, trimmed", table)

    def test_refusals(self):
        def refused(pointer, value, *texts):
            self.says(["oviedo_2025", "--set", f"{pointer}={value}"], pointer, *texts)
        refused("/pue_ratio/p95", 1.0, "must not be below p5")
        refused("/pue_ratio/p5", 0.9, "must be at least 1")
        refused("/power_utilization/p95", 1.2, "must be at most 1")
        refused("/power_utilization/p5", 0, "must be above 0")
        refused("/draws", 99, "100")
        refused("/models/DeepSeek-R1/throughput", "{}", "must have either rows or max_tokens_per_s")
        refused("/short_query/median_output_tokens", 0, "at least 1")
        refused("/levers/serving/p5", -1, "must be above 0")
        refused("/frontier/models", 4, "fewer models")
        self.says(["oviedo"], 'oviedo')


class Ways(QueryTest):
    def test_steady_state_beside_the_method(self):
        method, alone, full = self.rows(*OURS)
        self.assertEqual([row["way"] for row in (method, alone, full)], ["method", "steady_state", "steady_state"])
        for row in (method, alone, full):
            energy = row["pue_ratio"] * row["node_w"] * row["power_utilization_fraction"] * row["output_tokens"] / row["tokens_per_s"] / 3600
            self.assertAlmostEqual(row["energy_wh"], energy, delta=1e-9 * energy)
        self.assertEqual(alone["batch"], 1)
        self.assertGreater(full["batch"], 16)
        self.assertGreater(alone["energy_wh"], 4 * full["energy_wh"])

    def test_a_looser_target_makes_a_larger_batch(self):
        batches = [self.rows(*OURS, "--inter-token-s", target)[2]["batch"] for target in (0.02, 0.03, 0.04)]
        self.assertEqual(batches, sorted(set(batches)))

    def test_refusals(self):
        self.says(["oviedo_2025", *OURS, "--inter-token-s", "0.001"], "--inter-token-s", "batch of 1")
        self.says(["oviedo_2025", "--compare", "Llama-3.1-70B"], "--hardware")
        self.says(["oviedo_2025", *OURS, "--compare", "Llama-3.1-71B"][:1] + ["--compare", "Llama-3.1-71B", *map(str, OURS[2:])],
                  "Llama-3.1-71B", "did you mean")
        self.says(["oviedo_2025", *OURS[:-1], "300,400"], "2 combinations")


class Runs(QueryTest):
    def test_energy_goes_somewhere_and_to_somebody(self):
        scenario = small_scenario(query_energy={"pue_ratio": 1.3})
        scenario["workload"]["synthetic"]["classes"][0]["high_priority_share"] = 0.5
        scenario["site"]["levels"][0]["loss"] = {"proportional_fraction": 0.05}
        summary = self.simulate(scenario).summary
        energy, query = summary["energy"], summary["query_energy"]
        parts = query["parts"]
        servers = sum(parts[key] for key in ("gpus_kwh", "host_kwh", "fans_kwh", "supplies_kwh"))
        self.assertAlmostEqual(servers, energy["it_kwh"], delta=1e-9 * servers)
        self.assertAlmostEqual(servers + parts["distribution_kwh"], energy["facility_kwh"], delta=1e-9 * servers)
        self.assertAlmostEqual(parts["cooling_kwh"], 0.3 * energy["facility_kwh"], delta=1e-9 * servers)
        self.assertAlmostEqual(query["per_request_wh"], 1.3 * energy["per_request_wh"], delta=1e-9)
        whole = sum(row["per_request_wh"] * row["completed"] for row in query["classes"].values())
        self.assertAlmostEqual(whole, sum(parts.values()) * 1000, delta=1e-6)
        self.assertEqual(set(query["classes"]), {"high", "low"})
        product = (query["pue_ratio"] * query["server_full_w"] * query["power_utilization_fraction"] *
                   query["output_tokens_per_request"] / query["completed_output_tokens_per_s"] / 3600)
        self.assertAlmostEqual(product, query["per_request_wh"], delta=1e-9)
        self.assertGreater(query["busy_fraction"], 0.1)
        self.assertGreater(query["idle_fraction"], 0)
        rows = self.rows("--compare", "Llama-3.1-70B", "--run", self.folder / "out")
        self.assertEqual([row["way"] for row in rows], ["method", "run"])
        self.assertAlmostEqual(rows[1]["energy_wh"], query["per_request_wh"], delta=1e-9)

    def test_nothing_else_moves(self):
        plain = self.simulate(small_scenario(), out="plain")
        asked = self.simulate(small_scenario(query_energy={}), out="asked")
        before, after = plain.summary, asked.summary
        after.pop("query_energy")
        after["checks"].pop("query_energy_residual")
        self.assertEqual(before, after)

    def test_servers_that_idle_all_the_time(self):
        scenario = small_scenario(query_energy={}, duration_s=60)
        scenario["workload"]["synthetic"].update(rate_per_s=1e-6)
        query = self.simulate(scenario).summary["query_energy"]
        self.assertEqual(query["idle_fraction"], 1)
        self.assertEqual(query["busy_fraction"], 0)
        self.assertNotIn("per_request_wh", query)
        self.says(["oviedo_2025", "--compare", "Llama-3.1-70B", "--run", str(self.folder / "out")], "no request")

    def balanced(self, scenario, out="out"):
        """The answer of a run whose energy is all somebody's."""
        summary = self.simulate(scenario, out=out).summary
        query, facility = summary["query_energy"], summary["energy"]["facility_kwh"]
        parts = sum(value for key, value in query["parts"].items() if key != "cooling_kwh")
        self.assertAlmostEqual(parts + query.get("others_kwh", 0), facility, delta=1e-9 * facility)
        self.assertLess(summary["checks"]["query_energy_residual"], 1e-9)
        return query

    def test_jobs_take_their_servers_with_them(self):
        alone = small_scenario(query_energy={}, duration_s=60)
        alone["site"]["servers"] = 1
        beside = small_scenario(query_energy={}, duration_s=60)
        beside["serving"]["servers"] = 1
        beside["workload"]["jobs"] = [{"name": "job", "gpus": 8, "waveform": "roberta"}]
        before, after = self.balanced(alone), self.balanced(beside, "beside")
        self.assertNotIn("others_kwh", before)
        self.assertGreater(after.pop("others_kwh"), before["parts"]["gpus_kwh"])
        self.assertEqual(before, after)

    def test_losses_are_shared_with_jobs_as_servers_drew(self):
        scenario = small_scenario(query_energy={}, duration_s=60)
        scenario["serving"]["servers"] = 1
        scenario["workload"]["jobs"] = [{"name": "job", "gpus": 8, "waveform": "roberta"}]
        scenario["site"]["levels"][0]["loss"] = {"proportional_fraction": 0.05}
        parts = self.balanced(scenario)["parts"]
        servers = sum(parts[key] for key in ("gpus_kwh", "host_kwh", "fans_kwh", "supplies_kwh"))
        self.assertAlmostEqual(parts["distribution_kwh"], 0.05 * servers, delta=1e-9 * servers)

    def test_tenants_take_their_part_of_a_server(self):
        scenario = small_scenario(query_energy={}, duration_s=60)
        scenario["site"]["servers"] = 1
        scenario["serving"].update(tensor_parallel=4, pools=[{"name": "all", "serves": ["all"], "instances": {"service": 1}}])
        alone = self.balanced(scenario)
        scenario["workload"]["tenants"] = [{"name": "tenant", "gpus": 4, "waveform": "roberta", "nodes": ["site"]}]
        shared = self.balanced(scenario, "shared")
        self.assertNotIn("others_kwh", alone)
        self.assertGreater(shared["others_kwh"], shared["parts"]["gpus_kwh"])
        self.assertLess(shared["parts"]["host_kwh"], 0.5 * alone["parts"]["host_kwh"])
        self.assertEqual(alone["classes"]["low"]["gpu_per_request_wh"], shared["classes"]["low"]["gpu_per_request_wh"])

    def test_servers_that_are_evicted_draw_no_more(self):
        scenario = small_scenario(query_energy={}, duration_s=60)
        scenario["incidents"] = {"evictions": [{"nodes": ["row0/rack0/server1"], "at_s": 5, "notice_s": 5}]}
        self.assertLess(self.balanced(scenario)["busy_fraction"], 1)

    def test_refusals(self):
        self.refuses_run(small_scenario(query_energy={"pue_ratio": 0.9}), "/query_energy/pue_ratio")
        self.simulate(small_scenario(), out="plain")
        self.says(["oviedo_2025", "--compare", "Llama-3.1-70B", "--run", str(self.folder / "plain")],
                  "summary.json: /query_energy: missing")


if __name__ == "__main__":
    unittest.main()
