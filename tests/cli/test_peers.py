"""Scenarios of configs/scenario/peers: the answers of SplitwiseSim and Vidur, request for request."""

import csv
import io
import os
import pathlib
import shutil
import subprocess
import unittest

from support import ROOT, ProgramTest

PEERS = pathlib.Path(os.environ.get("HEADROOM_PEERS", ROOT / "../shared/peers"))
SCENARIOS = sorted((ROOT / "configs/scenario/peers").glob("*.json"))
CASES = ROOT / "tests/cases"
SMALLEST = 1e-6  # s


def result_of(scenario):
    """The other simulator's rows; the file has the scenario's name, but for the case."""
    file, = [file for file in (PEERS / "results").iterdir() if file.name.lower() == scenario.stem + ".csv.zst"]
    text = subprocess.run(["zstd", "-dc", file], check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def times_of(row):
    """Request, time to first token, end-to-end time and time between tokens of either simulator."""
    if "request_ids" in row:
        return int(float(row["request_ids"])), *(float(row[key]) for key in ("ttft_times", "response_times", "tbt_times"))
    return int(row["request_id"]), *(float(row[key]) for key in ("ttft", "e2e", "tbt"))


@unittest.skipUnless(PEERS.is_dir(), f"no results of other simulators at {PEERS}")
@unittest.skipUnless(shutil.which("zstd"), "no zstd here")
class Peers(ProgramTest):
    def test_every_request_of_every_result(self):
        self.assertGreater(len(SCENARIOS), 0)
        for scenario in SCENARIOS:
            with self.subTest(scenario=scenario.stem):
                output = self.simulate(str(scenario), "--requests", out=scenario.stem)
                ours = {int(row["id"]): row for row in output.requests()}
                theirs = result_of(scenario)
                self.assertEqual(len(ours), len(theirs))
                worst = 0
                for row in theirs:
                    request, ttft, e2e, tbt = times_of(row)
                    mine = ours[request]
                    self.assertEqual(mine["outcome"], "completed")
                    first, whole, tokens = float(mine["ttft_s"]), float(mine["e2e_s"]), int(mine["output_tokens"])
                    worst = max(worst, abs(first - ttft), abs(whole - e2e), abs((whole - first) / tokens - tbt))
                self.assertLess(worst, SMALLEST)

    def test_books_balance_where_either_pool_loses_its_power(self):
        """Caches under way are cut, and instances of the other pool read prompts and answer."""
        scenario = str(ROOT / "configs/scenario/peers/splitwise_ha20p20t_llama_conv70_2min.json")
        for row in ("row0", "row1"):
            with self.subTest(row=row):
                eviction = '/incidents/evictions=[{"nodes": ["%s"], "at_s": 20, "notice_s": 0}]' % row
                summary = self.simulate(scenario, "--set", "/duration_s=40", "--set", eviction, out=row).summary
                self.assertGreater(summary["network"]["cut"], 0)
                self.assertGreater(summary["requests"]["completed"], 1000)

    def test_an_answer_behind_a_prompt_that_must_wait_ends_the_run_of_the_others(self):
        """A prompt arrives where a starving answer alone can begin; values of a program written after SplitwiseSim's rules."""
        settings = {"workload/trace/path": CASES / "splitwise_late_answer.csv", "serving/steps/path": CASES / "splitwise_knots.csv",
                    "serving/steps/rows/model": "bloom-176b", "serving/steps/rows/hardware": "made2", "site/servers": 4,
                    "serving/pools/0/server_fraction": 0.5, "serving/pools/1/server_fraction": 0.5,
                    "serving/memory/kv_bytes_per_token": 4014080, "serving/memory/weight_bytes": 329000000000,
                    "serving/memory/memory_bytes": 407471657381, "policy/router/max_pending_tokens": 3000,
                    "network/bytes_per_s": 10000000000, "network/retry_s": 1, "duration_s": 522}
        rows = self.requests_of("splitwise_hh25p15t_llama_conv70_2min", settings)
        self.assertAlmostEqual(float(rows["23"]["e2e_s"]), 12.200255247447706, delta=SMALLEST)
        self.assertAlmostEqual(float(rows["20"]["ttft_s"]), 12.754496072247704, delta=SMALLEST)

    def test_who_is_taken_out_of_a_batch_of_one_comes_back_at_once(self):
        """Ten blocks, which its answer outgrows; values of a program written after Vidur's rules."""
        settings = {"workload/trace/path": CASES / "vidur_restart.csv", "site/servers": 1, "serving/memory/capacity_tokens": 160}
        row = self.requests_of("vidur_l70h_r40_conv70_2min_rr", settings)["0"]
        self.assertAlmostEqual(float(row["ttft_s"]), 0.020979, delta=1e-5)
        self.assertAlmostEqual(float(row["e2e_s"]), 1.147018, delta=1e-5)

    def requests_of(self, scenario, settings):
        flags = [part for pointer, value in settings.items() for part in ("--set", f"/{pointer}={value}")]
        output = self.simulate(str(ROOT / f"configs/scenario/peers/{scenario}.json"), "--requests", *flags, out="case")
        return {row["id"]: row for row in output.requests()}


if __name__ == "__main__":
    unittest.main()
