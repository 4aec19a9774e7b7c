"""Jobs that shrink while they train: events, ends, energy, the spectrum, and what is refused."""

import copy
import json
import unittest

from support import ROOT, ProgramTest

SHRINK = {"epochs": 6, "iterations_per_epoch": 40, "pause_s": 3, "steps": [
    {"epoch": 2, "compute_fraction": 0.8, "memory_fraction": 0.8, "communication_fraction": 0.7},
    {"epoch": 4, "compute_fraction": 0.5, "memory_fraction": 0.5, "communication_fraction": 0.5}]}
PHASES = [{"kind": "compute", "duration_s": 0.6, "power_fraction": 1.0},
          {"kind": "memory", "duration_s": 0.3, "power_fraction": 0.7},
          {"kind": "communication", "duration_s": 0.1, "power_fraction": 0.3}]
NEVER = {"every_epochs": 6, "time_constant_epochs": 20, "compute": {"end_fraction": 0.5}, "memory": {"end_fraction": 0.5},
         "communication": {"end_fraction": 0.5}}


def job(name, **changes):
    return {"name": name, "gpus": 8, "waveform": {"phases": PHASES}, **changes}


def scenario(*jobs, **changes):
    return {"name": "shrinking", "hardware": "dgx_a100", "site": {"servers": 1, "levels": [{"name": "row"}]},
            "workload": {"jobs": list(jobs)}, "policy": "none", **changes}


def never_shrinks(**changes):
    shrink = {key: value for key, value in SHRINK.items() if key != "steps"}
    return {**shrink, "curve": NEVER, **changes}


class Shrinking(ProgramTest):
    def test_reconfigurations_are_events_with_the_new_period(self):
        output = self.simulate(scenario(job("a", shrink=SHRINK)))
        events = [event for event in output.events if event["kind"] == "job_reconfigured"]
        self.assertEqual([(event["time_s"], event["target"]) for event in events], [(80, "a"), (80 + 3 + 63.2, "a")])
        self.assertAlmostEqual(events[0]["period_s"], 0.48 + 0.24 + 0.07, places=9)
        self.assertAlmostEqual(events[1]["period_s"], 0.5, places=9)
        result = output.summary["jobs"]["a"]
        self.assertAlmostEqual(result["ended_s"], 80 + 3 + 63.2 + 3 + 40, places=6)
        self.assertEqual(result["shrink"]["reconfigurations"], 2)
        self.assertAlmostEqual(result["shrink"]["compute_fraction"], (1 + 0.8 + 0.5) / 3, places=12)
        self.assertAlmostEqual(result["shrink"]["communication_fraction"], (1 + 0.7 + 0.5) / 3, places=12)

    def test_a_job_that_is_never_reconfigured_is_the_plain_one(self):
        plain = self.simulate(scenario(job("a"), duration_s=200), out="plain").contents()
        never = self.simulate(scenario(job("a", shrink=never_shrinks()), duration_s=200), out="never").contents()
        for contents in (plain, never):
            contents.pop("resolved.json")
        summary = json.loads(never["summary.json"])
        self.assertEqual(summary["jobs"]["a"].pop("shrink")["reconfigurations"], 0)
        self.assertEqual(summary, json.loads(plain["summary.json"]))
        for name in ("power.json", "events.json", "latency.json"):
            self.assertEqual(plain[name], never[name])

    def test_energy_falls_by_less_than_time_where_the_servers_stay(self):
        shrunk, never = (self.simulate(scenario(job("a", shrink=shrink), duration_s=250), out=out).summary
                         for out, shrink in (("a", {**SHRINK, "pause_s": 0}), ("b", never_shrinks())))
        time = shrunk["jobs"]["a"]["ended_s"] / never["jobs"]["a"]["ended_s"]
        self.assertLess(time, 0.8)
        self.assertGreater(shrunk["energy"]["it_kwh"] / never["energy"]["it_kwh"], time)
        self.assertLess(shrunk["jobs"]["a"]["energy_kwh"] / never["jobs"]["a"]["energy_kwh"], time)
        shrunk = shrunk["jobs"]["a"]
        held = {**SHRINK, "pause_s": 60}
        paused = self.simulate(scenario(job("a", shrink=held)), out="c").summary["jobs"]["a"]
        self.assertGreater(paused["energy_kwh"], shrunk["energy_kwh"])

    def test_the_one_that_shrinks_ends_first_and_its_servers_are_free(self):
        jobs = [job("shrinks", shrink=SHRINK), job("stays", shrink=never_shrinks()), job("waits", duration_s=10)]
        results = self.simulate(scenario(*jobs, site={"servers": 2, "levels": [{"name": "row"}]})).summary["jobs"]
        self.assertLess(results["shrinks"]["ended_s"], results["stays"]["ended_s"])
        self.assertEqual(results["waits"]["started_s"], results["shrinks"]["ended_s"])

    def test_a_clock_lock_stretches_compute_of_every_stage(self):
        slow = copy.deepcopy(SHRINK)
        slow["pause_s"] = 0
        base = scenario(job("a", shrink=slow))
        fast = self.simulate(base, out="fast").summary["jobs"]["a"]["ended_s"]
        base["policy"] = {"include": str(ROOT / "configs/policy/none.json"),
                          "controllers": [{"kind": "fixed_limit", "clock_mhz": 705}]}
        base["site"]["levels"][0]["budget_w"] = 1e5
        base["telemetry"] = {"levels": ["row"]}
        base["actuation"] = {"clock_lock_s": 0}
        locked = self.simulate(base, out="locked").summary["jobs"]["a"]["ended_s"]
        compute = 0.6 * 80 * (1 + 0.8 + 0.5)
        self.assertAlmostEqual(locked - fast, compute, delta=0.02 * compute)


class Grid(ProgramTest):
    def test_the_fundamental_moves_by_the_ratio_of_the_iterations(self):
        shrink = {"epochs": 2, "iterations_per_epoch": 400, "pause_s": 0, "steps": [
            {"epoch": 1, "compute_fraction": 0.5, "memory_fraction": 0.5, "communication_fraction": 0.5}]}
        grid = {"nodes": ["site"], "sample_s": 0.01, "band": {"from_hz": 0.5, "to_hz": 1.5},
                "spec": {"name": "own", "in_band_bin_w": 100}}
        lines, passed = [], []
        for out, duration, warmup in (("first", 400, 0), ("last", 600, 400)):
            output = self.simulate(scenario(job("a", shrink=shrink), duration_s=duration, grid={**grid, "warmup_s": warmup}),
                                   out=out)
            passed.append(output.summary["grid"]["site"]["passed"])
            spectrum = output.json("spectrum.json")["nodes"]["site"]
            psd, frequencies = spectrum["psd_w2_per_hz"], spectrum["frequency_hz"]
            lines.append((frequencies[max(range(2, len(psd)), key=psd.__getitem__)], frequencies[1]))
        self.assertAlmostEqual(lines[0][0], 1.0, delta=lines[0][1])
        self.assertAlmostEqual(lines[1][0], 2.0, delta=lines[1][1])
        self.assertEqual(passed, [False, True])


class Resnet(ProgramTest):
    def test_the_shipped_scenario_saves_the_published_time(self):
        output = self.simulate("prunetrain_resnet50", "--set", "/workload/jobs/0/shrink/iterations_per_epoch=20",
                               "--set", "/workload/jobs/0/shrink/pause_s=0")
        result = output.summary["jobs"]["resnet50"]
        saved = 1 - result["ended_s"] / (90 * 20 * result["shrink"]["first_iteration_s"])
        self.assertGreater(saved, 0.36)
        self.assertLess(saved, 0.42)
        self.assertEqual(result["shrink"]["reconfigurations"], 17)
        self.assertAlmostEqual(result["shrink"]["compute_fraction"], 0.60, places=4)
        self.assertAlmostEqual(result["shrink"]["memory_fraction"], 0.63, places=4)
        self.assertAlmostEqual(result["shrink"]["communication_fraction"], 0.45, places=4)


class Refusals(ProgramTest):
    def test_shrink(self):
        def refused(changes, *texts):
            self.refuses_run(scenario(job("a", shrink={**SHRINK, **changes})), *texts)
        step = SHRINK["steps"][0]
        refused({"steps": [{**step, "compute_fraction": 1.2}]}, "/workload/jobs/0/shrink/steps/0/compute_fraction")
        refused({"steps": [step, step]}, "/workload/jobs/0/shrink/steps/1/epoch", "above the one before")
        refused({"steps": [{**step, "epoch": 6}]}, "beyond the last epoch, 5")
        refused({"pause_s": -1}, "/workload/jobs/0/shrink/pause_s")
        refused({"epochs": 0}, "/workload/jobs/0/shrink/epochs")
        refused({"curve": NEVER}, "/workload/jobs/0/shrink", "either steps or curve")
        refused({"steps": [], "curve": {**NEVER, "every_epochs": 0}}, "/curve/every_epochs")
        refused({"steps": [], "curve": {**NEVER, "time_constant_epochs": 0}}, "/curve/time_constant_epochs")
        nothing = {**step, "compute_fraction": 0, "memory_fraction": 0, "communication_fraction": 0}
        refused({"steps": [nothing]}, "/workload/jobs/0/shrink", "leaves nothing of an iteration")

    def test_a_measured_waveform_does_not_shrink(self):
        measured = job("a", shrink=SHRINK, waveform={"path": str(ROOT / "traces/training/h100_iterations.csv.gz")})
        self.refuses_run(scenario(measured), "/workload/jobs/0/shrink", "does not go with a measured waveform")

    def test_dips_must_fit_the_last_stage(self):
        wave = {"phases": PHASES, "dips": {"count": 4, "width_s": 0.1, "depth_fraction": 0.5}}
        self.refuses_run(scenario(job("a", shrink=SHRINK, waveform=wave)), "/workload/jobs/0/waveform/dips", "do not fit")


if __name__ == "__main__":
    unittest.main()
