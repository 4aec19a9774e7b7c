"""Power logs as waveforms of jobs, in the layouts that people have."""

import unittest

from support import ROOT, ProgramTest

CASES = ROOT / "tests/cases"
WAVEFORM = "/workload/jobs/0/waveform"


class PowerRecords(ProgramTest):
    def energy_j(self, scenario, *sets, out="out"):
        """What a GPU of the job drew."""
        options = [word for assignment in sets for word in ("--set", assignment)]
        output = self.simulate(str(scenario), *options, out=out)
        return output.summary["smoothing"]["useful_kwh"] * 3.6e6 / 8, output

    def test_a_log_of_nvidia_smi(self):
        energy_j, output = self.energy_j(CASES / "nvidia_smi_power_log/scenario.json")
        self.assertAlmostEqual(energy_j, 1915.85, 6)
        self.assertAlmostEqual(output.summary["simulated_s"], 4)

    def test_a_gpu_of_several(self):
        case = CASES / "nvidia_smi_power_log"
        path = f"{WAVEFORM}/path={case}/two_gpus.csv"
        first, output = self.energy_j(case / "scenario.json", path, f"{WAVEFORM}/gpu=0", out="first")
        self.assertAlmostEqual(first, 300 + 650.5 + 655.1 + 655.1 + 310.25 + 300, 6)
        self.assertIn("1 sample without a value", output.summary["warnings"][0]["what"])
        second, _ = self.energy_j(case / "scenario.json", path, f"{WAVEFORM}/gpu=1", out="second")
        self.assertAlmostEqual(second, 302 + 640 + 660 + 655 + 312 + 301, 6)
        mean, output = self.energy_j(case / "scenario.json", path, out="mean")
        self.assertAlmostEqual(mean, (first + second) / 2, 6)
        self.assertIn("whose mean is taken", output.summary["warnings"][0]["what"])

    def test_dialects(self):
        for name in ("bom", "spaces", "extra_column"):
            path = f"{WAVEFORM}/path={CASES}/csv_dialects/power_{name}.csv"
            energy_j, output = self.energy_j(CASES / "csv_dialects/scenario_power.json", path, out=name)
            self.assertAlmostEqual(energy_j, 967.55, 6)
            said = [warning["what"] for warning in output.summary.get("warnings", [])]
            self.assertEqual(said, ["not used: clock_mhz"] if name == "extra_column" else [])

    def test_milliwatts_are_no_watts(self):
        scenario = CASES / "power_record_in_milliwatts/scenario.json"
        said = "power.csv:2: a draw of 180000 W is more than twice the TDP of the GPU, 700 W"
        self.refuses(["check", scenario], said, "power_unit")
        self.refuses_run(str(scenario), said)
        energy_j, _ = self.energy_j(scenario, f"{WAVEFORM}/power_unit=mW")
        self.assertAlmostEqual(energy_j, 2 * 180 + 8 * 650, 6)

    def test_one_bound_for_all_ways_to_say_a_draw(self):
        scenario = CASES / "power_record_in_milliwatts/scenario.json"
        phase = '{"kind": "compute", "duration_s": 1, %s}'
        for value, pointer in ((phase % '"power_w": 1401', "/phases/0/power_w"), (phase % '"power_fraction": 2.01', "/phases/0/power_fraction")):
            self.refuses_run(str(scenario), f"{WAVEFORM}{pointer}",
                             sets=[f'{WAVEFORM}={{"phases": [{value}]}}', "/duration_s=10"])
        steady = phase % '"power_w": 700'
        self.refuses_run(str(scenario), f"{WAVEFORM}/checkpoint/power_w: a draw of 1500 W", sets=[
            f'{WAVEFORM}={{"phases": [{steady}], "checkpoint": {{"period_s": 5, "duration_s": 1, "power_w": 1500}}}}',
            "/duration_s=10"])
        high = phase % '"power_w": 1000'
        self.refuses_run(str(scenario), f"{WAVEFORM}/overshoot/overshoot_ratio: a draw of 1500 W", sets=[
            f'{WAVEFORM}={{"phases": [{high}], "overshoot": {{"overshoot_ratio": 1.5}}}}', "/duration_s=10"])

    def test_kilowatts_are_no_watts(self):
        record = self.write("power.csv", "time_s,power\n0,0.3\n1,0.65\n")
        self.refuses_run(str(CASES / "power_record_in_milliwatts/scenario.json"), "never draws more than 0.65 W",
                         "power_unit", sets=[f"{WAVEFORM}/path={record}"])

    def test_strict(self):
        case = CASES / "nvidia_smi_power_log"
        self.refuses(["--strict", "run", case / "scenario.json", "--out", self.folder / "out", "--set",
                      f"{WAVEFORM}/path={case}/two_gpus.csv"], "whose mean is taken")


if __name__ == "__main__":
    unittest.main()
