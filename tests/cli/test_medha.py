"""Prompts of very different lengths on one instance: batch scheduler medha, stages and groups of an instance."""

import json
import unittest

from support import ProgramTest

MIX = "configs/scenario/medha_mix.json"


class Medha(ProgramTest):
    def run_mix(self, *sets, duration_s=60, out="out"):
        words = [word for value in (f"/workload/synthetic/duration_s={duration_s}", *sets) for word in ("--set", value)]
        return self.simulate(MIX, *words, out=out).summary

    def million_beside_shorts(self, name, batching):
        """One prompt of a million tokens, and 100 short requests a minute for two minutes."""
        rows = ["arrival_s,input_tokens,output_tokens", "0,1000000,10", *(f"{0.6 * i:g},500,100" for i in range(1, 200))]
        trace = self.write("mix.csv", "\n".join(rows) + "\n")
        summary = self.simulate(MIX, "--set", f'/workload={{"trace": {{"path": "{trace}"}}}}', "--set",
                                f"/policy/batching={batching}", out=name).summary
        self.assertEqual(summary["requests"]["completed"], 200)
        return summary["latency"]

    def test_every_order_serves_the_same_requests(self):
        orders = [f'{{"kind": "medha", "order": "{order}"}}' for order in ("lars", "lrs", "edf", "fcfs")]
        orders.append('{"kind": "medha", "order": "fcfs", "preemptive": false}')
        counts = []
        for batching in orders:
            summary = self.run_mix(f"/policy/batching={batching}", out=str(len(counts)))
            counts.append(summary["requests"]["completed"])
            self.assertLessEqual(summary["latency"]["tbt_s"]["max"], 0.021)
        self.assertEqual(set(counts), {counts[0]})

    def test_a_million_tokens_beside_short_requests(self):
        lars = self.million_beside_shorts("lars", '{"kind": "medha"}')
        fixed = self.million_beside_shorts("fixed", '{"kind": "chunked_prefill", "step_budget_tokens": 512}')
        self.assertLessEqual(lars["tbt_s"]["max"], 0.021)
        self.assertGreater(fixed["ttft_s"]["p50"], 10 * lars["ttft_s"]["p50"])

    def test_edf_is_nearer_to_fcfs_than_to_lars_at_high_load(self):
        def tail(order):
            summary = self.run_mix("/workload/synthetic/rate_per_s=1.75", f'/policy/batching={{"kind": "medha", "order": "{order}"}}',
                                   duration_s=120, out=order)
            return summary["latency"]["ttft_s"]["p90"]
        lars, edf, fcfs = map(tail, ("lars", "edf", "fcfs"))
        self.assertGreater(edf, 5 * lars)
        self.assertLess(fcfs / edf, edf / lars)

    def test_stages_and_groups_share_a_server(self):
        sets = ("/serving/parallelism/pipeline_stages=1", "/serving/parallelism/kv_groups=2")
        self.assertGreater(self.run_mix(*sets)["requests"]["completed"], 0)

    def test_two_servers_are_as_one_of_twice_the_size(self):
        both = self.run_mix("/hardware=dgx_a100", "/site/servers=2", out="both")
        pair = self.run_mix(out="pair")
        self.assertEqual(both["latency"], pair["latency"])
        self.assertAlmostEqual(both["energy"]["it_kwh"], pair["energy"]["it_kwh"], delta=1e-9 * pair["energy"]["it_kwh"])

    def test_the_hottest_of_its_servers_holds_up_the_instance(self):
        def run(mean_c):
            cooling = {"outside": {"kind": "day", "mean_c": mean_c, "amplitude_k": 1}, "offsets": {"rack_sd_k": 3},
                       "inlet": {"load_rise_k": 20, "reference_load_fraction": 0}}
            return self.run_mix("/hardware=dgx_a100", "/site/servers=2", f"/cooling={json.dumps(cooling)}", out=str(mean_c))
        cool, hot = run(25), run(45)
        self.assertEqual((cool["thermal"]["throttles"], hot["thermal"]["throttles"] > 0), (0, True))
        self.assertLess(hot["thermal"]["gpu_c"]["max"], 85 + 1e-6)
        self.assertGreater(hot["latency"]["e2e_s"]["max"], 1.1 * cool["latency"]["e2e_s"]["max"])

    def test_pools_may_count_instances_of_several_servers(self):
        sets = ("/hardware=dgx_a100", "/site/servers=5", '/serving/pools=[{"name": "all", "serves": ["all"], "instances": {"service": 2}}]')
        shown = self.ok("describe", MIX, *(word for value in sets for word in ("--set", value)))
        self.assertIn("2 instances", shown.stdout)
        self.assertGreater(self.run_mix(*sets)["requests"]["completed"], 0)

    def test_what_does_not_go_with_several_servers(self):
        sets = ["/hardware=dgx_a100", "/site/servers=4"]
        for assignment, *expected in (
            ('/network={}', "/serving/parallelism", "does not go with /network"),
            ('/incidents={"evictions": [{"nodes": ["row0"], "at_s": 5, "notice_s": 5}]}', "/serving/parallelism", "/incidents/evictions"),
            ('/policy/controllers=[{"kind": "target_utilization", "target_requests": 10}]', "/serving/parallelism", "target_utilization", "instances of one server"),
            ('/serving/steps={"kind": "table", "path": "x.csv"}', "/serving/parallelism", "of whole instances"),
        ):
            with self.subTest(assignment):
                words = [word for value in (*sets, assignment) for word in ("--set", value)]
                done = self.refuses(["check", MIX, *words], *expected)
                self.assertEqual(done.stderr.strip().count("\n"), 0, done.stderr)

    def test_a_variant_may_have_other_stages(self):
        shown = self.ok("describe", MIX, "--set", '/serving/variants={"four": {"tensor_parallel": 4, "parallelism": {"pipeline_stages": 4}}}')
        self.assertIn("four", shown.stdout)

    def test_bad_input(self):
        batching, parallelism = "/policy/batching/", "/serving/parallelism/"
        for assignment, *expected in (
            (batching + "time_budget_ms=0", "/policy/batching/time_budget_ms", "must be"),
            (batching + "time_budget_ms=0.5", "/policy/batching/time_budget_ms", "ms that a step of one token takes", "nothing could ever run"),
            (batching + "long_yield_fraction=1.5", "/policy/batching/long_yield_fraction"),
            (batching + "short_deadline_ratio=0", "/policy/batching/short_deadline_ratio"),
            ('/slo={"all": {"ttft_s": 0}}', "/slo/all/ttft_s"),
            (batching + "order=sjf", "/policy/batching/order", "lars"),
            (parallelism + "pipeline_stages=3", "/serving/tensor_parallel", "3 pipeline stages, which must divide the 32 layers"),
            (parallelism + "pipeline_stages=4", "/serving/parallelism", "an instance of 2 servers finds no place in pool all, which has 1 server"),
            ('/serving/parallelism={"kv_groups": 3}', "/serving/tensor_parallel", "3 KV groups", "16 GPUs of a server, or be those of several"),
            ("/serving/memory/capacity_tokens=100000", "/workload/synthetic/classes/1/input", "no prompt below 128000 tokens", "holds 100000"),
        ):
            with self.subTest(assignment):
                done = self.refuses(["check", MIX, "--set", assignment], *expected)
                self.assertEqual(done.stderr.strip().count("\n"), 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
