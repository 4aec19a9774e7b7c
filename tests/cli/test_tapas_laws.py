"""Laws of TAPAS that hold whatever the models, on whole runs of a small site; seeds draw hardware, machines and requests."""

import unittest

from support import ProgramTest

ROWS = "configs/scenario/tapas_two_rows.json"
SMALL = {"/duration_s": 120, "/site/servers": 16, "/site/levels/0/holds": 2, "/workload/vms/count": 14,
         "/workload/synthetic/rate_per_s": 21, "/cooling/update_s": 10, "/cooling/window_s": 30}
SEEDS = (1, 2)
WITHOUT_SERVING = {"/workload/vms/service_fraction": 0, "/workload/synthetic/rate_per_s": 1e-3}
WITHOUT_OPAQUE = {"/workload/vms/service_fraction": 1}
TIGHT = {"/site/levels/0/budget_w": 22000}


class Laws(ProgramTest):
    def rows(self, policy, seed, *changes):
        sets = SMALL | {"/policy": policy, "/seed": seed}
        for change in changes:
            sets |= change
        words = [word for pointer, value in sets.items() for word in ("--set", f"{pointer}={value}")]
        self.runs = getattr(self, "runs", 0) + 1
        return self.simulate(ROWS, *words, out=f"out{self.runs}")

    def assert_alike(self, one, other):
        for key in ("requests", "latency", "power", "energy", "thermal", "vms"):
            self.assertEqual(one.summary[key], other.summary[key], key)

    def test_without_serving_machines_only_place_matters(self):
        for seed in SEEDS:
            place, base = (self.rows(policy, seed, WITHOUT_SERVING) for policy in ("tapas_place", "tapas_baseline"))
            self.assert_alike(self.rows("tapas", seed, WITHOUT_SERVING), place)
            for policy in ("tapas_route", "tapas_config", "tapas_route_config"):
                self.assert_alike(self.rows(policy, seed, WITHOUT_SERVING), base)
            energies = [output.summary["energy"]["it_kwh"] for output in (place, base)]
            self.assertAlmostEqual(energies[0] / energies[1], 1, delta=1e-9)

    def test_without_opaque_machines_none_is_capped(self):
        for seed in SEEDS:
            vms = self.rows("tapas_baseline", seed, WITHOUT_OPAQUE, TIGHT).summary["vms"]
            self.assertEqual(vms["opaque"], 0)
            self.assertEqual(vms.get("opaque_clock_deficit_fraction", 0), 0)

    def test_limits_that_never_bind_change_nothing(self):
        affine = {"/policy/router": '{"kind": "affinity"}'}
        for seed in SEEDS:
            self.assert_alike(self.rows("tapas_config", seed), self.rows("tapas_baseline", seed))
            self.assert_alike(self.rows("tapas", seed), self.rows("tapas_place", seed, affine))

    def test_warmer_outside_never_cools_a_rack(self):
        for seed in SEEDS:
            cool, warm = (self.rows("tapas_baseline", seed, {"/cooling/outside/outside_c": degrees}).json("heat.json")["racks"]
                          for degrees in (18, 27))
            for rack, series in cool.items():
                for key, values in series.items():
                    self.assertTrue(all(a <= b for a, b in zip(values, warm[rack][key])), rack)

    def test_a_failure_that_ends_restores_every_configuration(self):
        cut = {"/incidents": '{"power_limits": [{"nodes": ["site"], "at_s": 60, "duration_s": 60, "limit_fraction": 0.45}]}',
               "/site/levels/0/budget_w": 52000, "/duration_s": 240}
        for seed in SEEDS:
            events = self.rows("tapas_config", seed, cut).events
            gone = {event["target"] for event in events if event["kind"] == "stop"}
            for kind, key, highest in (("clock_set", "clock_mhz", 1410), ("batch_set", "sequences", 64)):
                last = {event["target"]: event[key] for event in events if event["kind"] == kind and event["target"] not in gone}
                self.assertEqual(set(last.values()), {highest}, kind)

    def test_more_headroom_never_lowers_quality(self):
        for seed in SEEDS:
            means = []
            for budget in (18000, 24000, 60000):
                classes = self.rows("tapas_config", seed, {"/site/levels/0/budget_w": budget, "/duration_s": 300}).summary["classes"]
                means.append(min(found.get("quality_mean", 1) for found in classes.values()))
            self.assertEqual(means, sorted(means))
            self.assertEqual(means[-1], 1)

    def test_rows_are_the_sum_of_their_servers(self):
        for seed in SEEDS:
            power = self.rows("tapas", seed, {"/output/power/nodes": '["site", "row", "server"]'}).summary["power"]
            rows = [node for path, node in power.items() if path.startswith("row") and "/" not in path]
            servers = [node for path, node in power.items() if "server" in path]
            self.assertEqual((len(rows), len(servers)), (2, 16))
            for parts in (rows, servers):
                self.assertAlmostEqual(sum(part["energy_kwh"] for part in parts) / power["site"]["energy_kwh"], 1, delta=1e-9)

    def test_capped_rows_are_below_their_limit_once_caps_have_landed(self):
        limit = 0.8
        for seed in SEEDS:
            free = self.rows("tapas_baseline", seed, {"/duration_s": 600}).summary["power"]
            budget = max(free[row]["telemetry_peak_w"] for row in ("row0", "row1"))
            cut = {"/incidents": '{"power_limits": [{"nodes": ["site"], "at_s": 240, "duration_s": 300, "limit_fraction": %s}]}' % limit,
                   "/duration_s": 600, "/site/levels/0/budget_w": budget, "/output/power/bin_s": 2}
            output = self.rows("tapas_baseline", seed, cut)
            landed = max(event["effective_s"] for event in output.events if event["kind"] == "clock_lock" and event["time_s"] < 300)
            for row in ("row0", "row1"):
                means = output.json("power.json")["nodes"][row]["mean_w"]
                self.assertLessEqual(max(means[int(landed // 2) + 1:270]), limit * budget, row)


if __name__ == "__main__":
    unittest.main()
