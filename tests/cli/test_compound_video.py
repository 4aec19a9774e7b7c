"""The HotOS job of compound AI: three runs against what was published, and that nothing of them is lost."""

import unittest

from support import ProgramTest

IDLE_W = 80  # of a GPU that the scenario's pools do not hold: two of the LLM's eight
CORES = ["--set", '/services/whisper/pools/0/instances={"cores": 1}']


class CompoundVideo(ProgramTest):
    def play(self, name, *sets, out):
        summary = self.simulate(f"configs/scenario/{name}.json", *sets, out=out).summary
        stages = [graph["stages"] for graph in summary["graphs"].values()]
        self.assertEqual(sum(stage["created"] for stage in stages), 118)
        self.assertEqual(sum(stage["done"] for stage in stages), 118)
        for check, residual in summary["checks"].items():
            self.assertLess(abs(residual), 1e-9, check)
        return summary

    def energy_wh(self, summary, pools, idle_gpus):
        held = sum(summary["workers"][pool]["gpu_energy_kwh"] for pool in pools)
        return 1000 * held + idle_gpus * IDLE_W * summary["simulated_s"] / 3600

    def test_times_and_energy(self):
        gpu = self.play("compound_video", out="gpu")
        cores = self.play("compound_video", *CORES, out="cores")
        baseline = self.play("compound_video_baseline", out="baseline")
        times = [summary["simulated_s"] for summary in (baseline, gpu, cores)]
        for time_s, expected in zip(times, (285.0, 72.3, 79.2)):
            self.assertAlmostEqual(time_s, expected, places=6)
        for time_s, published in zip(times, (285, 77, 83)):
            self.assertLess(abs(time_s / published - 1), 0.15)
            self.assertLess(abs((285 / time_s) / (285 / published) - 1), 0.15)
        on_gpus = ["llm/summary", "embedder/embedding", "whisper/transcription"]
        energies = [self.energy_wh(baseline, on_gpus, 0), self.energy_wh(gpu, on_gpus, 2), self.energy_wh(cores, on_gpus[:2], 2)]
        self.assertLess(abs(energies[0] / energies[1] / 3.6 - 1), 0.15)
        self.assertGreater(energies[0] / energies[2], 3.4)
        self.assertLess(energies[0] / energies[2], 4.6)
        self.assertAlmostEqual(cores["energy"]["cpu_kwh"] * 3.6e6, 39 * 1.5 * 165)
        self.assertEqual(cores["workers"]["whisper/transcription"]["gpu_hours"], 0)

    def test_the_least_cost_picks_the_cores(self):
        self.ok("sweep", "compound_video", "--out", self.folder / "sweep", "-j", "1")
        chosen = self.ok("choose", self.folder / "sweep", "--least", "/fleet/cost_usd")
        self.assertIn("transcription=on_64_cores has the least /fleet/cost_usd of the 2 points", chosen.stdout)


if __name__ == "__main__":
    unittest.main()
