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


if __name__ == "__main__":
    unittest.main()
