"""DroidSpeak: KV caches of contexts that one model takes over from another."""

import json
import unittest

from support import ROOT, ProgramTest

PAIR = "configs/scenario/droidspeak_pair.json"
GROUPS = "/policy/planners/0/pairs/0/groups"
CONTEXT = 10000
KV, HIDDEN = 131072, 8192  # bytes a token


def sets(values):
    return [word for pointer, value in values.items() for word in ("--set", f"{pointer}={json.dumps(value)}")]


class KvReuse(ProgramTest):
    runs = 0

    def run_with(self, values, *words):
        self.runs += 1
        output = self.simulate(PAIR, *words, *sets({"/workload/graphs/0/count": 4, "/workload/graphs/0/every_s": 20, **values}), out=f"out{self.runs}")
        graph = output.summary["graphs"]["drafts"]
        self.assertEqual(graph["stages"]["created"], sum(graph["stages"][key] for key in ("done", "cancelled", "lost", "left")))
        return output.summary

    def linear(self, fraction, rate, **values):
        """Steps of 0.1 ms a prompt token: a context of 10,000 takes 1 s, the 600 tokens behind it 0.06 s."""
        table = self.folder / "steps.csv"
        table.write_text("batch_tokens,prompt_time_s,token_time_s\n1,0.0001,0.001\n20000,2,0.001\n")
        steps = {"kind": "table", "path": str(table), "extend": True}
        return self.run_with({"/services/writer/steps": steps, "/services/reviewer/steps": steps, "/network/nic_bytes_per_s": rate,
                              "/policy/batching": {"kind": "continuous"}, GROUPS: [{"layer_fraction": fraction}], **values})

    def test_mini_example(self):
        for fraction, seconds in [(0, 0.164858), (0.125, 0.191554), (0.25, 0.316554), (0.32, 0.386554), (0.5, 0.566554), (0.75, 0.816554)]:
            summary = self.linear(fraction, 12.5e9)
            reuse = summary["kv_reuse"]
            self.assertEqual(summary["classes"]["recompute_review"]["requests"]["arrived"], 4 if fraction else 0)
            self.assertEqual((reuse["begun"], reuse["reused_ttft"]["stages"]), (4, 4))
            self.assertAlmostEqual(reuse["reused_ttft"]["mean_s"], seconds, delta=1e-6)
            self.assertAlmostEqual(reuse["predicted_mean_s"], seconds, delta=1e-6)
            self.assertEqual(reuse["layer_fraction_mean"], fraction)
        for fraction, rate in [(1, 12.5e9), (0, 0.125e9), (0.5, 0.125e9)]:
            reuse = self.linear(fraction, rate)["kv_reuse"]
            self.assertEqual(reuse["begun"], 0)
            self.assertEqual(reuse["full_ttft"]["stages"], 8)  # those of the sender, too
            self.assertAlmostEqual(reuse["full_ttft"]["p99_s"], 1.06, delta=2e-3)

    def test_a_prompt_that_is_the_context(self):
        self.assertEqual(self.run_with({"/workload/graphs/0/parameters/draft_prompt_tokens": CONTEXT})["kv_reuse"]["begun"], 4)

    def test_all_layers_is_a_run_without_the_planner(self):
        plain = self.run_with({"/policy/planners": []})
        full = self.run_with({GROUPS: [{"layer_fraction": 1}]})
        self.assertEqual(full.pop("kv_reuse")["begun"], 0)
        del full["checks"]["artefacts_residual"]
        full["classes"] = {name: rows for name, rows in full["classes"].items() if not name.startswith("recompute")}
        self.assertEqual(plain, full)

    def test_bytes_are_conserved(self):
        for fraction in [0, 0.25, 0.5]:
            summary = self.run_with({GROUPS: [{"layer_fraction": fraction}]})
            reuse, network = summary["kv_reuse"], summary["network"]
            self.assertEqual(reuse["begun"], 4)
            each = CONTEXT * ((1 - fraction) * KV + (HIDDEN if fraction else 0))
            self.assertEqual(reuse["fetched_bytes"], 4 * each)
            self.assertEqual(network["sent_bytes"], reuse["fetched_bytes"])
            self.assertEqual(network["bytes"], reuse["fetched_bytes"])
            self.assertEqual(reuse["artefacts"]["made_bytes"], 4 * CONTEXT * (KV + HIDDEN))
            self.assertEqual(summary["checks"]["artefacts_residual"], 0)

    def test_monotone(self):
        ttft = lambda values: self.run_with(values)["kv_reuse"]["reused_ttft"]["mean_s"]
        by_layers = [ttft({GROUPS: [{"layer_fraction": f}]}) for f in (0.25, 0.375, 0.5, 0.75)]
        self.assertEqual(by_layers, sorted(by_layers))
        by_rate = [ttft({"/network/nic_bytes_per_s": rate}) for rate in (50e9, 12.5e9, 6e9)]
        self.assertEqual(by_rate, sorted(by_rate))
        length = lambda tokens: {"/workload/graphs/0/parameters": {"context_tokens": tokens, "draft_prompt_tokens": tokens + 200, "review_prompt_tokens": tokens + 600}}
        by_length = [ttft(length(tokens)) for tokens in (4992, 10000, 20000)]
        self.assertEqual(by_length, sorted(by_length))

    def test_counts_transfers(self):
        """Where the network is full it reads whole prompts; alone nothing changes."""
        load = lambda every, counts: self.run_with({GROUPS: [{"layer_fraction": 0}], "/workload/graphs/0/every_s": every, "/workload/graphs/0/count": 60,
                                                    "/policy/planners/0/counts_transfers": counts})
        self.assertEqual(load(2, False), load(2, True))
        blind, seeing = load(0.05, False), load(0.05, True)
        self.assertEqual(blind["kv_reuse"]["begun"], 60)
        self.assertLess(seeing["kv_reuse"]["begun"], 60)
        p99 = lambda summary: summary["classes"]["review"]["latency"]["ttft_s"]["p99"]
        self.assertLess(p99(seeing), p99(blind) / 2)

    def test_aware_of_the_queue(self):
        """The most layers that keep the target where nobody waits, the fewest where somebody does."""
        groups = [{"layer_fraction": 0.5, "quality": 0.99}, {"layer_fraction": 0.25, "quality": 0.9}]
        reuse = lambda target, **values: self.run_with({GROUPS: groups, "/policy/planners/0/ttft_target_s": target, **values})["kv_reuse"]
        self.assertEqual((reuse(0.2)["layer_fraction_mean"], reuse(0.2)["quality_mean"]), (0.5, 0.99))
        self.assertEqual(reuse(0.12)["layer_fraction_mean"], 0.25)
        self.assertEqual(reuse(0.12, **{"/policy/planners/0/quality_wanted": 0.95})["layer_fraction_mean"], 0.5)
        self.assertEqual(reuse(0.12, **{"/policy/planners/0/quality_wanted": 0.995})["begun"], 0)
        self.assertEqual(reuse(1)["begun"], 0)
        crowd = reuse(0.4, **{"/workload/graphs/0/every_s": 0.02, "/workload/graphs/0/count": 150})
        self.assertLess(crowd["layer_fraction_mean"], 0.5)

    def test_what_is_dropped_is_read_whole(self):
        """Room for two contexts, of which six come before any is asked for again."""
        each = CONTEXT * (KV + HIDDEN)
        values = {"/workload/graphs/0/every_s": 0.1, "/workload/graphs/0/count": 12, "/workload/graphs/0/contexts": 6,
                  "/policy/planners/0/server_bytes": 2.5 * each, "/services/writer/servers": 1}
        summary = self.run_with(values)
        reuse = summary["kv_reuse"]
        self.assertGreater(reuse["artefacts"]["dropped_bytes"], 0)
        self.assertLessEqual(reuse["artefacts"]["live_bytes"], 2.5 * each)
        self.assertEqual(reuse["artefacts"]["made_bytes"], reuse["artefacts"]["dropped_bytes"] + reuse["artefacts"]["live_bytes"])
        none = self.run_with({**values, "/policy/planners/0/server_bytes": 0})["kv_reuse"]
        self.assertEqual((none["begun"], none["artefacts"]["live"], none["fetched_bytes"]), (0, 0, 0))

    def test_a_server_without_power(self):
        """The sender goes while a KV cache travels: the receiver reads the prompt whole. Or the receiver itself does."""
        values = {"/network/nic_bytes_per_s": 8e9, GROUPS: [{"layer_fraction": 0}], "/workload/graphs/0/count": 2, "/workload/graphs/0/every_s": 1,
                  "/services/writer/servers": 1, "/site": {"servers": 2, "levels": [{"name": "row", "holds": 1}]}}
        plain = self.run_with(values)["kv_reuse"]
        self.assertEqual((plain["failed"], plain["reused_ttft"]["stages"]), (0, 2))
        drafted = self.run_with({**values, "/workload/graphs/0/count": 1}, "--requests")
        draft_s = drafted["classes"]["draft"]["latency"]["e2e_s"]["mean"]
        cut = lambda row: self.run_with({**values, "/workload/graphs/0/count": 1, "/duration_s": 60,
                             "/incidents/evictions": [{"nodes": [row], "at_s": draft_s + 0.05, "notice_s": 0}]})
        away = cut("row0")
        self.assertEqual((away["kv_reuse"]["begun"], away["kv_reuse"]["failed"]), (1, 1))
        self.assertEqual((away["graphs"]["drafts"]["stages"]["lost"], away["graphs"]["drafts"]["stages"]["left"]), (1, 1), "nobody else reviews")
        cut = cut("row1")
        reuse = cut["kv_reuse"]
        self.assertEqual((reuse["begun"], reuse["failed"], reuse["reused_ttft"]["stages"]), (1, 1, 0))
        self.assertEqual(reuse["full_ttft"]["stages"], 2)
        self.assertEqual(reuse["artefacts"]["live"], 0)
        self.assertEqual(cut["graphs"]["drafts"]["jobs"]["done"], 1)
        self.assertEqual(cut["network"]["cut"], 1)

    def test_bad_input(self):
        planner = "/policy/planners/0/"
        for values, *expected in [
                ({GROUPS: [{"layer_fraction": 1.5}]}, "groups/0/layer_fraction", "must be"),
                ({GROUPS: [{"layer_fraction": -0.5}]}, "groups/0/layer_fraction", "must be"),
                ({GROUPS: []}, "pairs/0/groups", "must have at least one group"),
                ({planner + "pairs": []}, "planners/0/pairs", "must have at least one pair"),
                ({GROUPS: [{"layer_fraction": 0.25, "entry_layer": 32}]}, "groups/0/entry_layer", "is not among the 32 layers"),
                ({GROUPS: [{"layer_fraction": 0.25, "entry_layer": 25}]}, "groups/0/entry_layer", "leaves fewer layers behind it"),
                ({planner + "pairs/0/sender": "llama3_1_8b_wirter"}, "pairs/0/sender", "no pool serves the model", "llama3_1_8b_writer"),
                ({"/services/writer/model": {"include": "../model/qwen3_8b.json", "name": "llama3_1_8b_writer"}}, "pairs/0/receiver",
                 "of another architecture", "layers 32, not 36"),
                ({"/services/writer/model": {"include": "../model/llama2_7b.json", "name": "llama3_1_8b_writer"}}, "pairs/0/receiver",
                 "of another architecture", "kv_heads 8, not 32"),
                ({"/services/reviewer/prefix_cache": False}, "pairs/0/receiver", "without `prefix_cache`"),
                ({"/network": None}, "/planners/0", "needs a /network"),
                ({"/workload/graphs/0/parameters": {"context_tokens": 20000}}, "stages/draft/context_tokens", "longer than the prompt of 10200"),
                ({"/workload/graphs/0/template": "self_consistency", "/workload/graphs/0/contexts": 3}, "graphs/0/contexts", "needs a template with context_tokens"),
                ({planner + "quality_wanted": 2}, "planners/0/quality_wanted", "must be"),
                ({planner + "ttft_target_s": 0}, "planners/0/ttft_target_s", "must be"),
                ({planner + "server_bytes": -1}, "planners/0/server_bytes", "must be")]:
            with self.subTest(expected=expected):
                scenario = json.loads((ROOT / PAIR).read_text())
                if values.get("/network", 1) is None:
                    del scenario["network"], values["/network"]
                for service in scenario["services"].values():
                    service["model"]["include"] = str(ROOT / "configs/model/llama3_1_8b.json")
                path = self.folder / "pair.json"
                path.write_text(json.dumps(scenario))
                values = json.loads(json.dumps(values).replace("../model", str(ROOT / "configs/model")))
                done = self.program("check", path, *sets(values))
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                for text in expected:
                    self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
