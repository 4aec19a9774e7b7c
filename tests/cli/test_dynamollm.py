"""scripts/dynamollm.py: the tables of the six policies, over seeds, from output directories made by hand."""

import json
import unittest

from support import ScriptTest, has_modules


@unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
class DynamoLLM(ScriptTest):
    def run_folder(self, policy, seed, kwh):
        folder = self.folder / f"{policy}.{seed}"
        folder.mkdir()
        points = {"p50": 0.01, "p90": 0.02, "p99": 0.5}
        summary = {"seed": seed, "simulated_s": 60, "energy": {"gpu_kwh": kwh}, "pools": {"all": {"gpu_hours": 8}},
                   "latency": {"ttft_s": points, "tbt_s": points}, "slo": {"attained_fraction": 0.99}, "fleet": {"starts": 3},
                   "requests": {"rejected": 7, "squashed": 2}}
        events = [{"kind": "clock_set", "time_s": 5, "target": "a", "clock_mhz": 1200}]
        for name, content in (("summary", summary), ("resolved", {"policy": {"name": policy}}), ("events", {"events": events})):
            (folder / f"{name}.json").write_text(json.dumps(content))
        return folder

    def test_energy_is_compared_seed_by_seed(self):
        folders = [self.run_folder("dynamo_llm", 1, 5), self.run_folder("dynamo_llm", 2, 12),
                   self.run_folder("dynamo_single_pool", 1, 10), self.run_folder("dynamo_single_pool", 2, 20)]
        done = self.script("dynamollm.py", "table", *folders)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("| DynamoLLM | 8.5 (5.0 to 12.0) | -45.0 (-50.0 to -40.0) | -35 % | 8 (8 to 8) |", done.stdout)
        self.assertIn("| DynamoLLM | 0.01 / 0.02 / 0.50 | 10 / 20 / 500 | 99.0 |", done.stdout)
        self.assertIn("| DynamoLLM | 3 | 0 | 0 | 1 | 0 | 7 | 2 |", done.stdout)

    def test_refuses_what_cannot_be_compared(self):
        llm, other = self.run_folder("dynamo_llm", 1, 5), self.run_folder("dynamo_single_pool", 2, 10)
        self.refuses_script("dynamollm.py", ["table", llm], "no directory has the policy dynamo_single_pool")
        self.refuses_script("dynamollm.py", ["table", llm, other], "dynamo_single_pool lacks the seed 1 of dynamo_llm")
        self.refuses_script("dynamollm.py", ["table", self.folder / "none"], "there is no such output directory")

    def test_picture(self):
        file = self.folder / "clocks.svg"
        done = self.script("dynamollm.py", "clocks", self.run_folder("dynamo_llm", 1, 5), "--save", file)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", f"{file}\n"))
        self.assertIn("1200 MHz", file.read_text())


if __name__ == "__main__":
    unittest.main()
