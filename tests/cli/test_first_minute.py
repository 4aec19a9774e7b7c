"""What a stranger types first: demo, init, list, describe, explain, completion."""

import os
import re
import subprocess
import unittest

from report_pages import TEMPLATE
from support import PROGRAM, ROOT, ROW, Output, ProgramTest

BEGINNINGS = sorted(file.stem for file in (ROOT / "configs/init").glob("*.json"))


class Demo(ProgramTest):
    @unittest.skipUnless(TEMPLATE.exists(), "this build has no report.html: npm was not there, or not its registry")
    def test_makes_a_page_from_any_folder_and_again(self):
        for _ in range(2):
            said = self.ok("demo", cwd=self.folder).stdout
            self.assertIn("Look at headroom-demo/report.html", said)
        page = (self.folder / "headroom-demo/report.html").read_text()
        self.assertIn("POLCA", page)
        self.assertRegex(said, r"\n  polca +0 +0\.9\d\d +\+0\.0 % +\+\d")
        self.assertIn("headroom init row", said)

    def test_refuses_folders_that_cannot_be_written(self):
        self.write("file", "")
        for out in ["/proc/demo", "/dev/null/demo", self.folder / "file"]:
            self.refuses(["demo", "--out", out], str(out))

    def test_leaves_what_is_no_demo_alone(self):
        (self.folder / "full").mkdir()
        self.write("full/thesis.txt", "mine")
        self.refuses(["demo", "--out", self.folder / "full"], "full")
        self.assertEqual((self.folder / "full/thesis.txt").read_text(), "mine")


class Init(ProgramTest):
    SHORT = {"dynamo": ["/duration_s=60"], "tapas": ["/duration_s=60"], "row": ["/duration_s=60"]}

    def test_says_what_there_is(self):
        said = self.ok("init").stdout
        for kind in ["row", "trace", "model", "gpu", "training", "dynamo", "tapas"]:
            self.assertRegex(said, rf"\n  {kind} +\w")

    def test_writes_scenarios_that_pass_every_check_without_a_warning(self):
        for kind in sorted(set(BEGINNINGS) - {"gpu"}):
            with self.subTest(kind=kind):
                self.ok("init", kind, cwd=self.folder)
                self.assertIn("//", (self.folder / f"{kind}.json").read_text())
                self.ok("check", f"{kind}.json", "--strict", cwd=self.folder)

    def test_warns_of_what_is_borrowed_for_a_gpu_of_ones_own(self):
        self.ok("init", "gpu", cwd=self.folder)
        said = self.ok("check", "gpu.json", cwd=self.folder).stderr
        self.assertIn('fitted to the draw of "h100_sxm5_80gb", not of "my_gpu"', said)
        self.assertIn('no step of vllm_2025 was measured on "my_gpu"', said)
        self.ok("check", "gpu.json", "--strict", "--set", "/hardware/gpu_power/fitted_on=my_gpu", "--set",
                '/serving/stack/gpus/my_gpu={"from_data_sheet": false}', cwd=self.folder)

    def test_they_run(self):
        for kind in sorted(set(BEGINNINGS) - {"dynamo"}):  # its profile takes a minute
            with self.subTest(kind=kind):
                self.ok("init", kind, cwd=self.folder)
                sets = [word for value in self.SHORT.get(kind, []) for word in ("--set", value)]
                self.ok("run", f"{kind}.json", "--out", f"out-{kind}", *sets, cwd=self.folder)
                self.assertGreater(Output(self.folder / f"out-{kind}").summary["power"]["site"]["energy_kwh"], 0)

    def test_leaves_what_is_there_alone(self):
        self.write("row.json", "mine")
        done = self.program("init", "row", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("row.json", done.stderr)
        self.assertEqual((self.folder / "row.json").read_text(), "mine")
        self.refuses(["init", "rwo"], 'did you mean "row"?')

    def test_writes_where_it_is_told(self):
        self.ok("init", "trace", "--out", self.folder / "deep/mine.json")
        self.ok("check", self.folder / "deep/mine.json", cwd="/")
        self.assertTrue((self.folder / "deep/trace.csv").exists())


class Named(ProgramTest):
    def test_everything_says_what_it_is(self):
        for line in self.ok("list").stdout.splitlines():
            if line.startswith("  "):
                self.assertRegex(line, r"^  \S+ {2,}\S", "has no description")

    def test_names_alone_are_for_programs(self):
        self.assertIn("polca_row\n", self.ok("list", "scenario", "--names").stdout)
        self.assertNotIn(" ", self.ok("list", "--names").stdout)

    def test_describes_files_and_policies(self):
        text = self.ok("describe", "hardware", "dgx_a100").stdout
        self.assertIn("A100", text)
        self.assertIn("hardware/dgx_a100.json", text)
        text = self.ok("describe", "controller", "polca").stdout
        self.assertIn("/policy/controllers/N/t1_fraction  number", text)
        self.assertIn("floor_fraction", self.ok("describe", "smoother", "gpu_power_smoothing").stdout)
        self.refuses(["describe", "controller", "poca"], 'did you mean "polca"?')
        self.refuses(["describe", "contoller", "polca"], 'did you mean "controller"?')

    def test_draws_a_scenario_as_a_graph(self):
        text = self.ok("describe", ROW, "--graph").stdout
        self.assertTrue(text.startswith('digraph "polca_row" {\n') and text.endswith("}\n"))
        for expected in ["row x 1, budget 214.2 kW", "rack x 10", "dgx_a100 x 40", "controller polca",
                         "pool low: 20 servers", "power every 2 s, 2 s late", "clocks after 40 s"]:
            self.assertIn(expected, text)
        for file in sorted((ROOT / "configs/scenario").glob("*.json")):
            self.assertIn("->", self.ok("describe", file, "--graph").stdout)


class Explain(ProgramTest):
    def test_says_type_range_default_and_meaning(self):
        text = self.ok("explain", "/telemetry/delay_s").stdout
        self.assertRegex(text, r"in a scenario\n  /telemetry/delay_s  number, ≥ 0, ≤ 1000000, default 2.0\n      \w+")

    def test_knows_indices_keys_and_kinds(self):
        self.assertIn("of kind polca", self.ok("explain", "/policy/controllers/0/t1_fraction").stdout)
        self.assertIn("ttft_s", self.ok("explain", "/slo/high").stdout)
        kinds = self.ok("explain", "/policy/controllers/0").stdout
        self.assertIn("/policy/controllers/N/kind = polca", kinds)

    def test_knows_results_and_studies(self):
        self.assertIn("in summary.json", self.ok("explain", "/power/row0~1rack8/peak_w").stdout)
        self.assertIn("in a study", self.ok("explain", "/axes").stdout)

    def test_every_row_of_the_reference_is_found(self):
        for name, title in [("reference", "in a scenario"), ("summary", "in summary.json")]:
            rows = re.findall(r"^\| `(/[^`]+)` \|", (ROOT / f"docs/{name}.md").read_text(), re.M)
            for pointer in rows[::40]:
                self.assertIn(title, self.ok("explain", pointer.replace("/N", "/3")).stdout, pointer)

    def test_suggests(self):
        self.refuses(["explain", "/telemetry/dealy_s"], 'did you mean "/telemetry/delay_s"?')


class Comments(ProgramTest):
    def test_may_stand_in_every_file(self):
        file = self.write("s.json", '// first\n{"include": "scenario/polca_row.json" /* found anywhere */, "name": "x"}\n')
        self.ok("check", file, cwd="/")


class Completion(ProgramTest):
    def words(self, *typed):
        return self.ok("completion", "words", "--", *typed).stdout.splitlines()

    def test_follows_the_command_line(self):
        self.assertIn("run", self.words())
        self.assertIn("--set", self.words("run"))
        self.assertIn("polca_row", self.words("run", "--out", "x"))
        self.assertIn("polca_hour", self.words("sweep"))
        self.assertIn("row", self.words("init"))
        self.assertIn("controller", self.words("list"))
        self.assertEqual([word for word in self.words("trace") if not word.startswith("-")], ["generate", "describe", "convert"])

    def test_bash_completes(self):
        script = self.ok("completion", "bash").stdout + '\nCOMP_WORDS=(headroom demo --o); COMP_CWORD=2; _headroom; echo "${COMPREPLY[@]}"\n'
        (self.folder / "headroom").symlink_to(PROGRAM)
        done = subprocess.run(["bash", "-c", script], env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"},
                              capture_output=True, text=True)
        self.assertEqual(done.stdout, "--out\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
