"""Telemetry and actuation delays as events.json shows them: 52 servers, 13 copies, a budget that forces locks and brakes."""

import unittest

from support import ROW, ProgramTest, small_scenario

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


class Scopes(ProgramTest):
    """Pools under controllers of their own."""

    POOLS = {"model": "llama2_70b", "stack": "vllm_2023", "tensor_parallel": 8,
             "pools": [{"name": "low", "serves": ["low"], "server_fraction": 0.5},
                       {"name": "high", "serves": ["high"], "server_fraction": 0.5}]}

    def scoped(self, *controllers, **more):
        return small_scenario(serving=self.POOLS, policy={
            "router": {"kind": "round_robin"}, "batching": {"kind": "continuous"}, "controllers": list(controllers)}, **more)

    def test_each_acts_on_its_own_pool(self):
        lock = {"kind": "fixed_limit", "at_s": 1}
        output = self.simulate(self.scoped({**lock, "clock_mhz": 1110, "scope": {"pools": ["low"]}},
                                           {**lock, "clock_mhz": 1305, "scope": {"pools": ["high"]}}))
        self.assertEqual([(event["target"], event["clock_mhz"]) for event in of_kind(output, "clock_lock")],
                         [("row0/rack0/server0", 1110), ("row0/rack0/server1", 1305)])

    def test_two_on_one_server_are_refused(self):
        self.refuses_run(self.scoped({"kind": "polca", "scope": {"pools": ["low"]}}, {"kind": "one_threshold_all"}),
                         "/policy/controllers: only one may lock clocks of row0/rack0/server0: polca (0) and "
                         "one_threshold_all (1)")

    def test_names_are_known(self):
        self.refuses_run(self.scoped({"kind": "no_cap", "scope": {"level": "rwo"}}), "/scope/level:", "mean \"row\"")
        self.refuses_run(self.scoped({"kind": "no_cap", "scope": {"pools": ["lo"]}}), "/scope/pools/0:", "mean \"low\"")
        self.refuses_run(self.scoped({"kind": "no_cap", "scope": {"pool": ["low"]}}), "unknown key", "mean \"pools\"")


class Knowledge(ProgramTest):
    """/history and /foresight."""

    def autoscaled(self, foresight=None, **settings):
        scenario = small_scenario(duration_s=900, policy={
            "router": {"kind": "least_outstanding"}, "batching": {"kind": "continuous"},
            "controllers": [{"kind": "target_utilization", "target_requests": 4, **settings}]})
        scenario["site"]["servers"] = 6
        scenario["serving"]["servers"] = 1
        scenario["workload"]["synthetic"].update(
            duration_s=900, rate_curve={"step_s": 450, "values": [1, 6]})
        return scenario | ({"foresight": foresight} if foresight is not None else {})

    def test_moves_nothing_by_itself(self):
        plain = self.simulate(small_scenario(), out="plain").contents()
        knowing = self.simulate(small_scenario(history={"step_s": 10}, foresight={"load_error_fraction": 0.1}),
                                out="knowing").contents()
        self.assertNotEqual(plain.pop("resolved.json"), knowing.pop("resolved.json"))
        self.assertEqual(plain, knowing)

    def test_equal_runs_give_equal_bytes(self):
        scenario = self.autoscaled({"load_error_fraction": 0.2, "seed": 3}, ahead_s=300)
        self.assertEqual(self.simulate(scenario, out="a").contents(), self.simulate(scenario, out="b").contents())

    def test_an_autoscaler_that_looks_ahead_starts_before_the_load_comes(self):
        def first_start(output):
            return of_kind(output, "deploy")[0]["time_s"]
        behind = self.simulate(self.autoscaled(), out="behind")
        ahead = self.simulate(self.autoscaled({}, ahead_s=300), out="ahead")
        self.assertGreater(first_start(behind), 450)
        self.assertLess(first_start(ahead), 450)

    def test_refuses_what_cannot_be(self):
        self.refuses_run(self.autoscaled(ahead_s=300), "/policy/controllers/0/ahead_s: needs /foresight")
        self.refuses_run(self.autoscaled({"lead_s": 60}, ahead_s=300), "/ahead_s: must not be above /foresight/lead_s")
        self.refuses_run(small_scenario(foresight={"class_accuracy_fraction": 0.8}), "/foresight/alike: missing")
        self.refuses_run(small_scenario(foresight={"alike": [["a"]]}), "/foresight/alike/0: must name two types or more")
        self.refuses_run(small_scenario(foresight={"alike": [["a", "b"], ["b", "c"]]}), "/foresight/alike/1/0: is named twice")
        self.refuses_run(small_scenario(foresight={"alike": [["a", "b"]]}), "/foresight/alike/0/0: no request is of type")
        self.refuses_run(small_scenario(history={"step_s": 15}), "/history/step_s: must be a multiple of 10 s")
        self.refuses_run(small_scenario(history={"step_s": 700}), "/history/cycle_s: must be a multiple of step_s")


if __name__ == "__main__":
    unittest.main()
