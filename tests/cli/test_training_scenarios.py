"""The shipped scenarios of training power say what docs/results/training_power.md says of them."""

import unittest

from support import ProgramTest


class TrainingScenarios(ProgramTest):
    def grid(self, scenario, *sets):
        options = [word for assignment in sets for word in ("--set", assignment)]
        return self.simulate(scenario, *options, out=f"out{len(list(self.folder.iterdir()))}").summary["grid"]["site"]

    def test_a_record_on_any_number_of_gpus(self):
        few, many = (self.grid("training_waveform", f"/workload/jobs/0/gpus={gpus}") for gpus in (1024, 100000))
        self.assertAlmostEqual(many["in_band_rms_w"] / few["in_band_rms_w"], 100000 / 1024, places=3)

    def test_an_hour_of_a_campus(self):
        output = self.simulate("training_campus")
        self.assertLess(output.json("host.json")["wall_s"], 60)
        self.assertAlmostEqual(output.summary["power"]["site"]["mean_w"], 95.6e6, delta=0.1e6)

    def test_starting_and_stopping(self):
        for gpus, megawatts in [(16384, 16.3), (24576, 24.4)]:
            swing = self.grid("training_start_stop", f"/workload/jobs/0/gpus={gpus}")["max_swing_1s_w"]
            self.assertAlmostEqual(swing / 1e6, megawatts, delta=0.1)
        smooth = self.grid("training_start_stop", "/smoothing/gpu_power_smoothing/enabled=true")
        self.assertTrue(smooth["passed"])

    def test_a_mixed_site_twice(self):
        first, second = (self.simulate("mixed_site", "--set", "/duration_s=900", out=out) for out in ("a", "b"))
        self.assertEqual(first.contents(), second.contents())
        self.assertGreater(first.summary["requests"]["completed"], 0)
        self.assertGreater(first.summary["smoothing"]["storage_used_j_per_gpu"], 0)

    def test_a_job_ramps_from_idle(self):
        output = self.simulate("training_start_stop", "--set", "/smoothing/gpu_power_smoothing/enabled=true")
        samples = output.json("grid.json")["nodes"]["site"]["power_w"]
        self.assertGreaterEqual(min(samples), 0.999 * samples[0])


if __name__ == "__main__":
    unittest.main()
