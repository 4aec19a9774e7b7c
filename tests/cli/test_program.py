"""Subcommands, help, exit codes, and what goes to a pipe."""

import json
import re
import unittest

from support import FILES, ROOT, ROW, ProgramTest, small_scenario

SUBCOMMANDS = ["demo", "init", "explain", "completion", "run", "sweep", "check", "predict", "list", "describe", "trace", "tables", "compare",
               "report"]


class Words(ProgramTest):
    def test_a_command_that_is_none(self):
        self.refuses(["comapre", "out"], 'there is no command "comapre"; did you mean "compare"?')
        self.refuses(["--quiet"], "A subcommand is required")

    def test_options_that_would_be_ignored(self):
        for arguments in (["--schema", "--summary"], ["polca_row", "--reference"], ["--reference", "--summary"]):
            self.refuses(["describe", *arguments], "excludes")
        self.refuses(["describe", "--summary", "--set", "/seed=1"], "requires")
        self.refuses(["describe", "router", "random", "--graph"], "--graph: is for a scenario")
        self.refuses(["--plugin", "", "list"], "--plugin: names no file")
        self.refuses(["energy-per-query", "oviedo_2025", "--compare", "x", "--pue", "nan"], "--pue", "not in range")

    def test_paths_that_cannot_be_used_are_wrong_input(self):
        for arguments in (["init", "row", "--out", "/proc/none/row.json"], ["run", "polca_row", "--out", "/proc/none/out"]):
            self.assertEqual(self.program(*arguments).returncode, 2, arguments)


class Help(ProgramTest):
    def test_of_the_program_names_every_subcommand_and_the_exit_codes(self):
        text = self.ok("--help").stdout
        for name in SUBCOMMANDS:
            self.assertRegex(text, rf"\n  {name} ")
        self.assertIn("4 compared results differ", text)
        self.assertIn("130 interrupted", text)

    def test_of_every_subcommand_describes_its_options(self):
        for words, expected in [(["run"], ["--out", "--set", "--force", "--requests", "--trace"]),
                                (["check"], ["SCENARIO", "--set"]),
                                (["predict"], ["--hardware", "--model", "--stack", "--tensor-parallel", "--batch",
                                               "--clock-mhz", "--cap-w", "--format", "varies fastest"]),
                                (["list"], ["controller"]),
                                (["tables"], ["SCENARIO", "--set", "--batch-tokens", "--context-tokens"]),
                                (["compare"], ["BASE", "NEW", "--tolerance", "--json", "--markdown", "exit code 4"]),
                                (["report"], ["OUT", "--base", "--sweep", "--save", "--force"]),
                                (["describe"], ["--schema", "--reference", "--summary", "--graph"]),
                                (["init"], ["INIT", "--out"]),
                                (["explain"], ["POINTER"]),
                                (["trace"], ["generate", "describe"]),
                                (["trace", "generate"], ["--seed", "--duration", "--out"]),
                                (["trace", "describe"], ["TRACE"])]:
            with self.subTest(words=words):
                text = self.ok(*words, "--help").stdout
                for word in expected:
                    self.assertIn(word, text)

    def test_version_and_build(self):
        self.assertRegex(self.ok("--version").stdout, r"^\d+\.\d+\.\d+ \(build [0-9a-f]{16}\)\n$")


class WrongCommandLine(ProgramTest):
    def test_ends_with_2(self):
        for arguments in [[], ["fly"], ["run"], ["run", ROW], ["run", ROW, "--out"], ["run", "--out", "x"],
                          ["run", ROW, "--out", "x", "--nonsense"], ["list", "nonsense"], ["check"], ["compare", "x"], ["predict"], ["describe"],
                          ["trace"], ["trace", "describe"], ["trace", "generate", "x.json"]]:
            with self.subTest(arguments=arguments):
                done = self.refuses(arguments)
                self.assertNotEqual(done.stderr, "")


class List(ProgramTest):
    def test_shows_every_shipped_file(self):
        text = self.ok("list").stdout
        for file in sorted((ROOT / "configs").glob("*/*.json")):
            if file.parent.name not in ("schema", "study"):
                self.assertRegex(text, rf"\n  {file.stem} ", file.parent.name)

    def test_shows_one_kind(self):
        text = self.ok("list", "controller").stdout
        for name in ["polca", "one_threshold_low_priority", "one_threshold_all", "no_cap", "none"]:
            self.assertRegex(text, rf"\n  {name} ")
        self.assertNotIn("llama2_70b", text)

    def test_searches_the_given_folder_first(self):
        (self.folder / "model").mkdir()
        self.write("model/mine.json", {})
        self.assertIn("  mine\n", self.ok("--config-dir", self.folder, "list", "model").stdout)
        self.assertIn("  mine\n", self.ok("list", "model", env={"HEADROOM_CONFIGS": str(self.folder)}).stdout)


class Describe(ProgramTest):
    def test_says_what_a_scenario_amounts_to(self):
        text = self.ok("describe", ROW, "--set", "/site/servers=52", "--set", "/site/levels/0/budget_w=212345").stdout
        for expected in ["52 x dgx_a100", "row0", "budget 212.3 kW", "tensor parallel 8", "controller polca"]:
            self.assertIn(expected, text)

    def test_prints_a_schema_that_is_json(self):
        self.assertIn("axes", json.loads(self.ok("describe", "--schema", "study").stdout)["properties"])
        schema = json.loads(self.ok("describe", "--schema").stdout)
        self.assertEqual(schema["additionalProperties"], False)
        self.assertIn("budget_w", json.dumps(schema))

    def test_prints_a_reference_of_every_value(self):
        text = self.ok("describe", "--reference").stdout
        for pointer in ["/telemetry/delay_s", "/site/levels/N/budget_w", "/workload/trace/copies"]:
            self.assertIn(f"| `{pointer}` |", text)


class Pipe(ProgramTest):
    def test_gets_a_table_and_neither_progress_nor_control_characters(self):
        done = self.ok("run", self.write("s.json", small_scenario()), "--out", self.folder / "out")
        self.assertEqual(done.stderr, "")
        self.assertIsNone(re.search(r"[^\x20-\x7e\n]", done.stdout))
        for expected in ["power, kW", "row0", "throttling", "TTFT p50, p99", "all books balance", "written to"]:
            self.assertIn(expected, done.stdout)

    def test_gets_nothing_when_quiet(self):
        done = self.ok("run", self.write("s.json", small_scenario()), "--out", self.folder / "out", "--quiet")
        self.assertEqual(done.stdout + done.stderr, "")
        self.assertEqual(sorted(p.name for p in (self.folder / "out").iterdir()), FILES)


if __name__ == "__main__":
    unittest.main()
