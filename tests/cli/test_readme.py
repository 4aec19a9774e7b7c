"""Every command of the README and of the guides runs."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

from support import PROGRAM, ROOT, ProgramTest

SKIPPED = {"scripts/quickstart.sh": "builds and installs; it is the README's first command, run from a fresh clone",
           "scripts/test.sh": "runs this test",
           "scripts/setup.sh": "installs packages",
           "scripts/check.sh": "builds twice more",
           "scripts/calibrate.py": "needs the measurements, which are not part of the repository"}
TUTORIAL = "docs/tutorial.md"
PAGES = ["README.md", TUTORIAL, "docs/fit.md", "docs/fleet.md", "docs/job_graphs.md", "docs/multimodal.md", "docs/tables.md",
         "docs/results/energy_per_query.md", "docs/results/murakkab.md", "docs/results/prunetrain.md", "docs/results/streamwise.md",
         "docs/registry.md"]
LINKED = ["configs", "traces", "scripts", "docs"]


def commands(text):
    """Command lines of the fenced `sh` blocks, continued lines joined."""
    for block in re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            if shlex.split(line, comments=True):
                yield line.removeprefix("$ ")


def named_files(text):
    """The fenced `json` blocks after a line that ends in the name of a file, which the commands use."""
    for name, block in re.findall(r"`([\w.]+\.json)`:\n\n```json\n(.*?)^```", text, re.M | re.S):
        yield name, json.loads(block)


def shown_output(text):
    """What a page shows of what its commands print: fenced `text` blocks, and tables that follow "It prints"."""
    return re.findall(r"^```text\n(.*?)^```", text, re.M | re.S) + re.findall(r"^It prints\n\n((?:\|.*\n)+)", text, re.M)


def runnable(line):
    """Whether this is a command of ours that runs without installing, building or data from elsewhere."""
    words = shlex.split(line, comments=True)
    ours = words[0].endswith("headroom") or words[0].startswith("scripts/") or words[0].endswith("python3")
    return ours and not any(word in SKIPPED for word in words[:2]) and "../shared/" not in line


def can_plot():
    return subprocess.run(["/usr/bin/python3", "-c", "import matplotlib"], capture_output=True).returncode == 0


def can_report():
    return (pathlib.Path(PROGRAM).resolve().parent / "report.html").exists()


def shown(row):
    """The cells of a policy in the README's first table."""
    def latency(priority, p):
        pointer = f"/classes/{priority}/latency/e2e_s/{p}"
        if row["/policy"] == "none":
            return f"{row[pointer]:.1f} s" if p == "p50" else f"{row[pointer]:.0f} s"
        change = 100 * row["/impact_fraction" + pointer]
        return f"{change:+.0f} %" if change >= 10 else f"{change:+.1f} %"

    def total(what):
        return sum(row[f"/classes/{priority}/requests/{what}"] for priority in ("high", "low"))
    return ["-" if row["/policy"] == "none" else str(row["/throttle/brakes"]),
            f"{row['/power/row0/telemetry_peak_w'] / row['/power/row0/budget_w']:.3f}",
            *(", ".join(latency(priority, p) for p in ("p50", "p99")) for priority in ("high", "low")),
            f"{100 * total('completed') / total('arrived'):.0f} %"]


class Readme(ProgramTest):
    def test_commands_run(self):
        for name in LINKED:
            if (ROOT / name).exists():
                (self.folder / name).symlink_to(ROOT / name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/headroom").symlink_to(PROGRAM)
        (self.folder / "build/release").mkdir(parents=True)
        (self.folder / "build/release/headroom").symlink_to(PROGRAM)
        for page in PAGES:
            with self.subTest(page=page):
                text = (ROOT / page).read_text()
                printed = self.run_commands(text)
                if page == TUTORIAL:
                    self.prints_what_it_shows(text, printed)
        self.has_the_answers_that_it_shows("README.md", "docs/fit.md")

    def prints_what_it_shows(self, page, printed):
        for shown in shown_output(page):
            self.assertIn(" ".join(shown.split()), " ".join(printed.split()))

    def has_the_answers_that_it_shows(self, readme, fit):
        """The first table against the study, and the last answer of `fit` against the page that asked it."""
        text = (ROOT / readme).read_text()
        rows = [row for row in json.loads((self.folder / "out/row_limits/sweep.json").read_text())["points"] if row["/site/servers"] == 60]
        for row in rows:
            cells = [cell.strip() for cell in re.search(rf"^\|[^|]*\(`{row['/policy']}`\)(.*)\|$", text, re.M)[1].split("|")[1:]]
            self.assertEqual(cells, shown(row), row["/policy"])
        answer = json.loads((self.folder / "out/fit/fit.json").read_text())["answer"]
        self.assertIn(answer, " ".join((ROOT / fit).read_text().split()))

    def run_commands(self, page):
        """Runs them all; what they printed."""
        env = {**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "MPLBACKEND": "Agg"}
        for name, content in named_files(page):
            self.write(name, content)
        printed = []
        for line in filter(runnable, commands(page)):
            if re.search("scripts/plot|--save", line) and not can_plot() or re.search("headroom (report|demo)", line) and not can_report():
                continue
            with self.subTest(command=line):
                done = subprocess.run(["sh", "-c", line], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=250)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            printed.append(done.stdout)
        self.assertTrue(printed, "the page has no command that this test knows how to run")
        return "\n".join(printed)

    def test_the_fleet_is_described_as_shown(self):
        page = (ROOT / "docs/fleet.md").read_text()
        for name, content in named_files(page):
            self.write(name, content)
        described = self.ok("describe", self.folder / "fleet.json").stdout
        shown = re.search(r"^```text\n(.*?)^\.\.\.$", page, re.M | re.S)[1]
        self.assertIn(shown, described)


if __name__ == "__main__":
    unittest.main()
