"""Telemetry and actuation delays as events.json shows them: 52 servers, 13 copies, a budget that forces locks and brakes."""

import unittest

from support import ROW, ProgramTest

LOADED = ["--set", "/site/servers=52", "--set", "/workload/trace/copies=13", "--set", "/output/power/bin_s=2"]


def samples(output):
    """Time and mean power of the row over the 2 s before it: what telemetry sees, as the bins of power.json."""
    return [(2.0 * (i + 1), power) for i, power in enumerate(output.json("power.json")["nodes"]["row0"]["mean_w"])]


def of_kind(output, kind):
    return [event for event in output.events if event["kind"] == kind]


class LoadedRow(ProgramTest):
    """A budget at 0.88 of what the row would take: it forces locks and brakes, and both are released."""

    def setUp(self):
        super().setUp()
        free = self.simulate(ROW, *LOADED, "--set", "/policy=none", out="free").summary["power"]["row0"]
        self.budget = round(0.88 * free["telemetry_peak_w"])

    def loaded(self, *arguments, out="out"):
        return self.simulate(ROW, *LOADED, "--set", f"/site/levels/0/budget_w={self.budget}", *arguments, out=out)


class Polca(LoadedRow):
    def test_delays_are_exact(self):
        output = self.loaded()
        delays = {"clock_lock": 40.0, "clock_release": 40.0, "power_brake": 5.0, "brake_release": 5.0}
        for kind, delay in delays.items():
            events = of_kind(output, kind)
            self.assertTrue(events, f"the budget does not force a {kind}")
            for event in events:
                self.assertEqual(event["effective_s"], event["decided_s"] + delay)
                self.assertEqual(event["time_s"], event["decided_s"])

    def test_a_brake_is_decided_one_telemetry_delay_after_the_sample(self):
        for delay in [2.0, 4.0]:
            output = self.loaded("--set", f"/telemetry/delay_s={delay}", out=f"delay{delay}")
            crossing = next(time for time, power in samples(output) if power > self.budget)
            self.assertEqual(of_kind(output, "overload")[0]["time_s"], crossing)
            self.assertEqual(of_kind(output, "power_brake")[0]["decided_s"], crossing + delay)

    def test_the_first_lock_follows_the_first_sample_above_t1(self):
        output = self.loaded()
        crossing, power = next((time, power) for time, power in samples(output) if power > 0.80 * self.budget)
        lock = of_kind(output, "clock_lock")[0]
        self.assertEqual(lock["decided_s"], crossing + 2.0)
        self.assertIn(f"row0 at {power / self.budget:.3f}", lock["cause"])
        self.assertIn("polca", lock["cause"])

    def test_a_lock_acts_on_low_priority_servers_and_a_brake_on_all(self):
        output = self.loaded()
        first = of_kind(output, "clock_lock")[0]["decided_s"]
        locked = {event["target"] for event in of_kind(output, "clock_lock") if event["decided_s"] == first}
        self.assertEqual(len(locked), 26)
        brake = of_kind(output, "power_brake")[0]["decided_s"]
        braked = {event["target"] for event in of_kind(output, "power_brake") if event["decided_s"] == brake}
        self.assertEqual(len(braked), 52)
        self.assertTrue(all(target.startswith("row0/rack") for target in braked))

    def test_lasting_events_say_how_long(self):
        output = self.loaded()
        for kind in ["clock_lock", "power_brake", "overload"]:
            for event in of_kind(output, kind):
                self.assertGreaterEqual(event.get("duration_s", 0), 0)
        clocks = {event["clock_mhz"] for event in of_kind(output, "clock_lock")}
        self.assertLessEqual(clocks, {1275, 1110, 1305})
        self.assertIn(1275, clocks)

    def test_counts_match_the_events(self):
        output = self.loaded()
        throttle = output.summary["throttle"]
        for name, kind in [("clock_locks", "clock_lock"), ("brakes", "power_brake")]:
            self.assertEqual(throttle[name], len({(e["decided_s"], e["cause"]) for e in of_kind(output, kind)}))
        self.assertGreater(throttle["throttled_server_s"], 0)


class Baselines(LoadedRow):
    def test_act_each_in_its_way(self):
        kinds = {}
        for policy in ["none", "no_cap", "one_threshold_all", "one_threshold_low_priority"]:
            output = self.loaded("--set", f"/policy={policy}", out=policy)
            kinds[policy] = {event["kind"] for event in output.events} - {"overload"}
        self.assertEqual(kinds["none"], set())
        self.assertEqual(kinds["no_cap"], {"power_brake", "brake_release"})
        self.assertIn("clock_lock", kinds["one_threshold_all"])
        self.assertIn("clock_lock", kinds["one_threshold_low_priority"])


class Actuation(LoadedRow):
    def test_delays_are_the_scenarios(self):
        output = self.loaded("--set", "/actuation/clock_lock_s=0.08", "--set", "/actuation/power_brake_s=1")
        self.assertEqual({e["effective_s"] for e in of_kind(output, "clock_lock")},
                         {e["decided_s"] + 0.08 for e in of_kind(output, "clock_lock")})
        for event in of_kind(output, "power_brake"):
            self.assertEqual(event["effective_s"], event["decided_s"] + 1)


if __name__ == "__main__":
    unittest.main()
