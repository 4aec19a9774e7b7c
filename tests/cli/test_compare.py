"""`headroom compare`: what moved between two runs or two sweeps, tolerances, exit codes, and what it refuses."""

import copy
import json
import unittest
from xml.etree import ElementTree

from support import ROOT, Output, ProgramTest, small_scenario

ACTIVE_W = json.loads((ROOT / "configs/hardware/dgx_a100.json").read_text())["gpu_power"]["active_w"]
SWEEP = {"format": 1, "study": "polca_servers", "version": "0.1.0", "axes": ["/policy", "/site/servers"],
         "metrics": ["/throttle/brakes", "/power/row0/peak_w"], "impacts": ["/classes/high/latency/e2e_s/p50"],
         "points": [{"point": f"policy={policy},site.servers={servers}", "outcome": "done", "/policy": policy,
                     "/site/servers": servers, "/throttle/brakes": 0, "/power/row0/peak_w": 5000.0 * servers,
                     "/impact_fraction/classes/high/latency/e2e_s/p50": 0.01}
                    for policy in ("none", "polca") for servers in (40, 44)]}


class CompareTest(ProgramTest):
    def differs(self, *arguments):
        """Exit code 4 and nothing on stderr; returns what it printed."""
        done = self.program("compare", *arguments)
        self.assertEqual((done.returncode, done.stderr), (4, ""))
        return done.stdout

    def says(self, arguments, *lines):
        """Refused, with these sentences on stderr and no others; paths as they are given."""
        done = self.refuses(["compare", *arguments])
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.splitlines(), [f"headroom: {line}" for line in lines])


class Runs(CompareTest):
    def setUp(self):
        super().setUp()
        self.simulate(small_scenario(), out="base")
        self.simulate(small_scenario(), out="again")
        self.simulate(small_scenario(), "--set", f"/hardware/gpu_power/active_w={1.01 * ACTIVE_W}", out="new")
        self.base, self.again, self.new = (str(self.folder / name) for name in ("base", "again", "new"))

    def test_a_run_and_its_repetition_are_equal(self):
        self.assertRegex(self.ok("compare", self.base, self.again).stdout, r"^\d+ values: all equal\n$")
        self.assertEqual(self.ok("compare", "--quiet", self.base, self.again).stdout, "")

    def test_one_percent_of_a_coefficient_is_found_and_named(self):
        text = self.differs(self.base, self.new)
        self.assertRegex(text, r"\n/power/site/mean_w +\d+\.\d+ +\d+\.\d+ +\+\d+\.\d+ +\+0\.\d+ %\n")
        self.assertRegex(text, r"\n\d+ of \d+ values moved beyond their tolerance\n$")
        for unmoved in ("/requests", "/latency", "/host", "/fingerprint"):
            self.assertNotIn(unmoved, text)

    def test_a_tolerance_file_lets_it_pass(self):
        file = self.write("tolerance.json", {"/power": 0.01, "/pools": 0.01, "/energy": {"relative_fraction": 0.01},
                                             "/classes/*/step_energy_kwh": 0.01, "/checks": {"absolute": 1e-9}})
        text = self.ok("compare", self.base, self.new, "--tolerance", file).stdout
        self.assertRegex(text, r"^\d+ values: none moved beyond its tolerance, \d+ within it\n$")
        file = self.write("tolerance.json", {"": 0.01, "/power/*/mean_w": 0, "/checks": {"ignore": True}})
        text = self.differs(self.base, self.new, "--tolerance", file)
        self.assertEqual({line.split()[0] for line in text.splitlines()[1:-2]},
                         {"/power/site/mean_w", "/power/row0/mean_w", "/power/row0~1rack0/mean_w"})
        self.assertRegex(text, r"\n3 of \d+ values moved beyond their tolerance, \d+ within it\n$")

    def test_files_stand_for_their_directories(self):
        self.ok("compare", self.base + "/summary.json", self.again)
        golden = "tests/golden/one_request/"
        self.simulate(golden + "scenario.json", out="golden")
        self.ok("compare", golden + "expected.json", self.folder / "golden")

    def test_json_has_every_move_exactly(self):
        comparison = json.loads(self.differs(self.base, self.new, "--json"))
        self.assertEqual(list(comparison), ["format", "base", "new", "compared", "equal", "within", "moved"])
        self.assertEqual(comparison["new"], {"path": self.new, "kind": "run", "name": "small",
                                             "version": comparison["base"]["version"]})
        self.assertEqual(comparison["compared"], comparison["equal"] + len(comparison["moved"]))
        move, = (entry for entry in comparison["moved"] if entry["pointer"] == "/energy/it_kwh")
        base, new = (Output(folder).summary["energy"]["it_kwh"] for folder in (self.base, self.new))
        self.assertEqual(move, {"pointer": "/energy/it_kwh", "move": "changed", "base": base, "new": new, "change": new - base,
                                "relative_change_fraction": (new - base) / base,
                                "tolerance": {"relative_fraction": 0, "absolute": 0}})
        self.assertEqual(json.loads(self.ok("compare", self.base, self.again, "--json").stdout)["moved"], [])

    def test_markdown_is_a_folded_table_under_a_headline(self):
        lines = self.differs(self.base, self.new, "--markdown").splitlines()
        self.assertRegex(lines[0], r"^\*\*`small: .+ \+[\d.]+ %.*`\*\*$")
        self.assertRegex(lines[2], r"^<details><summary>\d+ of \d+ values moved beyond their tolerance</summary>$")
        self.assertEqual(lines[6:8], ["| value | base | new | change | relative |", "| --- | ---: | ---: | ---: | ---: |"])
        self.assertEqual({line.count("|") for line in lines[6:-2]}, {6})
        self.assertEqual(lines[-1], "</details>")
        self.assertRegex(self.ok("compare", self.base, self.again, "--markdown").stdout, r"^\*\*\d+ values: all equal\*\*.*\n$")

    def test_junit_has_a_test_for_each_part(self):
        file = self.folder / "junit.xml"
        self.ok("compare", self.base, self.again, "--junit", file)
        suite = ElementTree.parse(file).getroot()[0]
        self.assertEqual((suite.get("name"), suite.get("failures")), ("small", "0"))
        self.differs(self.base, self.new, "--junit", file)
        suite = ElementTree.parse(file).getroot()[0]
        failed = {case.get("name") for case in suite if case.find("failure") is not None}
        self.assertLessEqual({"/power", "/energy"}, failed)
        self.assertEqual((suite.get("tests"), suite.get("failures")), (str(len(suite)), str(len(failed))))
        mine = self.write("mine.xml", "<precious/>")
        self.refuses(["compare", self.base, self.new, "--junit", mine], "exists already and is not of headroom compare")

    def test_github_gets_an_annotation_and_a_summary(self):
        summary = self.folder / "step.md"
        done = self.program("compare", self.base, self.new, "--github", "--quiet", env={"GITHUB_STEP_SUMMARY": str(summary)})
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stdout.splitlines()[0], r"^::error title=headroom compare::small: .* %25")
        self.assertEqual(summary.read_text(), self.differs(self.base, self.new, "--markdown"))
        done = self.ok("compare", self.base, self.again, "--github", "--quiet")
        self.assertRegex(done.stdout, r"^::notice title=headroom compare::\d+ values: all equal\n$")

    def test_wrong_tolerances_are_refused_all_at_once(self):
        file = self.write("t.json", {"/power": -1, "/energy": {"relatve_fraction": 1}, "/enrgy": 0.1, "/checks": "some"})
        self.says([self.base, self.new, "--tolerance", file],
                  f"{file}: /~1power: must be at least 0, not -1",
                  f'{file}: /~1energy/relatve_fraction: unknown key; did you mean "relative_fraction"?',
                  f'{file}: /~1checks: must be a number, not "some"',
                  f'{file}: /~1enrgy: matches none of the compared values; did you mean "/energy"?')
        self.says([self.base, self.new, "--tolerance", self.write("t.json", "[]")], f"{file}: must hold a JSON object")
        self.says([self.base, self.new, "--tolerance", "no.json"], "no.json: cannot read this file: No such file or directory")
        self.refuses(["compare", self.base, self.new, "--tolerance", self.write("t.json", '{"/power": 1, "/power": 2}')],
                     f"{file}: /~1power: key given twice")

    def test_a_run_and_a_sweep_are_refused(self):
        file = self.write("sweep.json", SWEEP)
        self.says([self.base, file], f"{file}: is of a sweep, but {self.base}/summary.json of a run: only two of a kind can be "
                  "compared")


class Sweeps(CompareTest):
    def setUp(self):
        super().setUp()
        (self.folder / "base").mkdir()
        self.base = self.write("base/sweep.json", SWEEP)

    def changed(self, change):
        """The sweep after `change(sweep)`, as a directory."""
        sweep = copy.deepcopy(SWEEP)
        change(sweep)
        (self.folder / "new").mkdir(exist_ok=True)
        self.write("new/sweep.json", sweep)
        return str(self.folder / "new")

    def test_rows_in_another_order_of_another_version_are_equal(self):
        new = self.changed(lambda sweep: (sweep.update(version="0.2.0"), sweep["points"].reverse(), sweep["axes"].reverse()))
        self.assertEqual(self.ok("compare", self.folder / "base", new).stdout, "17 values: all equal\n")

    def test_a_move_has_its_point(self):
        new = self.changed(lambda sweep: sweep["points"][3].update({"/power/row0/peak_w": 5500.0 * 44, "/throttle/brakes": 2}))
        text = self.differs(self.base, new)
        point = "policy=polca,site.servers=44"
        self.assertEqual([line.split() for line in text.splitlines()[1:3]],
                         [["/throttle/brakes", point, "0", "2", "+2"],
                          ["/power/row0/peak_w", point, "220000", "242000", "+22000", "+10", "%"]])
        self.assertIn("\n2 of 17 values moved beyond their tolerance\n", text)
        moved = json.loads(self.differs(self.base, new, "--json"))["moved"]
        self.assertEqual([(move["pointer"], move["point"]) for move in moved],
                         [("/throttle/brakes", point), ("/power/row0/peak_w", point)])
        self.assertIn(f"| `/throttle/brakes` | `{point}` | 0 | 2 | +2 |  |", self.differs(self.base, new, "--markdown"))

    def test_tolerances_go_by_the_names_of_columns(self):
        new = self.changed(lambda sweep: sweep["points"][3].update({"/power/row0/peak_w": 5500.0 * 44, "outcome": "failed"}))
        file = self.write("t.json", {"/power/*/peak_w": 0.1, "/outcome": {"ignore": True}})
        self.assertEqual(self.ok("compare", self.base, new, "--tolerance", file).stdout,
                         "13 values: none moved beyond its tolerance, 1 within it\n")

    def test_rows_and_columns_of_one_side_count(self):
        def change(sweep):
            sweep["points"].pop()
            for row in sweep["points"]:
                row["/throttle/trips"] = 0
        lines = self.differs(self.base, self.changed(change)).splitlines()
        self.assertEqual([line.split() for line in lines[1:3]],
                         [["/throttle/trips", "is", "new"], ["(row)", "policy=polca,site.servers=44", "is", "gone"]])
        self.assertEqual(lines[-1], "2 of 15 values moved beyond their tolerance")

    def test_other_axes_are_refused(self):
        def change(sweep):
            sweep["axes"] = ["/policy"]
            sweep["points"] = sweep["points"][::2]
        new = self.changed(change)
        self.says([self.base, new],
                  f"{new}/sweep.json: /axes: must be those of {self.base} (/policy, /site/servers), not /policy")


class Refused(CompareTest):
    def test_what_is_no_result(self):
        text, other = self.write("text.json", "power: 3"), self.write("other.json", {"nodes": {}})
        newer = self.write("newer.json", SWEEP | {"format": 2})
        (self.folder / "empty").mkdir()
        self.refuses(["compare", text, other], f"{text}: not valid JSON: parse error at line 1",
                     f"{other}: is neither the summary.json of a run nor the sweep.json of a sweep")
        self.says([self.folder / "none", self.folder / "empty"],
                  f"{self.folder}/none: there is no such file or directory",
                  f"{self.folder}/empty: holds neither the summary.json of a run nor the sweep.json of a sweep that has ended")
        self.says([self.write("sweep.json", SWEEP), newer], f"{newer}: /format: must be 1 to be compared, not 2")

    def test_two_formats_at_once(self):
        self.refuses(["compare", "a", "b", "--json", "--markdown"], "--json excludes --markdown")


if __name__ == "__main__":
    unittest.main()
