"""Every shipped configuration file is usable."""

import gzip
import json
import subprocess
import unittest

from support import PYTHON, ROOT, ROW, ProgramTest


BY_DATA_SHEET = ("dgx_h200", "dgx_b200")  # for predictions alone: no step was measured on their GPUs


def files(kind):
    return sorted(file for file in (ROOT / "configs" / kind).glob("*.json") if file.stem not in BY_DATA_SHEET)


class Shipped(ProgramTest):
    def test_scenarios_pass_check(self):
        self.assertTrue(files("scenario"))
        for file in files("scenario"):
            with self.subTest(file=file.name):
                self.ok("check", file.relative_to(ROOT))

    def test_parts_pass_check_in_a_scenario(self):
        for kind, pointer in [("hardware", "/hardware"), ("model", "/serving/model"), ("stack", "/serving/stack"),
                              ("site", "/site"), ("policy", "/policy")]:
            self.assertTrue(files(kind), kind)
            for file in files(kind):
                with self.subTest(file=f"{kind}/{file.name}"):
                    # H100 servers wait at more power than the A100 row's budget allows for.
                    room = [] if kind == "site" else ["--set", "/site/levels/0/budget_w=1000000"]
                    degree = ["--set", "/serving/tensor_parallel=8"] if kind == "model" else []
                    clocks = ["--set", "/hardware=dgx_h100"] if file.stem == "polca_h100" else []
                    own = {"dynamo": "dynamo_hour", "tapas": "tapas_two_rows", "modserve": "modserve_day",  # types of requests; machines; pools
                           "slim": "slim_sc", "brane": "brane_oracle", "droidspeak": "droidspeak_pair",  # job graphs
                           "murakkab": "murakkab_day"}  # a registry
                    scenario = own.get(file.stem.split("_")[0], ROW)
                    room = room if scenario == ROW else []
                    self.ok("check", scenario, "--set", f"{pointer}={file.stem}", *room, *degree, *clocks)

    def test_models_run_on_every_hardware(self):
        small = ["--set", "/site/servers=4", "--set", "/site/levels/0/budget_w=60000", "--set", "/workload/trace/copies=0.5",
                 "--set", "/duration_s=120"]
        for hardware in files("hardware"):
            for model in files("model"):
                with self.subTest(hardware=hardware.stem, model=model.stem):
                    summary = self.simulate(ROW, *small, "--set", f"/hardware={hardware.stem}", "--set",
                                            f"/serving/model={model.stem}", out=f"{hardware.stem}-{model.stem}").summary
                    self.assertGreater(summary["requests"]["completed"], 0)

    def test_hardware_by_data_sheet_predicts_with_a_warning_and_does_not_run(self):
        for hardware in BY_DATA_SHEET:
            with self.subTest(hardware=hardware):
                self.refuses(["check", ROW, "--set", f"/hardware={hardware}", "--set", "/serving/stack=vllm_2025"], "no step was measured on GPU")
                done = self.ok("predict", "--hardware", hardware, "--model", "qwen3_32b", "--stack", "vllm_2025", "--from-data-sheet")
                self.assertIn("no step was measured on", done.stderr)

    def test_an_hour_of_the_six_weeks(self):
        output = self.simulate("configs/scenario/polca_six_weeks.json", "--set", "/duration_s=3600")
        self.assertGreater(output.summary["requests"]["completed"], 5000)
        self.assertEqual(set(output.summary["classes"]), {
            "high", "low", "summarize", "search", "chat"})

    def test_studies_have_points(self):
        self.assertTrue(files("study"))
        for file in files("study"):
            with self.subTest(file=file.name):
                points = self.ok("sweep", file.relative_to(ROOT), "--dry-run").stdout.splitlines()
                self.assertGreater(len(points), 1)

    def test_smoothing_presets_are_included(self):
        self.assertTrue(files("smoothing"))
        scenario = json.loads((ROOT / "configs/scenario/training_waveform.json").read_text())
        for file in files("smoothing"):
            with self.subTest(file=file.name):
                scenario.update(hardware="h100_alone", smoothing={"include": str(file)})
                scenario["workload"]["jobs"][0]["waveform"]["path"] = str(ROOT / "traces/training/h100_iterations.csv.gz")
                self.assertGreater(self.simulate(scenario, out=file.stem).summary["smoothing"]["burned_fraction"], 0)

    def test_describe_says_who_stands_where(self):
        text = self.ok("describe", "configs/scenario/mixed_site.json").stdout
        self.assertIn("pool         low: 26 servers, 26 instances, for requests low\n", text)
        self.assertIn("for jobs     40 servers\n", text)

    def test_names_are_those_of_the_files(self):
        for kind in ["hardware", "model", "stack", "site", "policy", "scenario", "study", "spec", "query_energy", "registry"]:
            for file in files(kind):
                self.assertEqual(json.loads(file.read_text())["name"], file.stem)

    def test_no_file_holds_a_path_of_a_machine(self):
        for file in (ROOT / "configs").rglob("*.json"):
            for prefix in ["/home/", "/work/", "/tmp/", "/root/"]:
                self.assertNotIn(prefix, file.read_text(), file)


class Traces(ProgramTest):
    def test_shipped_ones_are_described(self):
        for file in (ROOT / "traces").glob("*.csv.gz"):
            text = self.ok("trace", "describe", file.relative_to(ROOT)).stdout
            for expected in ["requests ", "duration ", "input tokens", "output tokens"]:
                self.assertIn(expected, text)

    def test_generate_is_reproducible_and_gives_the_shipped_file(self):
        for name, seed, duration in [("conversation", 3, 3500), ("code", 19, 3440)]:
            out = self.folder / f"{name}.csv.gz"
            self.ok("trace", "generate", f"traces/{name}.json", "--seed", seed, "--duration", duration, "--out", out)
            self.assertEqual(out.read_bytes(), (ROOT / f"traces/{name}.csv.gz").read_bytes())

    def test_the_power_record_is_what_its_script_makes(self):
        made, shipped = self.folder / "made.csv.gz", ROOT / "traces/training/h100_iterations.csv.gz"
        subprocess.run([PYTHON, ROOT / "scripts/training_waveform.py", made], check=True)
        self.assertEqual(gzip.decompress(made.read_bytes()), gzip.decompress(shipped.read_bytes()))

    def test_the_week_is_what_its_script_makes(self):
        subprocess.run([PYTHON, ROOT / "scripts/week_traces.py", self.folder], check=True)
        for name in ("conversation_week_load.csv", "conversation_week_mix.csv"):
            self.assertEqual((self.folder / name).read_text(), (ROOT / "traces" / name).read_text())
        made, shipped = (folder / "conversation_lengths.csv.gz" for folder in (self.folder, ROOT / "traces"))
        self.assertEqual(gzip.decompress(made.read_bytes()), gzip.decompress(shipped.read_bytes()))

    def test_the_week_is_generated(self):
        week = self.folder / "week.csv"
        self.ok("trace", "generate", "traces/conversation_week.json", "--set", "/synthetic/rate_per_s=0.05", "--out", week)
        text = self.ok("trace", "describe", week).stdout
        self.assertRegex(text, r"requests +(29|30|31),")
        self.assertIn("LL_high", text)

    def test_generate_needs_an_end(self):
        self.refuses(["trace", "generate", "traces/code.json", "--out", self.folder / "t.csv"], "--duration")

    def test_generate_refuses_wrong_settings(self):
        self.refuses(["trace", "generate", "traces/code.json", "--duration", 10, "--out", self.folder / "t.csv", "--set",
                      "/synthetic/rate_per_s=-1"], "--set: /synthetic/rate_per_s: must be at least 1e-12")
        self.refuses(["trace", "describe", self.folder / "no.csv"], "no.csv")


if __name__ == "__main__":
    unittest.main()
