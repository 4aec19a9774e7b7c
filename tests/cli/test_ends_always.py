"""Absurd values are refused, and whatever is not ends: with finite numbers, within its memory, in a bounded time."""

import json
import os
import subprocess
import sys
import unittest

from support import PROGRAM, ROOT, ROW, ProgramTest, small_scenario

SHORT = "/duration_s=5"
CURVE = {"values": [1, 2], "step_s": 0.001}
TRAINING = "configs/scenario/training_waveform.json"


def synthetic(**changes):
    workload = {"rate_per_s": 1, "classes": [{"input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 50}}]}
    return small_scenario(workload={"synthetic": {**workload, **changes}}, duration_s=5)


def training(**changes):
    job = {"name": "j", "gpus": 16, "waveform": {"phases": [{"kind": "compute", "duration_s": 1, "power_fraction": 0.9}]}, **changes}
    return {**small_scenario(workload={"jobs": [job]}, duration_s=5), "serving": None}


def on_levels(servers, levels):
    return small_scenario(site={"servers": servers, "levels": levels}, telemetry={"levels": []})


def without_serving(scenario):
    return {key: value for key, value in scenario.items() if value is not None}


class Bounds(ProgramTest):
    def refuses_value(self, scenario, pointer, value):
        self.refuses_run(scenario, f"{pointer}: must be ", sets=[SHORT, f"{pointer}={value}"])

    def test_of_hardware(self):
        for pointer, values in [("/hardware/gpu/memory_bytes_per_s", ["1e-300", "1e300"]), ("/hardware/gpu/fp16_flops_per_s", ["1e300"]),
                                ("/hardware/gpu/memory_gib", ["1e300"]), ("/hardware/gpu_power/idle_w", ["1e300"]),
                                ("/hardware/gpu_power/energy_per_byte_j", ["1e3"]), ("/hardware/server/rated_w", ["1e19"]),
                                ("/serving/stack/gpus/a100_sxm4_80gb/compute_fraction", ["5e-324"]),
                                ("/telemetry/window_s", ["1e-300"])]:
            for value in values:
                with self.subTest(pointer=pointer, value=value):
                    self.refuses_value(ROW, pointer, value)

    def test_of_training_jobs(self):
        for change in [{"failures": {"mean_time_between_failures_s": 1e-9, "restart_s": 1e-9}},
                       {"smoothing": {"firefly": {"enabled": True, "counter_period_s": 1e-9}}},
                       {"smoothing": {"power_cap": {"enabled": True, "cap_w": 1e-6}}}]:
            with self.subTest(change=change):
                self.refuses_run(without_serving(training(**change)), "must be at least ")
        phase = [{"kind": "compute", "duration_s": 1e-6, "power_fraction": 0.9}]
        self.refuses_run(without_serving(training(waveform={"phases": phase, "dips": {"count": 100000, "width_s": 1e-6, "depth_fraction": 1}})),
                         "/waveform/dips: 100000 dips of ")
        self.refuses_run(without_serving(training(waveform={"phases": phase, "edge": {"time_constant_s": 1e-12}})), "time_constant_s: must be ")

    def test_of_levels(self):
        levels = [{"name": name, "holds": 65536} for name in "abcd"]
        self.simulate(on_levels(2, levels))
        self.refuses_run(on_levels(1000000, [{"name": f"l{i}", "holds": 1} for i in range(8)]), "/site/levels: make more than 4,000,000 nodes")
        self.refuses_run(on_levels(2, [{"name": f"l{i}"} for i in range(1000)]), "/site/levels: are more than 16")

    def test_of_losses(self):
        self.refuses_run(on_levels(2, [{"name": "a", "loss": {"quadratic_fraction_per_w": 1}}]),
                         "/site/levels/0/loss: is more than what it passes on: ")

        self.refuses_run(on_levels(2, [{"name": "a", "loss": {"fixed_w": 1e9}}]), "/site/levels/0/loss: is more than what it passes on: 1000000000 W")

    def test_of_power_supplies(self):
        self.refuses_run(ROW, "/server/psu_rated_w: is below what the supplies give with all GPUs at TDP", sets=["/hardware/server/psu_rated_w=1"])

    def test_of_variations_that_no_shape_has(self):
        for arrivals, key in [({"kind": "gamma"}, "cv"), *[({"kind": "on_off", "on_mean_s": 1, "off_mean_s": 1}, key) for key in ["cv", "on_cv", "off_cv"]]]:
            for value in [1e-160, 9e-4]:
                with self.subTest(kind=arrivals["kind"], key=key, value=value):
                    self.refuses_run(synthetic(arrivals={**arrivals, key: value}), f"/arrivals/{key}: must be 0 or at least 0.001 and at most 100, not ")
            for value in [0, 1e-3]:
                self.ok("check", self.write("fine.json", synthetic(arrivals={"cv": 1, **arrivals, key: value})))

    def test_of_a_draw_that_no_limit_holds(self):
        free = "/hardware/gpu_power/sustained_fraction=10"  # else work levels off below the TDP
        self.refuses_run(ROW, "/gpu_power: a decode step of one sequence would draw ", sets=[free, "/hardware/gpu_power/energy_per_byte_j=1e-6"])
        for value in [1e17, 1e21]:
            self.refuses_run(ROW, "/gpu_power: a decode step of ", "no limit could hold it", sets=[free, f"/hardware/gpu/fp16_flops_per_s={value}"])
            self.ok("check", ROW, "--set", f"/hardware/gpu/fp16_flops_per_s={value}")

    def test_of_the_steps_of_a_rate_curve_in_a_file(self):
        path = self.write("curve.csv", "t_start_s,rate\n0,1\n1e-9,1\n")
        self.refuses_run(synthetic(rate_curve={"path": path}), "curve.csv:3: comes 1e-09 s after the row before")

    def test_of_files_that_a_document_includes(self):
        for i in range(15):
            self.write(f"{i}.json", {"include": [f"{i + 1}.json"] * 3})
        self.write("15.json", {"name": "x"})
        self.refuses(["check", self.folder / "0.json"], "is one too many: a document may include 1,000 files")


class Progress(ProgramTest):
    def test_a_rate_that_brings_no_request(self):
        for change in [{"rate_curve": CURVE}, {"arrivals": {"kind": "on_off", "on_mean_s": 0.001, "off_mean_s": 0.001}}]:
            with self.subTest(change=change):
                output = self.simulate(synthetic(rate_per_s=1e-6, **change), "--force")
                self.assertEqual(output.summary["requests"]["arrived"], 0)

    def test_a_fixed_limit_is_asked_once(self):
        policy = {"name": "limit", "router": {"kind": "round_robin"}, "batching": {"kind": "continuous"},
                  "controllers": [{"kind": "fixed_limit", "power_cap_w": 300, "at_s": 0.001}]}
        events = []
        for at_s in [0.001, 4.9]:
            policy["controllers"][0]["at_s"] = at_s
            host = self.simulate(synthetic() | {"policy": policy}, out=str(at_s)).json("host.json")
            events.append(round(host["events_per_s"] * host["wall_s"]))
        self.assertLess(events[0], events[1] + 1000)


class Memory(ProgramTest):
    def test_that_would_not_do_is_refused_before_the_run(self):
        many = ["--set", "/serving/max_waiting_requests=1000000"]
        for command in [["run", ROW, "--out", self.folder / "out", *many], ["check", ROW, *many]]:
            done = self.refuses([*command, "--max-memory", 512], "of memory, more than the 512 MiB that it may take (--max-memory)",
                                "requests that wait, /serving/max_waiting_requests (40 instances x 1,000,000 requests)")
            self.assertEqual(done.stderr.count("\n"), 1)

    def test_of_every_part(self):
        self.refuses(["check", self.write("big.json", on_levels(1000000, [{"name": "a"}])), "--max-memory", 100], " for the power tree")
        for sets, part in [(["/output/power/bin_s=0.01", "/duration_s=9000"], "power over time, /output/power"),
                           (['/grid={"nodes":["row"]}', "/duration_s=30000000"], "samples of power, /grid")]:
            with self.subTest(part=part):
                words = [word for value in sets for word in ("--set", value)]
                self.refuses(["check", ROW, *words, "--max-memory", 100], f" for {part}")

    def test_is_passed_on_by_a_sweep(self):
        scenario = self.write("scenario.json", small_scenario())
        study = self.write("study.json", {"name": "s", "scenario": scenario, "axes": {"/seed": [1]}, "metrics": ["/requests/arrived"]})
        done = self.program("sweep", study, "--out", self.folder / "sweep", "--max-memory", 1)
        self.assertNotEqual(done.returncode, 0)
        log = next((self.folder / "sweep" / "logs").iterdir()).read_text()
        self.assertIn("more than the 1 MiB that it may take", log)

    def test_that_is_not_there_is_no_bare_exception(self):
        done = subprocess.run(["sh", "-c", f"ulimit -v 300000; exec {PROGRAM} run {ROW} --max-memory 1e9 --set /site/servers=1000000 "
                               f"--set /duration_s=1 --out {self.folder}/out"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("headroom: out of memory; ", done.stderr)


class Mutated(ProgramTest):
    def test_scenarios_end_as_they_should(self):
        done = subprocess.run([sys.executable, "-B", "tests/fuzz/mutate_scenarios.py", "--number", "40", "--jobs", str(os.cpu_count())],
                              cwd=ROOT, env={**os.environ, "HEADROOM": PROGRAM}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
