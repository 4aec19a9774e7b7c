"""Equal scenarios give equal bytes: whatever the CPU can do, in whatever order the keys of the scenario stand."""

import json
import pathlib
import random
import subprocess
import unittest

from support import PROGRAM, ROW, ProgramTest, small_scenario

# Takes from the C library what it chooses its functions by: fused multiply-add and wide vectors.
PLAIN_CPU = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"}
# Functions that the C library has once a kind of CPU or may have so in another version; what is used instead is in
# include/headroom/elementary.hpp and trigonometry.hpp. Roots, roundings and remainders are exact everywhere.
INEXACT = {name + suffix for suffix in ("", "f") for name in
           "acos acosh asin asinh atan atan2 atanh cabs cbrt cexp clog cos cosh cpow erf erfc exp exp10 exp2 expm1 hypot lgamma log "
           "log10 log1p log2 pow sin sincos sinh tan tanh tgamma".split()}

SMALL_CAMPUS = ["training_campus", "--set", "/duration_s=100", "--set", "/workload/jobs/0/start_s=10",
                "--set", "/workload/jobs/0/duration_s=80", "--set", "/smoothing/gpu_power_smoothing/enabled=true",
                "--set", "/workload/jobs/0/waveform/edge={\"time_constant_s\":0.02}"]
HOT_ROW = ["hot_aisle", "--set", "/duration_s=120"]
GENERATED = small_scenario(
    slo={"low": {"ttft_s": 2}, "high": {"ttft_s": 1}, "all": {"tbt_s": 0.2}},
    workload={"synthetic": {
        "rate_per_s": 2, "duration_s": 60, "arrivals": {"kind": "gamma", "cv": 2.5},
        "rate_curve": {"values": [1, 3, 2], "step_s": 20, "interpolation": "linear"},
        "classes": [{"input": {"kind": "lognormal", "median_tokens": 700, "sigma": 0.9},
                     "output": {"kind": "lognormal", "median_tokens": 60, "sigma": 1.1}}]}})


class OnAnyCpu(ProgramTest):
    def same(self, *arguments):
        outputs = []
        for name, env in ("usual", {}), ("plain", PLAIN_CPU):
            self.ok("run", *arguments, "--out", self.folder / name, env=env)
            outputs.append(contents(self.folder / name))
        self.assertEqual(*outputs)

    def test_training_with_its_spectrum(self):
        self.same(*SMALL_CAMPUS)

    def test_a_row_with_weather(self):
        self.same(*HOT_ROW)

    def test_generated_requests(self):
        self.same(self.write("scenario.json", GENERATED))

    def test_predictions(self):
        arguments = ["predict", "--model", "qwen3_30b_a3b", "--hardware", "dgx_h100", "--tensor-parallel", "4",
                     "--batch", "1:64:x2", "--cap-w", "400"]
        self.assertEqual(self.ok(*arguments).stdout, self.ok(*arguments, env=PLAIN_CPU).stdout)

    def test_no_function_of_the_c_library_that_depends_on_it(self):
        symbols = subprocess.run(["nm", "-D", "--undefined-only", PROGRAM], capture_output=True, text=True, check=True)
        used = {line.split()[-1].split("@")[0] for line in symbols.stdout.splitlines()}
        self.assertIn("memcpy", used)
        self.assertEqual(used & INEXACT, set())


def contents(folder):
    """The bytes of every file of an output but host.json."""
    return {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir() if path.name != "host.json"}


def shuffled(value, randomly):
    """The same JSON value with the keys of every object in another order."""
    if isinstance(value, list):
        return [shuffled(entry, randomly) for entry in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    randomly.shuffle(keys)
    return {key: shuffled(value[key], randomly) for key in keys}


class InAnyOrder(ProgramTest):
    def same(self, scenario, *arguments):
        """As resolved (so that no include is left, and all keys are there) and in two other orders."""
        file = scenario if isinstance(scenario, str) else self.write("scenario.json", scenario)
        self.ok("run", file, *arguments, "--out", self.folder / "first")
        resolved = json.loads((self.folder / "first/resolved.json").read_text())
        first = contents(self.folder / "first")
        for seed in 1, 2:
            self.write("shuffled.json", shuffled(resolved, random.Random(seed)))
            self.ok("run", self.folder / "shuffled.json", "--out", self.folder / str(seed))
            self.assertEqual(contents(self.folder / str(seed)), first)

    def test_a_row(self):
        self.same(ROW, "--set", "/duration_s=60")

    def test_free_keys(self):
        self.same(GENERATED)

    def test_training(self):
        self.same(*SMALL_CAMPUS)


if __name__ == "__main__":
    unittest.main()
