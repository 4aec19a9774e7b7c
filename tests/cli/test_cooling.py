"""Scenarios with a cooling section: what /thermal says, that it repeats, and what check says of wrong values."""

import unittest

from support import ROW, ProgramTest

HOT = "configs/scenario/hot_aisle.json"
POINTS = '{"kind": "points", "curve": %s}'


def without(summary, *keys):
    """The summary but for `/host` and these keys."""
    return {key: value for key, value in summary.items() if key not in ("host", *keys)}


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
                ("/cooling/offsets/rack_sd_k", "-1", "must be at least 0")]:
            with self.subTest(pointer=pointer, value=value):
                done = self.refuses(["check", HOT, "--set", f"{pointer}={value}"], expected)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
