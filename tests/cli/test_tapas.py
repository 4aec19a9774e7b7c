"""TAPAS's policies on two rows, and random placements."""

import json
import os
import subprocess
import unittest

from support import PYTHON, ROOT, ProgramTest

ROWS = "configs/scenario/tapas_two_rows.json"
SHORT = ("--set", "/duration_s=60")


class Tapas(ProgramTest):
    def run_rows(self, policy, *sets, out=None):
        words = [word for value in sets for word in ("--set", value)]
        return self.simulate(ROWS, *SHORT, "--set", f"/policy={policy}", *words, out=out or policy).summary

    def assert_alike(self, one, other):
        for key in ("requests", "latency", "power", "energy", "thermal", "vms", "fleet"):
            self.assertEqual(one[key], other[key], key)

    def test_limits_that_never_bind_change_nothing(self):
        self.assert_alike(self.run_rows("tapas_config"), self.run_rows("tapas_baseline"))
        affine = self.run_rows("tapas_place", '/policy/router={"kind": "affinity"}', out="affine")
        self.assert_alike(self.run_rows("tapas"), affine)

    def test_power_that_is_cut_lowers_quality_or_clocks(self):
        scarce = ("/site/levels/0/budget_w=110000",)
        free, tight = self.run_rows("tapas_config", out="free"), self.run_rows("tapas_config", *scarce, out="tight")
        self.assertLess(tight["energy"]["it_kwh"], free["energy"]["it_kwh"])
        self.assertLess(max(tight["checks"].values()), 1e-9)

    def test_placements(self):
        done = self.ok("placements", ROWS, "--permutations", "200", "--draws", "2", "--set", "/workload/vms/service_fraction=0")
        self.assertEqual(len(done.stdout.strip().split("\n")), 3)
        least, _, _, worst = (float(cell) for cell in done.stdout.split("\n")[1].split()[1:5])
        self.assertLess(least, worst)
        self.refuses(["placements", "configs/scenario/polca_row.json"], "has no /cooling, so that nothing gets warm")

    def test_bad_input(self):
        for expected, *sets in (
            ("/policy/controllers/1/clocks_mhz/0: the GPUs do not support this clock", "/policy/controllers/1/clocks_mhz=[1111]"),
            ("/policy/controllers/2/release_fraction: must be at most target_fraction", "/policy/controllers/2/release_fraction=0.99"),
            ("another tapas_risk", '/policy/controllers=[{"kind": "tapas_risk"}, {"kind": "tapas_risk"}]'),
        ):
            with self.subTest(expected):
                self.refuses(["check", ROWS, *[word for value in sets for word in ("--set", value)]], expected)

    def test_table(self):
        self.run_rows("tapas_baseline", "/cooling/window_s=60", out="table")
        done = subprocess.run([PYTHON, ROOT / "scripts" / "tapas.py", "table", self.folder / "table"], capture_output=True, text=True,
                              check=False, env=os.environ)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| Baseline |", done.stdout)

    def test_pictures(self):
        self.run_rows("tapas_baseline", out="drawn")
        for picture in ("floor", "time"):
            file = self.folder / f"{picture}.png"
            done = subprocess.run([PYTHON, ROOT / "scripts" / "tapas.py", picture, self.folder / "drawn", "--picture", file],
                                  capture_output=True, text=True, check=False, env=os.environ)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(file.stat().st_size, 10_000)

    def test_more_machines_than_limits_foresee(self):
        scarce = ("/site/levels/0/budget_w=80000",)
        by_rule = self.run_rows("tapas_place", *scarce, out="wait")["vms"]
        all_placed = self.run_rows("tapas_place", *scarce, "/policy/vm_placement/beyond_limits=least", out="least")["vms"]
        self.assertGreater(by_rule["without_place"], 0)
        self.assertEqual(all_placed["without_place"], 0)

    def test_racks_over_time(self):
        self.run_rows("tapas_place", out="heat")
        heat = json.loads((self.folder / "heat" / "heat.json").read_text())
        self.assertEqual((heat["bin_s"], len(heat["racks"])), (60, 20))
        for series in heat["racks"].values():
            self.assertEqual([len(values) for values in series.values()], [1, 1])
            self.assertLess(series["inlet_c"][0], series["gpu_c"][0])


if __name__ == "__main__":
    unittest.main()
