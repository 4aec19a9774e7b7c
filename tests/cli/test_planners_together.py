"""One job under three planners: BRANE chooses its configuration, DroidSpeak takes over the KV cache of its context, Slim-SC stops chains of its answer."""

import json
import unittest

from support import ROOT, ProgramTest

JOBS, FEW, MANY = 40, 4, 12

TEMPLATE = {
    "name": "reviewed_answer",
    "parameters": {"chains": MANY, "chain_tokens": 1500, "context": 4000, "prompt": 4400, "draft_cost": 0},
    "stages": {
        "characterise": {"input_tokens": {"times": 300}, "output_tokens": {"times": 50}},
        "draft": {"after": ["characterise"], "input_tokens": {"of": ["prompt"]}, "output_tokens": {"times": 50}, "context_tokens": {"of": ["context"]}},
        "review": {"after": ["characterise", "draft"], "input_tokens": {"of": ["prompt"]}, "output_tokens": {"times": 50}, "context_tokens": {"of": ["context"]}},
        "reason": {"per": ["chains"], "after": ["review"], "input_tokens": {"times": 500}, "output_tokens": {"of": ["chain_tokens"]},
                   "chains": {"thought_tokens": 40, "thought_min_tokens": 25}},
        "vote": {"after": ["reason"]}},
    "catalogue": {
        "after": "characterise",
        "options": {"draft": {"with": {"parameters": {"draft_cost": 5}}, "none": {"without": ["draft"]}},
                    "answer": {"few": {"parameters": {"chains": FEW}}, "many": {"parameters": {"chains": MANY}}}},
        "cost": [{"of": ["chains"]}, {"of": ["draft_cost"]}],
        "oracle": {"probabilities": [[0.9, 0.9, 0.2, 0.2], [0.2, 0.9, 0.2, 0.2], [0.9, 0.9, 0.9, 0.9], [0.2, 0.9, 0.2, 0.8]]}}}  # the cheapest that is right is best

PLANNERS = [{"kind": "per_query", "lambda": 0.02},
            {"kind": "kv_reuse", "counts_transfers": True,
             "pairs": [{"sender": "writer_8b", "receiver": "reviewer_8b", "groups": [{"layer_fraction": 0.25, "entry_layer": 4}]}]},
            {"kind": "self_consistency", "hazard": 0.05, "warm_up_thoughts": 5}]


def service(name, serves, instances):
    return {"model": {"include": str(ROOT / "configs/model/llama3_1_8b.json"), "name": name}, "stack": "vllm_2025", "tensor_parallel": 1, "prefix_cache": True,
            "max_waiting_requests": 10000, "pools": [{"name": "all", "serves": serves, "instances": {"service": instances}}]}


def scenario(planners):
    return {"name": "together", "seed": 1, "hardware": "dgx_h100", "site": {"servers": 2, "levels": [{"name": "row"}]},
            "services": {"writer": service("writer_8b", ["draft"], 8), "reviewer": service("reviewer_8b", ["characterise", "review", "reason"], 8)},
            "network": {"kind": "flows", "nic_bytes_per_s": 12.5e9},
            "workload": {"graphs": [{"name": "answers", "template": TEMPLATE, "count": JOBS, "every_s": 0.5}]},
            "policy": {"router": {"kind": "join_shortest_queue"}, "batching": {"kind": "continuous"}, "planners": planners}}


class Together(ProgramTest):
    def run_with(self, planners, out="out"):
        output = self.simulate(self.write(out + ".json", scenario(planners)), "--requests", out=out)
        stages = output.summary["graphs"]["answers"]["stages"]
        self.assertEqual(stages["created"], stages["done"] + stages["cancelled"])
        self.assertEqual(output.summary["graphs"]["answers"]["jobs"]["done"], JOBS)
        for residual in output.summary["checks"].values():
            self.assertLess(residual, 1e-9)
        return output

    def jobs_of(self, summary):
        """Jobs that had a draft, and chains, by the configurations that were chosen."""
        chosen = {name: one["jobs"] for name, one in summary["graphs"]["answers"]["queries"]["configurations"].items()}
        self.assertEqual(sum(chosen.values()), JOBS)
        self.assertEqual(set(chosen.values()), {JOBS // 4})
        drafts = sum(count for name, count in chosen.items() if name.startswith("with/"))
        return drafts, sum(count * (MANY if name.endswith("/many") else FEW) for name, count in chosen.items())

    def test_each_sees_the_job_that_the_one_before_left(self):
        output = self.run_with(PLANNERS)
        summary = output.summary
        drafts, chains = self.jobs_of(summary)
        graph, reuse = summary["graphs"]["answers"], summary["kv_reuse"]
        arrived = {name: summary["classes"][name]["requests"]["arrived"] for name in ("characterise", "draft", "review", "recompute_review", "reason")}
        self.assertEqual(arrived, {"characterise": JOBS, "draft": drafts, "review": JOBS, "recompute_review": drafts, "reason": chains})
        self.assertEqual((reuse["begun"], reuse["failed"], reuse["reused_ttft"]["stages"]), (drafts, 0, drafts))
        self.assertEqual(summary["network"]["bytes"], reuse["fetched_bytes"])
        self.assertEqual((graph["chains"]["done"] + graph["chains"]["cancelled"], graph["chains"]["votes"]), (chains, JOBS))
        self.assertEqual(graph["stages"]["cancelled"], graph["chains"]["cancelled"])
        self.assertGreater(graph["chains"]["cancelled"], 0)
        self.assertEqual(output.contents(), self.run_with(PLANNERS, out="again").contents())
        reversed_order = self.run_with(PLANNERS[::-1], out="reversed").summary
        self.assertEqual(reversed_order["fingerprint"], summary["fingerprint"], "they act at different times of a job")

    def test_each_acts_as_it_does_alone(self):
        """One planner less changes what that one does, and no choice of the others."""
        whole = self.run_with(PLANNERS).summary
        without = lambda i: self.run_with(PLANNERS[:i] + PLANNERS[i + 1:], out=f"without{i}").summary
        no_reuse, no_stop = without(1), without(2)
        for summary in (no_reuse, no_stop):
            self.assertEqual(self.jobs_of(summary), self.jobs_of(whole))
        self.assertEqual(no_reuse["network"]["bytes"], 0)
        self.assertEqual(no_reuse["graphs"]["answers"]["chains"]["cancelled"], whole["graphs"]["answers"]["chains"]["cancelled"])
        self.assertEqual(no_stop["graphs"]["answers"]["chains"]["cancelled"], 0)
        self.assertEqual(no_stop["kv_reuse"]["fetched_bytes"], whole["kv_reuse"]["fetched_bytes"])

    def test_a_context_of_chains_is_refused(self):
        content = json.loads(json.dumps(scenario(PLANNERS)))
        content["workload"]["graphs"][0]["template"]["stages"]["reason"]["context_tokens"] = {"times": 100}
        self.refuses_run(content, "/workload/graphs/0/template/stages/reason/context_tokens", "cannot stand beside chains")


if __name__ == "__main__":
    unittest.main()
