"""scripts/bench.sh: what it measures and prints, on runs too short to say anything about speed."""

import json
import os
import shutil
import subprocess
import unittest

from support import PROGRAM, ROOT, ScriptTest

NAMES = ["row", "1000_servers", "2560_servers", "day_1e8"]
COLUMNS = ["requests", "requests_per_s", "events_per_s", "cpu_us_per_request", "peak_rss_mib"]
COUNTS = shutil.which("valgrind") is not None
SHORT = ["--headroom", PROGRAM, "--duration", "5", "--repeat", "1"]


class Bench(ScriptTest):
    def bench(self, *arguments, path=None):
        env = {**os.environ, **({} if path is None else {"PATH": path})}
        done = subprocess.run([ROOT / "scripts/bench.sh", *SHORT, *map(str, arguments)], cwd=self.folder, capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=250, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def said(self, done):
        """Lines of stderr but for warnings of the program: runs this short end before their warm-up."""
        return [line for line in done.stderr.splitlines() if "headroom: warning: " not in line]

    def rows(self, done):
        return [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()]

    def without_valgrind(self, *arguments):
        """The shell's tools are there, valgrind is not."""
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        for name in ["sh", "dirname"]:
            if not (tools / name).exists():
                (tools / name).symlink_to(shutil.which(name))
        return self.bench(*arguments, path=str(tools))

    def test_measures_all_scenarios(self):
        done = self.without_valgrind("--json")
        self.assertEqual(self.said(done), ["bench.py: valgrind is not installed, so instructions are not counted"])
        measured = json.loads(done.stdout)["scenarios"]
        self.assertEqual(list(measured), NAMES)
        for name, result in measured.items():
            self.assertEqual(list(result), COLUMNS, name)
            for column, value in result.items():
                self.assertGreater(value, 0, (name, column))

    def test_prints_ratios_to_an_earlier_measurement(self):
        file = self.folder / "before.json"
        first = self.rows(self.without_valgrind("--only", "row", "--json", file))
        self.assertEqual([first[0][0], first[2][0], len(first)], ["scenario", "row", 3])
        self.assertEqual(first[2][5], "-")
        second = self.rows(self.without_valgrind("--only", "row", "--against", file))
        self.assertEqual(second[2][1], first[2][1] + " (1.000)")

    @unittest.skipUnless(COUNTS, "valgrind is not installed")
    def test_counts_instructions(self):
        done = self.bench("--only", "row", "--json")
        self.assertEqual(self.said(done), [])
        self.assertGreater(json.loads(done.stdout)["scenarios"]["row"]["instructions_per_request"], 1000)

    def test_refusals(self):
        name = "bench.py"
        self.refuses_script(name, ["--headroom", self.folder / "none"], "none", "cannot be run")
        self.refuses_script(name, [*SHORT, "--against", self.folder / "none.json"], "none.json")
        self.refuses_script(name, [*SHORT, "--against", self.write("list.json", [])], "list.json", "--json")
        self.refuses_script(name, [*SHORT, "--against", self.write("cut.json", "{")], "cut.json", "not JSON")


if __name__ == "__main__":
    unittest.main()
