"""Results as tables: the same numbers as in the JSON, and the snippets of docs/tables.md run where their tools are."""

import csv
import gzip
import re
import shutil
import sqlite3
import subprocess
import unittest

from support import PYTHON, ROOT, Output, ProgramTest, has_modules, small_scenario

PAGE = (ROOT / "docs/tables.md").read_text()
TABLES = ["summary", "power", "latency", "events", "pools", "classes", "instances"]


def snippets(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)


class Tidy(ProgramTest):
    def setUp(self):
        super().setUp()
        self.simulate("configs/scenario/polca_row.json", "--set", "/duration_s=120", "--csv", "--sqlite", out="out/tidy")
        self.output = Output(self.folder / "out/tidy")

    def table(self, name):
        with gzip.open(self.output.folder / f"{name}.csv.gz", "rt", newline="") as file:
            return list(csv.DictReader(file))

    def test_have_the_numbers_of_the_json(self):
        power = self.output.json("power.json")
        row = [line for line in self.table("power") if line["node"] == "row0"]
        for column in ("mean_w", "min_w", "max_w"):
            self.assertEqual([float(line[column]) for line in row], power["nodes"]["row0"][column])
        self.assertEqual([float(line["time_s"]) for line in row[:3]], [i * power["bin_s"] for i in range(3)])
        summary = {line["name"]: line for line in self.table("summary")}
        self.assertEqual(float(summary["power.row0.rack8.peak_w"]["value"]), self.output.summary["power"]["row0/rack8"]["peak_w"])
        self.assertEqual(summary["power.row0.rack8.peak_w"]["pointer"], "/power/row0~1rack8/peak_w")
        self.assertEqual(summary["scenario"]["text"], "polca_row")
        self.assertFalse([name for name in summary if "~" in name or "/" in name or name.startswith("host")])
        latency = [float(line["value_s"]) for line in self.table("latency") if (line["class"], line["latency"]) == ("high", "ttft")]
        self.assertEqual(latency, self.output.json("latency.json")["classes"]["high"]["ttft_s"])
        self.assertEqual([(float(e["time_s"]), e["kind"], e["target"], e["cause"]) for e in self.table("events")],
                         [(e["time_s"], e["kind"], e["target"], e["cause"]) for e in self.output.events])

    def test_have_the_series_and_the_places(self):
        series = self.output.json("series.json")
        for table, key, columns in [("pools", "pool", ["running", "waiting", "prompt_tokens_per_s", "output_tokens_per_s"]),
                                    ("classes", "class", ["arrived", "completed", "ttft_max_s", "e2e_mean_s"])]:
            for name, expected in series[table].items():
                lines = [line for line in self.table(table) if line[key] == name]
                self.assertEqual([float(line["time_s"]) for line in lines[:3]], [i * series["bin_s"] for i in range(3)])
                for column in columns:
                    self.assertEqual([float(line[column] or 0) for line in lines], expected[column], column)
        places = self.output.json("nodes.json")["instances"]
        self.assertEqual([(int(float(line["instance"])), line["server"], line["pool"]) for line in self.table("instances")],
                         [(place["instance"], place["server"], place["pool"]) for place in places])

    def test_are_the_same_in_the_database(self):
        database = sqlite3.connect(self.output.folder / "tables.sqlite")
        self.addCleanup(database.close)
        for name in TABLES:
            cursor = database.execute(f"SELECT * FROM {name}")
            columns = [column[0] for column in cursor.description]
            expected = self.table(name)
            rows = cursor.fetchall()
            self.assertEqual(len(rows), len(expected), name)
            for row, line in list(zip(rows, expected))[:200]:
                self.assertEqual(columns, list(line))
                for value, text in zip(row, line.values()):
                    self.assertEqual("" if value is None else value, float(text) if isinstance(value, float) else text)

    def test_same_bytes_and_replaced_by_force(self):
        names = [f"{name}.csv.gz" for name in TABLES] + ["tables.sqlite"]
        before = {name: (self.output.folder / name).read_bytes() for name in names}
        self.simulate("configs/scenario/polca_row.json", "--set", "/duration_s=120", "--csv", "--sqlite", "--force", out="out/tidy")
        for name in names:
            self.assertEqual((self.output.folder / name).read_bytes(), before[name], name)

    def run_snippets(self, language, words):
        self.assertTrue(snippets(language))
        for snippet in snippets(language):
            done = subprocess.run([*words, snippet], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(done.stdout or "events" in snippet)

    @unittest.skipUnless(has_modules("pandas"), "python3-pandas is not installed")
    def test_pandas(self):
        self.run_snippets("python", [PYTHON, "-c"])

    @unittest.skipUnless(shutil.which("Rscript"), "R is not installed")
    def test_r(self):
        self.run_snippets("r", ["Rscript", "-e"])

    @unittest.skipUnless(shutil.which("duckdb"), "DuckDB is not installed")
    def test_duckdb(self):
        self.assertEqual(subprocess.run(["duckdb", "-c", snippets("sql")[0]], cwd=self.folder).returncode, 0)

    def test_sqlite(self):
        database = sqlite3.connect(self.output.folder / "tables.sqlite")
        self.addCleanup(database.close)
        self.assertIsNotNone(database.execute(snippets("sql")[1]).fetchall())


@unittest.skipUnless(has_modules("jsonschema"), "python3-jsonschema is not installed")
class SummarySchema(ProgramTest):
    def test_holds_for_runs(self):
        schema = self.write("schema.json", self.ok("describe", "--schema", "summary").stdout)
        runs = [self.simulate(small_scenario(), out="small"),
                self.simulate("configs/scenario/hot_aisle.json", "--set", "/duration_s=60", out="hot"),
                self.simulate("configs/scenario/disaggregated_row.json", "--set", "/duration_s=60", out="split")]
        check = ("import json, sys; from jsonschema import Draft202012Validator as V; v = V(json.load(open(sys.argv[1])))\n"
                 "for f in sys.argv[2:]:\n  for e in v.iter_errors(json.load(open(f))): print(f, list(e.absolute_path), e.message[:200])")
        done = subprocess.run([PYTHON, "-c", check, schema, *(str(run.folder / "summary.json") for run in runs)],
                              capture_output=True, text=True)
        self.assertEqual(done.stdout + done.stderr, "")


if __name__ == "__main__":
    unittest.main()
