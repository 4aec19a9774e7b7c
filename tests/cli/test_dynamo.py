"""DynamoLLM's policies on a few minutes of the shipped hour: their books, frozen knobs, and what they refuse."""

import json
import unittest

from support import ROOT, ProgramTest

BASELINES = ["dynamo_single_pool", "dynamo_multi_pool", "dynamo_scale_inst", "dynamo_scale_shard", "dynamo_scale_freq"]
SHORT = ["--set", "/duration_s=700", "--set", "/profile/requests=300", "--set", "/profile/loads=4"]


class Dynamo(ProgramTest):
    def run_hour(self, policy, *arguments, out):
        sets = [word for value in arguments for word in ("--set", value)]
        self.ok("run", "dynamo_hour", "--set", f"/policy={policy}", *SHORT, *sets, "--out", self.folder / out,
                env={"HEADROOM_CACHE": str(self.cache)})
        return json.loads((self.folder / out / "summary.json").read_text())

    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"

    def test_all_policies_keep_their_books(self):
        energy = {}
        for policy in [*BASELINES, "dynamo_llm", "dynamo_joint"]:
            summary = self.run_hour(policy, "/prices/carbon_kg_per_kwh=0.5", out=policy)
            self.assertAlmostEqual(summary["gpu_carbon_kg"], 0.5 * summary["energy"]["gpu_kwh"], 9)
            held = sum(pool["gpu_kwh"] for pool in summary["pools"].values())
            self.assertAlmostEqual(summary["energy"]["gpu_kwh"] / held, 1, 12)
            requests = summary["requests"]
            ended = requests["completed"] + requests["rejected"] + requests["squashed"] + requests["in_flight"]
            self.assertEqual(requests["arrived"], ended)
            self.assertLess(max(summary["checks"].values()), 1e-9)
            energy[policy] = summary["energy"]["gpu_kwh"]
            self.assertEqual(list(self.cache.glob("*.json")) != [], True)
        self.assertLess(energy["dynamo_scale_freq"], energy["dynamo_multi_pool"])
        self.assertLess(energy["dynamo_llm"], energy["dynamo_single_pool"])

    def test_same_bytes(self):
        for out in ("a", "b"):
            self.run_hour("dynamo_llm", out=out)
        for name in ("power.json", "events.json", "latency.json"):
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes())

    def test_frozen_knobs_are_the_baselines_to_the_joule(self):
        """Without the controllers of split and clock, with the baselines' servers and start-up, nothing differs."""
        policy = json.loads((ROOT / "configs/policy/dynamo_llm.json").read_text())
        for baseline, pools, servers in (("dynamo_single_pool", "all", {"servers": 12}), ("dynamo_multi_pool", "type", {})):
            cluster = dict(policy["controllers"][0], rule="fixed", **servers)
            instance = dict(policy["controllers"][2], set_clocks=False)
            frozen = dict(policy, controllers=[cluster, instance], pools={"by": pools})
            of_frozen = self.run_hour(json.dumps(frozen), out="frozen_" + pools)
            of_baseline = self.run_hour(baseline, out=baseline)
            self.assertEqual(of_frozen["energy"], of_baseline["energy"])
            self.assertEqual(of_frozen["latency"], of_baseline["latency"])

    def test_groups_of_types_share_pools(self):
        groups = [["SS", "SM", "SL"], ["MS", "MM", "ML"], ["LS", "LM", "LL"]]
        summary = self.run_hour("dynamo_llm", f"/policy/pools/groups={json.dumps(groups)}", out="groups")
        self.assertEqual(sorted(summary["pools"]), ["LS+LM+LL", "MS+MM+ML", "SS+SM+SL"])

    def controllers(self):
        return json.loads((ROOT / "configs/policy/dynamo_llm.json").read_text())["controllers"]

    def steady(self, tokens_per_s, free_clocks):
        """One type of request at a steady load on two servers that one pool holds."""
        scenario = json.loads((ROOT / "configs/scenario/dynamo_hour.json").read_text())
        policy = json.loads((ROOT / "configs/policy/dynamo_joint.json").read_text())
        self.assertTrue(policy["controllers"][1]["free_clocks"])
        policy["controllers"][0] = {"kind": "dynamo_cluster", "rule": "fixed", "servers": 2}
        policy["controllers"][1].update(free_clocks=free_clocks, period_s=60)
        request = {"input": {"kind": "fixed", "tokens": 600}, "output": {"kind": "fixed", "tokens": 120}}
        scenario.update(duration_s=1200, site={"servers": 2, "levels": [{"name": "row"}]}, foresight={"lead_s": 4000},
                        workload={"synthetic": {"rate_per_s": tokens_per_s / 600, "duration_s": 1200, "classes": [request]}},
                        slo={"all": {"ttft_s": 0.4, "tbt_s": 0.1}}, profile={"requests": 300, "loads": 4},
                        policy={**policy, "pools": {"by": "all"}})
        file = self.write("steady.json", json.dumps(scenario))
        out = self.folder / f"{tokens_per_s}_{free_clocks}"
        self.ok("run", file, "--out", out, env={"HEADROOM_CACHE": str(self.cache)})
        summary = json.loads((out / "summary.json").read_text())
        return summary["energy"]["gpu_kwh"], summary["slo"]["attained_fraction"]

    def test_the_joint_problem_draws_no_more_than_the_hierarchy_on_a_steady_load(self):
        for tokens_per_s in (2000, 6000):
            hierarchy, _ = self.steady(tokens_per_s, False)
            joint, kept = self.steady(tokens_per_s, True)
            self.assertLessEqual(joint, hierarchy)
            self.assertGreater(kept, 0.98)
        self.assertLess(joint, 0.9 * hierarchy)  # two servers at a low clock, in place of instances filled at the highest

    def test_tenants_are_left_alone(self):
        """Small and large ones that come all the time, between splits that change all the time."""
        controllers = self.controllers()
        controllers[0].update(period_s=60, lead_s=30)
        controllers[1].update(period_s=30, in_transition_fraction=1, weigh_costs=False)
        for gpus in (lambda i: 8, lambda i: 1 + i % 8):
            tenants = [{"name": f"t{i}", "gpus": gpus(i), "nodes": ["row0"], "start_s": 5 * i, "duration_s": 100, "waveform": "roberta"}
                       for i in range(24)]
            summary = self.run_hour("dynamo_llm", "/policy/controllers=" + json.dumps(controllers),
                                    "/workload/tenants=" + json.dumps(tenants), out=f"tenants{gpus(1)}")
            self.assertLess(max(summary["checks"].values()), 1e-9)

    def test_bad_input(self):
        for expected, *sets in (
            ("/policy/pools/groups/0: the workload has no requests \"XX\"", '/policy/pools/groups=[["XX"]]'),
            ("/controllers/0/period_s: and lead_s must not be above /foresight/lead_s together", "/foresight/lead_s=600"),
            ("/controllers/0/lead_s: must be below period_s", "/policy/controllers/0/lead_s=1800"),
            ("/controllers/0/servers: is only for the rule fixed", "/policy/controllers/0/servers=3"),
            ("/foresight/class_accuracy_fraction", "/foresight/class_accuracy_fraction=1.5"),
            ('/policy/pools/groups/1: names "SS" once more', '/policy/pools/groups=[["SS"], ["SS", "SM"]]'),
            ("another dynamo_instance (2) decides for the pool SS already",
             '/policy/controllers=' + json.dumps(self.controllers() + [{"kind": "dynamo_instance"}])),
            ("must rise", "/workload/trace/types/input={\"thresholds\": [300, 200]}"),
        ):
            words = [word for value in sets for word in ("--set", value)]
            done = self.program("run", "dynamo_hour", *words, "--out", self.folder / "no", env={"HEADROOM_CACHE": str(self.cache)})
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(expected, done.stderr)


if __name__ == "__main__":
    unittest.main()
