"""The scripts beside the program: the picture of a run, and the comparison of policies."""

import json
import unittest

from support import PROGRAM, ROOT, ROW, ScriptTest, has_modules, small_scenario

PNG = b"\x89PNG\r\n\x1a\n"
POLICIES = ["none", "no_cap", "one_threshold_low_priority", "one_threshold_all", "polca"]
# Too small a budget for its load, so that locks and brakes are there to be drawn.
TIGHT = ["--set", "/duration_s=300", "--set", "/site/levels/0/budget_w=140000"]


@unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
class Plot(ScriptTest):
    def draws(self, file, *arguments):
        done = self.script("plot.py", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        picture = file.read_bytes()
        self.assertTrue(picture.startswith(PNG))
        self.assertGreater(len(picture), 10000)

    def test_picture_stands_beside_the_output(self):
        output = self.simulate(small_scenario())
        files = output.files()
        self.draws(self.folder / "out.png", self.folder / "out")
        self.assertEqual(output.files(), files)

    def test_locks_and_brakes(self):
        for policy in ("polca", "one_threshold_all", "no_cap"):
            with self.subTest(policy=policy):
                output = self.simulate(ROW, *TIGHT, "--set", f"/policy={policy}", out=policy)
                self.assertGreater(len(output.events), 0)
                self.draws(self.folder / "named.png", self.folder / policy, "--save", self.folder / "named.png")

    def test_a_rack_alone(self):
        self.simulate(small_scenario())
        self.draws(self.folder / "rack.png", self.folder / "out", "--node", "row0/rack0", "--save", self.folder / "rack.png")

    def test_without_thresholds_and_classes(self):
        output = self.simulate(small_scenario())
        (output.folder / "resolved.json").unlink()
        latency = output.json("latency.json")
        latency["classes"] = {}
        (output.folder / "latency.json").write_text(json.dumps(latency))
        self.draws(self.folder / "out.png", self.folder / "out")

    def test_refusals(self):
        self.refuses_script("plot.py", [self.folder / "nowhere"], "nowhere", "no such output directory")
        empty = self.folder / "empty"
        empty.mkdir()
        self.refuses_script("plot.py", [empty], "summary.json", "no such file")
        output = self.simulate(small_scenario())
        self.refuses_script("plot.py", [output.folder, "--node", "row7"], "row7", "row0")
        self.refuses_script("plot.py", [output.folder, "--save", self.folder / "x.doc"], "x.doc")
        (output.folder / "power.json").write_text("{")
        self.refuses_script("plot.py", [output.folder], "power.json", "not JSON")


class CompareControllers(ScriptTest):
    def compare(self, *arguments):
        return self.script("compare_controllers.py", "--headroom", PROGRAM, "--out", self.folder / "cmp", *arguments)

    def comparison(self):
        return json.loads((self.folder / "cmp/comparison.json").read_text())

    def test_table_and_files(self):
        done = self.compare("--set", "/duration_s=300")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
        self.assertEqual(rows[2:], POLICIES)
        self.assertIn(done.stdout[done.stdout.index("| policy"):done.stdout.index("\n\nwritten")],
                      (self.folder / "cmp/comparison.md").read_text())
        self.assertEqual(sorted(entry.name for entry in (self.folder / "cmp").iterdir()),
                         sorted([*POLICIES, "comparison.json", "comparison.md"]))
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["cmp"])

    def test_numbers_are_those_of_the_runs(self):
        self.assertEqual(self.compare(*TIGHT, "--load", "0.5", "--servers", "20").returncode, 0)
        comparison = self.comparison()
        copies = json.loads((ROOT / ROW).read_text())["workload"]["trace"]["copies"]
        self.assertEqual((comparison["servers"], comparison["copies"]), (20, copies / 2))
        runs = {policy: json.loads((self.folder / f"cmp/{policy}/summary.json").read_text()) for policy in POLICIES}
        for policy, run in runs.items():
            entry = comparison["policies"][policy]
            self.assertEqual(entry["clock_locks"], run["throttle"]["clock_locks"])
            self.assertEqual(entry["brakes"], run["throttle"]["brakes"])
            self.assertEqual(entry["telemetry_peak_fraction"], run["power"]["row0"]["telemetry_peak_w"] / 140000)
            for name in ("high", "low"):
                p99 = [r["classes"][name]["latency"]["e2e_s"]["p99"] for r in (run, runs["none"])]
                self.assertAlmostEqual(entry["classes"][name]["e2e_p99_impact_fraction"], p99[0] / p99[1] - 1)

    def test_existing_directory(self):
        options = ["--set", "/duration_s=60"]
        self.assertEqual(self.compare(*options).returncode, 0)
        before = self.comparison()
        done = self.compare(*options)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--force", done.stderr)
        self.assertEqual(self.compare(*options, "--load", "1", "--force").returncode, 0)
        self.assertNotEqual(self.comparison(), before)
        (self.folder / "cmp/comparison.json").unlink()
        self.assertEqual(self.compare(*options, "--force").returncode, 2, "replaced a directory that is not its own")

    def test_a_failed_run_leaves_nothing(self):
        done = self.compare("--set", "/sit=1")
        self.assertEqual(done.returncode, 2)
        self.assertIn('did you mean "site"?', done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_refusals(self):
        out = ["--out", self.folder / "cmp"]
        name = "compare_controllers.py"
        self.refuses_script(name, ["--headroom", PROGRAM, "--scenario", self.folder / "none.json", *out], "none.json")
        synthetic = self.write("synthetic.json", small_scenario())
        self.refuses_script(name, ["--headroom", PROGRAM, "--scenario", synthetic, *out], "/workload/trace")
        self.assertFalse((self.folder / "cmp").exists())


if __name__ == "__main__":
    unittest.main()
