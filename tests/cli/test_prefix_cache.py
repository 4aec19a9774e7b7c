"""Prefix caches: what they save of traces, what is refused, what the summary says."""

import json
import unittest

from support import ROOT, ProgramTest, small_scenario

MOONCAKE = ROOT / "../shared/data/mooncake/synthetic_trace.jsonl"


def row(time_ms, tokens, blocks, output=1):
    return json.dumps({"timestamp": time_ms, "input_length": tokens, "output_length": output, "hash_ids": blocks}) + "\n"


class PrefixCacheTest(ProgramTest):
    runs = 0

    def result(self, scenario, *arguments):
        """Of a run with a folder of its own."""
        self.runs += 1
        return self.simulate(scenario, *arguments, out=f"out{self.runs}")

    def scenario(self, trace, unlimited=True, batching="chunked_prefill", **serving):
        memory = {"memory": {"capacity_tokens": 1000000000}} if unlimited else {}
        policy = {"router": {"kind": "prefix_affinity"}, "batching": {"kind": batching}, "controllers": []}
        return self.write_scenario(
            site={"servers": 1}, policy=policy, workload={"trace": trace},
            serving={"model": "llama3_1_8b", "stack": "vllm_2025", "tensor_parallel": 8, "prefix_cache": True,
                     "max_waiting_requests": 1000000, **memory, **serving}, hardware="dgx_h100")

    def write_scenario(self, **changes):
        return self.write("scenario.json", json.dumps(small_scenario(**changes)))

    def unlimited(self, *trace):
        """What `trace describe` says of an unlimited cache: the share and the number of tokens."""
        lines = self.ok("trace", "describe", *trace).stdout.splitlines()
        words = next(line for line in lines if line.startswith("prefix cache")).split()
        return float(words[6]), int(words[11].replace(",", ""))

    def same_as_trace(self, scenario, *trace):
        share, tokens = self.unlimited(*trace)
        hits = self.result(scenario).summary["prefix_cache"]
        self.assertEqual(hits["hit_tokens"], tokens)
        self.assertEqual(round(hits["hit_fraction"], 4), share)
        self.assertEqual(hits["evicted_tokens"], 0)
        return hits


class Traces(PrefixCacheTest):
    def test_a_run_hits_what_the_trace_repeats(self):
        rows = [row(0, 1300, [1, 2, 3]), row(1000, 1536, [1, 2, 4]), row(1000, 1536, [1, 2, 4]), row(2000, 700, [1, 9]),
                row(2000, 2000, [1, 9, 10, 11])]
        trace = self.write("trace.jsonl", "".join(rows))
        for batching in ["continuous", "chunked_prefill"]:
            with self.subTest(batching=batching):
                hits = self.same_as_trace(self.scenario({"path": str(trace)}, batching=batching), trace)
                # 1024, then all but the last block of the same prompt, 512 of the short one, 512 of the last: what was
                # not full is not kept.
                self.assertEqual(hits["hit_tokens"], 1024 + 1024 + 512 + 512)
                self.assertEqual(hits["prompt_tokens"], 1300 + 2 * 1536 + 700 + 2000)

    def test_hits_save_time_and_energy(self):
        trace = self.write("trace.jsonl", "".join(row(2000 * i, 8192, [*range(15), 100 + i], 20) for i in range(5)))
        hot = self.result(self.scenario({"path": str(trace)}), "--requests")
        cold = self.result(self.scenario({"path": str(trace)}), "--requests", "--set", "/serving/prefix_cache=false")
        first, *others = [float(entry["ttft_s"]) for entry in hot.requests()]
        for entry, warm in zip(cold.requests(), [first, *others]):
            self.assertLessEqual(warm, float(entry["ttft_s"]))
        self.assertLess(max(others), first / 3)
        self.assertLess(hot.summary["energy"]["it_kwh"], cold.summary["energy"]["it_kwh"])
        self.assertNotIn("prefix_cache", cold.summary)
        self.assertIn("not reused", json.dumps(cold.summary["warnings"]))
        self.assertNotIn("not reused", json.dumps(hot.summary["warnings"]))

    def test_copies_of_a_trace_share_nothing(self):
        trace = self.write("trace.jsonl", row(0, 1024, [1, 2]) + row(10000, 1024, [1, 2]))
        hits = self.result(self.scenario({"path": str(trace), "copies": 3})).summary["prefix_cache"]
        self.assertEqual(hits["hit_tokens"], 3 * 512)

    def test_the_window_counts(self):
        trace = self.write("trace.jsonl", row(0, 1024, [1, 2]) + row(10000, 1024, [1, 2]) + row(20000, 1024, [1, 2]))
        self.same_as_trace(self.scenario({"path": str(trace), "from_s": 5}), trace, "--from-s", "5")

    def test_a_size_of_blocks_of_ones_own(self):
        trace = self.write("trace.jsonl", row(0, 100, [1, 2, 3, 4]) + row(10000, 100, [1, 2, 3, 5]))
        set_it = ["--set", "/workload/trace/block_tokens=32", "--set", "/workload/trace/time_unit=ms"]
        hits = self.same_as_trace(self.scenario({"path": str(trace), "block_tokens": 32, "time_unit": "ms"}), trace, *set_it)
        self.assertEqual(hits["hit_tokens"], 96)

    @unittest.skipUnless(MOONCAKE.exists(), f"no {MOONCAKE.name} here")
    def test_mooncake(self):
        self.assertEqual(self.unlimited(MOONCAKE)[0], 0.6504)
        for batching in ["continuous", "chunked_prefill"]:
            with self.subTest(batching=batching):
                trace = {"path": str(MOONCAKE), "time_stretch": 4}
                self.same_as_trace(self.scenario(trace, batching=batching), MOONCAKE)


class Refusals(PrefixCacheTest):
    def refuses_rows(self, rows, *expected, **trace):
        path = self.write("trace.jsonl", rows)
        scenario = self.scenario({"path": str(path), **trace})
        for command in [["check", scenario], ["run", scenario, "--out", self.folder / "refused"]]:
            self.refuses(command, *expected)

    def test_a_list_of_blocks_that_is_shorter_than_its_prompt(self):
        self.refuses_rows(row(0, 1024, [1, 2]) + row(1000, 1025, [1, 2]), "trace.jsonl:2: ", "2 blocks of 512 tokens",
                          "shorter than the prompt of 1025 tokens", time_unit="ms")
        self.refuses_rows(row(0, 512, [1, 2]), "trace.jsonl:1: ", "longer than the prompt of 512 tokens", time_unit="ms")

    def test_a_row_or_a_trace_without_blocks(self):
        bare = json.dumps({"timestamp": 1000, "input_length": 10, "output_length": 1}) + "\n"
        self.refuses_rows(row(0, 10, [1]) + bare, "trace.jsonl:2: ", "hash_ids is missing")
        self.refuses_rows(bare, "has no hash_ids")

    def test_blocks_of_no_known_size(self):
        named = json.dumps({"arrival_s": 0, "input_length": 10, "output_tokens": 1, "hash_ids": [1]}) + "\n"
        self.refuses_rows(named, "/workload/trace/block_tokens")

    def test_batching_that_looks_nothing_up(self):
        trace = self.write("trace.jsonl", row(0, 10, [1]))
        by_deadline = ["--set", "/policy/batching/order=deadline"]
        self.refuses(["check", self.scenario({"path": str(trace)}), *by_deadline], "/serving/prefix_cache", "(in order of arrival)")
        self.refuses(["check", self.scenario({"path": str(trace)}, batching="splitwise")], "/serving/prefix_cache",
                     "continuous and chunked_prefill")

    def test_too_many_groups(self):
        synthetic = {"rate_per_s": 1, "duration_s": 10, "classes": [
            {"input": {"kind": "fixed", "tokens": 10}, "output": {"kind": "fixed", "tokens": 1},
             "prefixes": [{"tokens": 1, "groups": 1001}, {"tokens": 1, "groups": 1000}]}]}
        self.refuses(["check", self.write_scenario(workload={"synthetic": synthetic})], "/classes/0/prefixes",
                     "more than a million groups")


class Generated(PrefixCacheTest):
    def test_classes_have_hits_of_their_own(self):
        kind = {"input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 5}, "high_priority_share": 0}
        synthetic = {"rate_per_s": 2, "duration_s": 60, "classes": [
            {"name": "alike", "share": 0.5, "prefixes": [{"tokens": 320}], **kind}, {"name": "own", "share": 0.5, **kind}]}
        scenario = self.write_scenario(
            workload={"synthetic": synthetic},
            policy={"router": {"kind": "prefix_affinity"}, "batching": {"kind": "continuous"}, "controllers": []},
            serving={"model": "llama2_70b", "stack": "vllm_2023", "tensor_parallel": 8, "prefix_cache": True})
        summary = self.result(scenario).summary
        alike, own = (summary["classes"][name]["prefix_cache"] for name in ["alike", "own"])
        self.assertEqual(own["hit_tokens"], 0)
        self.assertEqual(alike["hit_tokens"] % 320, 0)
        self.assertGreater(alike["hit_fraction"], 0.55)
        self.assertEqual(summary["prefix_cache"]["hit_tokens"], alike["hit_tokens"])


if __name__ == "__main__":
    unittest.main()
