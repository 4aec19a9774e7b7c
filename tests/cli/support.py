"""What the tests of the command line share: the program, a folder for outputs, a small scenario, the scripts."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import results

PROGRAM = os.path.abspath(os.environ.get("HEADROOM", ROOT / "build/release/headroom"))
LIBRARY = pathlib.Path(PROGRAM).parent / "libheadroom_simgrid.so"  # what only a run loads
ROW = "configs/scenario/polca_row.json"
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else "python3"  # Debian's, which has its packages
FILES = ["events.json", "host.json", "latency.json", "nodes.json", "power.json", "resolved.json", "series.json", "summary.json"]


def small_scenario(**changes):
    """Two servers, a minute of requests, no power limit; keyword arguments replace values of the top level."""
    scenario = {
        "name": "small",
        "hardware": "dgx_a100",
        "site": {"servers": 2, "levels": [{"name": "row", "budget_w": 14000}, {"name": "rack", "holds": 2}]},
        "serving": {"model": "llama2_70b", "stack": "vllm_2023", "tensor_parallel": 8},
        "workload": {"synthetic": {"rate_per_s": 1, "duration_s": 60, "classes": [
            {"input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 50}}]}},
        "policy": "none",
    }
    scenario.update(changes)
    return scenario


class Output:
    """The files of an output directory."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def text(self, name):
        return (self.folder / name).read_text()

    def json(self, name):
        return json.loads(self.text(name))

    @property
    def summary(self):
        return self.json("summary.json")

    @property
    def events(self):
        """One record a target, whose decision may be about many."""
        return [one for record in self.json("events.json")["events"] for one in results.each_target(record)]

    def requests(self):
        with open(self.folder / "requests.csv", newline="") as file:
            return list(csv.DictReader(file))

    def files(self):
        return sorted(entry.name for entry in self.folder.iterdir())

    def contents(self):
        """Every file as text but host.json, the only one that may differ between equal runs."""
        return {name: self.text(name) for name in self.files() if name != "host.json"}


class ProgramTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="headroom-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        """Writes text, or anything else as JSON; returns the path."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def program(self, *arguments, cwd=ROOT, env=None):
        """Runs the program from the root of the repository."""
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=250, env={**os.environ, **(env or {})})

    def ok(self, *arguments, **options):
        done = self.program(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def simulate(self, scenario, *arguments, out="out"):
        """Runs a scenario (a path or a value), expects success and balanced books, returns its output."""
        file = scenario if isinstance(scenario, str) else self.write("scenario.json", scenario)
        self.ok("run", file, "--out", self.folder / out, *arguments)
        output = Output(self.folder / out)
        for name, residual in output.summary["checks"].items():
            self.assertLess(abs(residual), 1e-9, name)
        requests = output.summary["requests"]
        self.assertEqual(requests["arrived"], requests["completed"] + requests["rejected"] + requests["squashed"] +
                         requests.get("cancelled", 0) + requests["in_flight"])
        return output

    def refuses(self, arguments, *expected, code=2):
        """The program ends with this code, says all expected texts on stderr, and leaves no output."""
        before = sorted(self.folder.rglob("*"))
        done = self.program(*arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for text in expected:
            self.assertIn(text, done.stderr)
        self.assertEqual(sorted(self.folder.rglob("*")), before, "something was left behind")
        return done

    def refuses_run(self, scenario, *expected, sets=()):
        """`run` refuses a scenario (a path or a value) with these overrides."""
        file = scenario if isinstance(scenario, str) else self.write("scenario.json", scenario)
        options = [word for assignment in sets for word in ("--set", assignment)]
        return self.refuses(["run", file, "--out", self.folder / "out", *options], *expected)


def has_modules(*names):
    """Whether the Python that runs the scripts has these."""
    return subprocess.run([PYTHON, "-c", f"import {', '.join(names)}"], capture_output=True).returncode == 0


class ScriptTest(ProgramTest):
    def script(self, name, *arguments, env=None):
        return subprocess.run([PYTHON, "-B", f"scripts/{name}", *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=250, env={**os.environ, **(env or {})})

    def sweep_folder(self, content):
        """A directory with this sweep.json: text, or anything else as JSON."""
        folder = self.folder / "sweep"
        folder.mkdir(exist_ok=True)
        self.write("sweep/sweep.json", content)
        return folder

    def refuses_script(self, name, arguments, *expected, env=None):
        """Exit code 2 and one sentence on stderr that has all expected texts."""
        done = self.script(name, *arguments, env=env)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertTrue(done.stderr.startswith(name + ": "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for text in expected:
            self.assertIn(text, done.stderr)
