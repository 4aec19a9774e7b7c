"""Scenarios with a cooling section: what /thermal says, that it repeats, and what check says of wrong values."""

import unittest

from support import ROW, ProgramTest

HOT = "configs/scenario/hot_aisle.json"
AISLE = '/cooling/aisles=[{"name": "cold0", "nodes": ["row0"]}]'
AIR = "[{%s}]"
POINTS = '{"kind": "points", "curve": %s}'


def without(summary, *keys):
    """The summary but for these keys."""
    return {key: value for key, value in summary.items() if key not in keys}


class HotAisle(ProgramTest):
    def test_throttles_and_repeats(self):
        run = self.simulate(HOT, out="one")
        self.assertEqual(run.contents(), self.simulate(HOT, out="two").contents())
        one = run.summary
        thermal = one["thermal"]
        self.assertGreater(thermal["throttles"], 10)
        self.assertEqual(thermal["throttles"], one["throttle"]["thermal_throttles"])
        self.assertGreater(thermal["throttled_server_s"], 10)
        self.assertAlmostEqual(thermal["gpu_c"]["max"], 85, delta=1e-6)
        self.assertLess(thermal["gpu_c"]["mean"], thermal["gpu_c"]["p99"])
        self.assertLess(thermal["outside_c"]["max"], thermal["inlet_c"]["mean"])
        self.assertEqual(set(thermal["zones"]), {"row0"})
        self.assertLess(one["checks"]["energy_residual"], 1e-9)
        events = [event for event in run.events if event["kind"] == "thermal_throttle"]
        self.assertEqual(len(events), thermal["throttles"])
        for event in events:
            self.assertEqual(event["decided_s"], event["effective_s"])
            self.assertGreaterEqual(event["duration_s"], 0)
            self.assertLess(event["power_w"], 400)

    def test_is_described(self):
        done = self.ok("describe", HOT, "--set", '/cooling={"outside": {"kind": "constant", "outside_c": 15}}')
        # 18.75 + 4.3 / 2 at the inlet, 2.3 + 0.97 * 20.9 around the sink, 0.094 K/W * 400 W above that.
        self.assertIn("cooling      15.0 degC outside at the start: at full load inlets of 20.9 degC and GPUs of 60.2 degC; "
                      "they throttle at 85 degC", done.stdout)

    def test_cool_air_changes_nothing(self):
        cool = self.simulate(ROW, "--set", '/cooling={"outside": {"kind": "constant", "outside_c": 18}}', out="cool").summary
        plain = self.simulate(ROW, out="plain").summary
        self.assertEqual(cool["thermal"]["throttles"], 0)
        self.assertEqual(cool["throttle"].pop("thermal_throttles"), 0)
        self.assertEqual(cool["power"].pop("max_row_5min_fraction"), cool["power"]["row0"].pop("max_5min_fraction"))
        self.assertEqual(without(cool, "thermal", "fingerprint"), without(plain, "fingerprint"))


class BadValues(ProgramTest):
    def test_are_named_one_by_one(self):
        for pointer, value, expected in [
                ("/hardware/thermal/release_c", "85", "must be below throttle_c"),
                ("/hardware/thermal/throttle_c", "80", "must be below throttle_c"),
                ("/hardware/thermal/r_die_k_per_w", "-0.1", "must be at least 1e-06 and at most 1, not -0.1"),
                ("/hardware/thermal/r_sink_k_per_w", "0", "must be at least 1e-06 and at most 1, not 0"),
                ("/hardware/thermal/die_time_constant_s", "30", "must be below sink_time_constant_s"),
                ("/hardware/thermal/position_offsets_fraction", "[0.1]", "must have one value for each of the 8 GPUs"),
                ("/hardware/thermal/r_die_k_per_w", "1000", "must be at least 1e-06 and at most 1, not 1000"),
                ("/hardware/thermal/r_die_k_per_w", "0.9", "/thermal/throttle_c: is not above the 101 degC of an idle GPU where the inlets are coolest, 27 degC"),
                ("/hardware/thermal/hold_s", "0", "must be at least 0.001"),
                ("/cooling/update_s", "0", "must be at least 0.001"),
                ("/cooling/outside", "{}", "missing: one of constant, day, points"),
                ("/cooling/outside", '{"kind": "night"}', "there is no \"night\" (there are: constant, day, points)"),
                ("/cooling/outside", '{"kind": "constant", "outside_c": 500}', "must be at least -60 and at most 70, not 500"),
                ("/cooling/outside", POINTS % "[]", "/cooling/outside/curve: must have at least one point"),
                ("/cooling/outside", POINTS % '[{"time_s": 9, "outside_c": 1}, {"time_s": 3, "outside_c": 1}]',
                 "/cooling/outside/curve/1: must have a later time_s than the point before"),
                ("/cooling/inlet/curve", '[{"outside_c": 9, "inlet_c": 20}, {"outside_c": 3, "inlet_c": 20}]',
                 "/cooling/inlet/curve/1: must have a higher outside_c than the point before"),
                ("/cooling/offsets/rack_sd_k", "-1", "must be at least 0"),
                ("/cooling/offsets/by_rack_k", "[30]", "/cooling/offsets/by_rack_k/0: must be at least -20 and at most 20, not 30"),
                ("/hardware/thermal/gpu_sd_fraction", "0.3", "must be at least 0 and at most 0.2, not 0.3"),
                ("/hardware/server/airflow_m3_per_s", "0", "must be at least 1e-04 and at most 100, not 0"),
                ("/cooling/inlet/kind", '"cold"', "there is no \"cold\" (there are: curve, temperate, hot_site)"),
                ("/cooling/inlet", '{"kind": "hot_site", "curve": []}', "/cooling/inlet/curve: unknown key"),
                ("/cooling/window_s", "0", "must be at least 0.001"),
                ("/cooling/aisles", '[{"name": "a", "nodes": ["row7"]}]', "/cooling/aisles/0/nodes/0: the site has no such row"),
                ("/cooling/aisles", '[{"name": "a", "nodes": []}]', "/cooling/aisles/0/nodes: must name a row"),
                ("/cooling/aisles", '[{"name": "a", "nodes": ["row0"]}, {"name": "b", "nodes": ["site"]}]',
                 "/cooling/aisles: have row0 twice: a, b"),
                ("/cooling/aisles", '[{"name": "a", "nodes": ["row0/rack0"]}]', "/cooling/aisles/0/nodes/0: the site has no such row"),
                ("/cooling/aisles", '[{"name": "a/b", "nodes": ["row0"]}]', "must be a word without a slash"),
                ("/incidents/airflow_limits", AIR % '"at_s": 10, "duration_s": 10, "limit_fraction": 0.9',
                 "/incidents/airflow_limits: stand without /cooling/aisles, whose air they limit")]:
            with self.subTest(pointer=pointer, value=value):
                done = self.refuses(["check", HOT, "--set", f"{pointer}={value}"], expected)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_of_incidents_are_named(self):
        for kind, text, expected in [
                ("airflow_limits", '"aisles": ["cold1"], "at_s": 1, "duration_s": 1, "limit_fraction": 0.9', '/aisles/0: there is no aisle "cold1"; did you mean "cold0"?'),
                ("airflow_limits", '"at_s": 1, "duration_s": 1, "limit_fraction": 1.1', "/limit_fraction: must be at least 0.01 and at most 1, not 1.1"),
                ("airflow_limits", '"at_s": 1, "duration_s": -1, "limit_fraction": 0.9', "/duration_s: must be at least 1e-06"),
                ("airflow_limits", '"at_s": 1e6, "duration_s": 1, "limit_fraction": 0.9', "/at_s: is not before the end of the run, /duration_s"),
                ("power_limits", '"nodes": ["row7"], "at_s": 1, "duration_s": 1, "limit_fraction": 0.9', '/nodes/0: the site has no node "row7"'),
                ("power_limits", '"nodes": [], "at_s": 1, "duration_s": 1, "limit_fraction": 0.9', "/nodes: must name a node"),
                ("power_limits", '"nodes": ["row0"], "at_s": 1, "duration_s": 1, "limit_fraction": 0.1',
                 "/limit_fraction: leaves row0 less than the idle power of its "),
                ("power_limits", '"nodes": ["row0"], "at_s": 1, "duration_s": 1, "limit_fraction": 0', "/limit_fraction: must be at least 0.01"),
                ("power_limits", '"nodes": ["row0/rack0"], "at_s": 1, "duration_s": 1, "limit_fraction": 0.9',
                 "/nodes: hold no node with a budget, /site/levels")]:
            with self.subTest(kind=kind, text=text):
                done = self.refuses(["check", HOT, "--set", AISLE, "--set", "/site/levels/0/budget_w=120000", "--set", "/duration_s=3600",
                                     "--set", f"/incidents/{kind}=[{{{text}}}]"], expected)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_of_hardware_without_airflow_are_named(self):
        self.refuses(["check", HOT, "--set", AISLE, "--set", "/hardware=dgx_b200", "--set", "/serving/stack=vllm_2025"],
                     "dgx_b200.json: /server/airflow_m3_per_s: missing: /cooling/aisles need it")


if __name__ == "__main__":
    unittest.main()
