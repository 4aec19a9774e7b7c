"""Planners per query: Slim-SC's stopping of chains of reasoning, BRANE's choice of a configuration."""

import json
import subprocess
import unittest

from support import PYTHON, ROOT, ProgramTest

SLIM_SC = "configs/scenario/slim_sc.json"
SMALL = {"/workload/graphs/0/parameters": {"chains": 16, "chain_tokens": 1500}, "/workload/graphs/0/count": 3,
         "/workload/graphs/0/every_s": 30, "/workload/synthetic/duration_s": 90}


def alone(count=1, stage=None, **parameters):
    """A question, and nothing else."""
    template = json.loads((ROOT / "configs/template/self_consistency.json").read_text())
    template["stages"]["reason"].update(stage or {})
    return {"/workload": {"graphs": [{"name": "questions", "template": template, "parameters": parameters, "count": count}]}}


def sets(values):
    return [word for pointer, value in values.items() for word in ("--set", f"{pointer}={json.dumps(value)}")]


class SlimSc(ProgramTest):
    runs = 0

    def run_with(self, values, *words):
        self.runs += 1
        output = self.simulate(SLIM_SC, *words, *sets(values if "/workload" in values else {**SMALL, **values}), out=f"out{self.runs}")
        stages = output.summary["graphs"]["questions"]["stages"]
        self.assertEqual(stages["created"], stages["done"] + stages["cancelled"] + stages["lost"] + stages["left"])
        return output

    def hazard(self, value, **others):
        return self.run_with({"/policy/planners": [{"kind": "self_consistency", "hazard": value, **others}]})

    def test_mini_example(self):
        """Chains of 100, 200, 300 and 800 tokens; the fourth is stopped at its 250th."""
        example = alone(chains=4, stage={"chains": {"lengths_tokens": [100, 200, 300, 800], "thought_tokens": 25, "thought_min_tokens": 25}})
        planner = {"kind": "self_consistency", "hazard": 1, "warm_up_thoughts": 9, "keep_min": 3, "itself_fraction": 1}
        plain = self.run_with({**example, "/policy/planners": []}).summary["graphs"]["questions"]
        pruned = self.run_with({**example, "/policy/planners": [planner]}).summary["graphs"]["questions"]
        self.assertEqual((plain["chains"]["tokens"], pruned["chains"]["tokens"]), (1400, 850))
        self.assertEqual((plain["chains"]["kv_token_steps"], pruned["chains"]["kv_token_steps"]), (390000, 101250))
        self.assertEqual((pruned["chains"]["done"], pruned["chains"]["cancelled"]), (3, 1))
        self.assertEqual(pruned["chains"]["fewest_voters"], 3)
        self.assertAlmostEqual(pruned["makespan"]["mean_s"] / plain["makespan"]["mean_s"], 300 / 800, delta=0.02)

    def test_no_hazard_is_plain_self_consistency(self):
        plain = self.run_with({"/policy/planners": []}).summary
        none = self.hazard(0).summary
        self.assertEqual(none["fingerprint"], plain["fingerprint"])
        self.assertEqual(none["graphs"], plain["graphs"])

    def test_what_falls_with_the_hazard(self):
        before = None
        for hazard in [0, 0.01, 0.03, 0.1, 0.5]:
            summary = self.hazard(hazard).summary
            graph = summary["graphs"]["questions"]
            chains = graph["chains"]
            now = {"tokens": chains["tokens"], "kv_s": chains["kv_token_s"], "kv_steps": chains["kv_token_steps"],
                   "energy": graph["gpu_energy_kwh"], "latency": graph["makespan"]["mean_s"]}
            self.assertGreaterEqual(chains["fewest_voters"], 2)
            self.assertEqual(chains["votes"], 3)
            self.assertEqual(chains["done"] + chains["cancelled"], 48)
            if before:
                for what in ["tokens", "kv_s", "kv_steps", "energy"]:
                    self.assertLess(now[what], before[what], (what, hazard))
                self.assertLessEqual(now["latency"], first["latency"])
            else:
                first = now
            before = now

    def test_others_wait_less(self):
        """Questions meet, so that the batch is full without the planner."""
        def chat(hazard):
            self.runs += 1
            output = self.simulate(SLIM_SC, *sets({"/policy/planners/0/hazard": hazard}), out=f"out{self.runs}")
            return output.summary["classes"]["chat"]["latency"]["ttft_s"]["p99"]
        self.assertLess(chat(0.003), 0.1 * chat(0))

    def test_conservation_counted_from_the_rows(self):
        output = self.run_with({"/policy/planners": [{"kind": "self_consistency", "hazard": 0.05}]}, "--requests")
        rows = [row for row in output.requests() if row["class"].startswith("reason")]
        chains = output.summary["graphs"]["questions"]["chains"]
        count = {what: sum(row["outcome"] == what for row in rows) for what in ["completed", "cancelled"]}
        self.assertEqual(count, {"completed": chains["done"], "cancelled": chains["cancelled"]})
        self.assertEqual(len(rows), 48)
        self.assertGreater(chains["cancelled"], 0)
        self.assertEqual(output.summary["requests"]["cancelled"], chains["cancelled"])
        whole = sum(int(row["output_tokens"]) for row in rows)
        done = sum(int(row["output_tokens"]) for row in rows if row["outcome"] == "completed")
        self.assertLess(done, chains["tokens"])
        self.assertLess(chains["tokens"], whole)
        joules = sum(float(row["energy_j"]) for row in rows)
        self.assertAlmostEqual(joules / 3.6e6, output.summary["graphs"]["questions"]["gpu_energy_kwh"], delta=1e-9)

    def test_the_prompt_is_read_once(self):
        hits = self.run_with(alone(chains=16)).summary["prefix_cache"]
        self.assertEqual(hits["prompt_tokens"], 16 * 500)
        self.assertEqual(hits["hit_tokens"], 15 * 496)  # but the block that is not full

    def test_keep_min(self):
        chains = self.hazard(1, warm_up_thoughts=0, keep_min=5).summary["graphs"]["questions"]["chains"]
        self.assertEqual(chains["fewest_voters"], 5)
        self.assertEqual(chains["done"], 15)

    def test_an_eviction_loses_no_chain(self):
        """The power of one of two servers is gone while chains run there; those begin anew on the other one."""
        values = {"/site": {"servers": 2, "levels": [{"name": "row", "holds": 1}]}, "/services/llm/tensor_parallel": 8,
                  "/services/llm/pools/0/instances": {"service": 2}, "/policy/planners/0/hazard": 0.02, "/duration_s": 600,
                  "/workload/graphs/0/parameters": {"chains": 32, "chain_tokens": 3000}, "/workload/graphs/0/every_s": 5}
        for notice in [0, 5]:
            eviction = {"/incidents/evictions": [{"nodes": ["row1"], "at_s": 20, "notice_s": notice}]}
            output = self.run_with({**values, **eviction}, "--requests")
            graph = output.summary["graphs"]["questions"]
            self.assertEqual(graph["stages"]["lost"] > 0, notice == 0, "with notice they are handed on as they are")
            self.assertGreater(graph["chains"]["cancelled"], 0)
            self.assertEqual(graph["chains"]["done"] + graph["chains"]["cancelled"], 96)
            self.assertEqual(graph["jobs"]["done"], 3)
            self.assertEqual(graph["stages"]["created"], 96 + 3 + graph["stages"]["lost"])
            self.assertEqual(sum(row["outcome"] == "cancelled" for row in output.requests()), output.summary["requests"]["cancelled"])

    def test_bad_input(self):
        planner = lambda **values: {"/policy/planners": [{"kind": "self_consistency", **values}]}
        chains = lambda **values: {"/workload/graphs/0/template/stages/reason/chains": values}
        for values, *expected in [
                ({"/workload/graphs/0/parameters": {"chains": 0}}, "parameters/chains", "must be a whole number of at least 1"),
                (planner(keep_min=17), "/policy/planners/0/keep_min", "is more than the 16 chains that a question has"),
                (planner(hazard=1.5), "/policy/planners/0/hazard", "must be"),
                (planner(hazard=-0.1), "/policy/planners/0/hazard", "must be"),
                (planner(warm_up_thoughts=-1), "/policy/planners/0/warm_up_thoughts", "must be"),
                (chains(thought_tokens=0.5), "chains/thought_tokens", "must be"),
                (chains(thought_tokens=10), "chains/thought_min_tokens", "must not be above thought_tokens"),
                (chains(correct_fraction=2), "chains/correct_fraction", "must be"),
                ({"/workload/graphs/0/parameters": {"chains": 500}}, "stages/reason/chains", "do not fit into the KV memory",
                 "that the largest instance of pool \"llm/all\" has: 90 do")]:
            with self.subTest(expected=expected):
                words = sets({"/workload/graphs/0/parameters": {"chains": 16}, **values})
                done = self.program("check", SLIM_SC, *words)
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                for text in expected:
                    self.assertIn(text, done.stderr)

    def test_the_planner_needs_chains(self):
        content = alone(chains=16)
        del content["/workload"]["graphs"][0]["template"]["stages"]["reason"]["chains"]
        done = self.program("check", SLIM_SC, *sets(content))
        self.assertEqual(done.returncode, 2)
        self.assertIn("/planners/0: needs a stage with chains", done.stderr)


BRANE = "configs/scenario/brane_oracle.json"
TABLE = {"probabilities": [[0.90, 0.95, 0.99], [0.20, 0.60, 0.90]]}


def mini_catalogue():
    """Three configurations that cost 1, 4 and 10."""
    template = json.loads((ROOT / "configs/template/retrieval_agent.json").read_text())
    template["parameters"]["cost"] = 0
    template["catalogue"].update(options={"model": {str(c): {"parameters": {"cost": c}} for c in (1, 4, 10)}},
                                 cost=[{"of": ["cost"]}], oracle=TABLE)
    return template


class PerQuery(ProgramTest):
    runs = 0

    def queries(self, values):
        self.runs += 1
        output = self.simulate(BRANE, *sets({"/workload/graphs/0/count": 60, **values}), out=f"out{self.runs}")
        graph = output.summary["graphs"]["questions"]
        self.assertEqual(graph["stages"]["created"], sum(graph["stages"][name] for name in ("done", "cancelled", "left")))
        return graph

    def at(self, weight, noise=0, **values):
        return self.queries({"/policy/planners": [{"kind": "per_query", "lambda": weight, "logit_noise": noise}], **values})

    def test_mini_example(self):
        services = json.loads((ROOT / BRANE).read_text())["services"]
        del services["large"]
        mini = {"/workload/graphs/0/template": mini_catalogue(), "/workload/graphs/0/count": 2, "/services": services}
        for weight, first, second in [(0, 10, 10), (0.005, 10, 10), (0.02, 1, 10), (0.05, 1, 4), (0.2, 1, 1)]:
            queries = self.at(weight, **mini)["queries"]
            self.assertEqual(queries["mean_cost"], (first + second) / 2, weight)

    def test_cost_falls_and_accuracy_does_not_rise_with_lambda(self):
        before = None
        for weight in [0, 0.0005, 0.002, 0.01, 1000]:
            queries = self.at(weight)["queries"]
            now = [queries[name] for name in ("mean_cost", "expected_right_fraction", "right_fraction")]
            if before:
                for one, other in zip(now, before):
                    self.assertLessEqual(one, other, weight)
            else:
                best = max(one["right_fraction_of_all"] for one in queries["configurations"].values())
                self.assertGreaterEqual(now[1], best - 1e-12)
            before = now
        cheapest = min(one["cost"] for one in queries["configurations"].values())
        self.assertAlmostEqual(before[0], cheapest)
        self.assertEqual(sum(one["jobs"] for one in queries["configurations"].values()), 60)

    def test_one_configuration_for_all_needs_no_characterising(self):
        chosen = self.at(1000)
        name = next(name for name, one in chosen["queries"]["configurations"].items() if one["jobs"])
        fixed = self.queries({"/workload/graphs/0/configuration": name, "/policy/planners": []})
        self.assertEqual(fixed["queries"]["mean_cost"], chosen["queries"]["mean_cost"])
        self.assertEqual(fixed["queries"]["right_fraction"], chosen["queries"]["right_fraction"])
        self.assertAlmostEqual(fixed["queries"]["expected_right_fraction"], fixed["queries"]["configurations"][name]["right_fraction_of_all"])
        self.assertEqual(chosen["queries"]["prompt_tokens"] - fixed["queries"]["prompt_tokens"], 60 * 300)
        self.assertEqual(chosen["queries"]["output_tokens"] - fixed["queries"]["output_tokens"], 60 * 50)
        self.assertGreater(chosen["makespan"]["mean_s"], fixed["makespan"]["mean_s"])
        self.assertGreater(chosen["gpu_energy_kwh"], fixed["gpu_energy_kwh"])

    def test_a_static_configuration_is_what_the_oracle_says_of_it(self):
        queries = self.at(0.002)["queries"]
        for name in ("large/dense/16/3/large", "small/sparse/1/1/small"):
            fixed = self.queries({"/workload/graphs/0/configuration": name, "/policy/planners": []})["queries"]
            self.assertAlmostEqual(fixed["expected_right_fraction"], queries["configurations"][name]["right_fraction_of_all"])
            self.assertEqual(fixed["configurations"][name]["jobs"], 60)

    def test_bad_input(self):
        catalogue = "/workload/graphs/0/template/catalogue/"
        planner = lambda **values: {"/policy/planners": [{"kind": "per_query", **values}]}
        mini = lambda **oracle: {"/workload/graphs/0/template": mini_catalogue(), catalogue + "oracle": oracle}
        for values, *expected in [
                (planner(**{"lambda": -1}), "/policy/planners/0/lambda", "must be"),
                (planner(logit_noise=-1), "/policy/planners/0/logit_noise", "must be"),
                (mini(probabilities=[[0.5, 1.5, 0.5]]), "oracle/probabilities/0/1", "must be"),
                (mini(probabilities=[[0.5, 0.5, 0.5], [0.5]]), "oracle/probabilities/1", "has 1 numbers, but there are 3 configurations"),
                ({catalogue + "options": {}}, "catalogue/options", "must have at least one kind"),
                ({catalogue + "options/hops": {}}, "catalogue/options/hops", "must have at least one option"),
                ({catalogue + "options/reader/large/parameters/read_usd_per_million": -1}, "parameters/read_usd_per_million", "must be"),
                ({catalogue + "cost/0/times": -1}, "catalogue/cost/0/times", "must be"),
                ({catalogue + "cost": [{"times": 0}]}, "catalogue/oracle/probabilities", "missing: what is drawn needs costs above 0"),
                ({catalogue + "options/reader/large/operations/read_1": "read_huge"}, "/services", 'no pool serves the requests "read_huge_high"'),
                ({"/services/retriever/pools/0/serves": []}, "/services", 'no pool serves the requests "retrieve_high"'),
                ({catalogue + "options/reader/large/operations/reed_1": "read_large"}, "operations/reed_1", 'no stage "reed_1"'),
                ({catalogue + "options/reader/large/operations": {"read_9": "read_large"}}, "operations/read_9", 'no stage "read_9"'),
                ({catalogue + "options/hops/1/without": ["read_9"]}, "hops/1/without/0", 'no stage "read_9"'),
                ({catalogue + "options/hops/1/without": ["characterise"]}, "hops/1/without/0", "cannot be chosen after it has run"),
                ({catalogue + "after": "synthesise"}, "catalogue/after", "is not before all others"),
                ({"/policy/planners": []}, "/workload/graphs/0/configuration", "missing: the template has a catalogue"),
                ({"/workload/graphs/0/configuration": "huge"}, "/workload/graphs/0/configuration", 'no configuration "huge"'),
                ({"/workload/graphs/0/configuration": "small/sparse/1/1/small"}, "/planners/0", "needs a stream")]:
            with self.subTest(expected=expected):
                done = self.program("check", BRANE, *sets(values))
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                for text in expected:
                    self.assertIn(text, done.stderr)

    def test_a_configuration_whose_answer_is_voted_on(self):
        """Planners act one after the other: the last stage is eight chains where the writer is small, and Slim-SC stops some."""
        template = json.loads((ROOT / "configs/template/retrieval_agent.json").read_text())
        template["parameters"]["chains"] = 1
        template["stages"]["synthesise"].update(per=["chains"], chains={})
        template["catalogue"]["options"]["writer"]["small"]["parameters"]["chains"] = 8
        planners = [{"kind": "per_query", "lambda": 0.01}, {"kind": "self_consistency", "hazard": 0.2, "warm_up_thoughts": 0, "keep_min": 1}]
        graph = self.queries({"/workload/graphs/0/template": template, "/policy/planners": planners})
        small = sum(one["jobs"] for name, one in graph["queries"]["configurations"].items() if name.endswith("/small"))
        self.assertGreater(small, 0)
        self.assertEqual(graph["jobs"]["done"], 60)
        self.assertEqual(graph["chains"]["done"] + graph["chains"]["cancelled"], 8 * small + (60 - small))
        self.assertGreater(graph["chains"]["cancelled"], 0)
        self.assertEqual(graph["chains"]["votes"], 60)

    def test_no_plan_without_a_run(self):
        done = self.program("plan", BRANE)
        self.assertEqual(done.returncode, 2)
        self.assertIn("has a catalogue", done.stderr)


class Tables(ProgramTest):
    """scripts/planners.py on sweeps of few points."""

    def table(self, study, axes):
        content = json.loads((ROOT / f"configs/study/{study}.json").read_text())
        content["scenario"] = str(ROOT / "configs/study" / content["scenario"])
        content["axes"].update(axes)
        self.ok("sweep", self.write(f"{study}.json", content), "--out", self.folder / study)
        done = subprocess.run([PYTHON, ROOT / "scripts/planners.py", "table", self.folder / study], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines() if line.startswith("|")]

    def test_configurations(self):
        rows = self.table("brane_oracle", {"/policy/planners/0/lambda": [0, 1], "/policy/planners/0/logit_noise": [0], "/seed": [1], "/workload/graphs/0/count": [20]})
        self.assertEqual([row[0] for row in rows], ["lambda", "---:", "0", "1", "seed", "---:", "1"])
        self.assertGreater(float(rows[2][1]), float(rows[3][1]))

    def test_prefills_and_rates(self):
        fraction = "/policy/planners/0/pairs/0/groups/0/layer_fraction"
        rows = self.table("droidspeak_prefill", {fraction: [0.3, 1], "/workload/graphs/0/count": [1]})
        self.assertEqual([row[1] for row in rows], ["prefix, tokens", "---:"] + 2 * ["5008", "10000", "20000"])
        for row in rows[2:]:
            self.assertGreater(float(row[2]), float(row[3].split()[0]))
        rows = self.table("droidspeak_rate", {"/hardware": ["dgx_h100"], "/network/nic_bytes_per_s": [12.5e9], fraction: [0, 0.375, 1],
                                              "/workload/graphs/0/every_s": [0.5, 0.1], "/workload/graphs/0/count": [20]})
        self.assertEqual(rows[0][1:], ["whole prompts", "0.375, 100 Gb/s", "0, 100 Gb/s", "0.375, 100 Gb/s, counts transfers", "0, 100 Gb/s, counts transfers"])
        self.assertEqual([row[:2] for row in rows[-3:]], [["**at most 0.36 s**", "10"], ["**at most 0.57 s**", "10"], ["**at most 1.14 s**", "10"]])


if __name__ == "__main__":
    unittest.main()
