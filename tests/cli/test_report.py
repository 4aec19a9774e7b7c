"""`headroom report`: what is in a page, where it is written, what is refused."""

import json
import pathlib
import random
import shutil
import subprocess
import unittest

from report_pages import EVIL, ReportTest, rename_class
from support import PROGRAM, ROW, ProgramTest, small_scenario


def damaged(value, dice):
    """The value with something of another kind somewhere in it."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        return {**value, key: damaged(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        at = dice.randrange(len(value))
        return value[:at] + [damaged(value[at], dice)] + value[at + 1:]
    return dice.choice([None, "text", -1, 1e300, [], {}, [1, 2], {"a": {"b~/": 1}}, True])


class Runs(ReportTest):
    def test_the_page_stands_beside_the_output_and_is_replaced_only_with_force(self):
        self.simulate(small_scenario())
        self.ok("report", self.folder / "out")
        page = self.folder / "out.html"
        self.assertIn("Content-Security-Policy", page.read_text())
        page.write_text("mine")
        self.refuses(["report", self.folder / "out"], "out.html: exists already", "--force")
        self.refuses(["report", self.folder / "out/"], "out.html: exists already")
        self.assertEqual(page.read_text(), "mine")
        self.ok("report", self.folder / "out", "--force")
        self.assertGreater(page.stat().st_size, 50_000)

    def test_save_makes_folders_and_refuses_a_directory(self):
        self.simulate(small_scenario())
        self.ok("report", self.folder / "out", "--save", self.folder / "a/b/page.html")
        self.assertTrue((self.folder / "a/b/page.html").exists())
        self.refuses(["report", self.folder / "out", "--save", self.folder / "a", "--force"], "is a directory")

    def test_what_it_says_is_what_the_summary_says(self):
        summary = self.simulate(small_scenario()).summary
        run = self.facts(self.report(self.folder / "out"))["run"]
        row = summary["power"]["row0"]
        self.assertEqual(run["power"]["charts"][0]["summary"], row)
        self.assertIn(f"{100 * row['telemetry_peak_w'] / row['budget_w']:.1f} % of its budget", run["answer"]["text"])
        self.assertEqual(run["results"]["requests"], summary["requests"])
        self.assertEqual(run["power"]["charts"][0]["mean_w"]["count"], len(json.loads(
            (self.folder / "out/power.json").read_text())["nodes"]["row0"]["mean_w"]))

    def test_the_shipped_row_beside_another_policy_stays_small(self):
        self.simulate(ROW)
        self.simulate(ROW, "--set", "/policy=none", out="base")
        self.assertLess(len(self.report(self.folder / "out", "--base", self.folder / "base")), 700_000)

    def test_equal_runs_give_equal_pages(self):
        self.simulate(small_scenario())
        self.assertEqual(self.report(self.folder / "out"), self.report(self.folder / "out"))

    def test_names_never_become_markup_and_nothing_tells_of_the_machine(self):
        for out in ("out", "base"):
            self.simulate(small_scenario(name="</script><img src=x>"), out=out)
            rename_class(self.folder / out, "low", EVIL)
        page = self.report(self.folder / "out", "--base", self.folder / "base")
        for text in (EVIL, "<img", str(self.folder), "/home/", "/tmp/"):
            self.assertNotIn(text, page.split('id="facts">')[1].split("</script>")[0])
        self.assertIn(EVIL, self.facts(page)["run"]["latency"])
        self.assertEqual(page.count("</script>"), 2)

    def test_against_a_base_limits_come_first(self):
        self.simulate(small_scenario(), out="base")
        self.simulate(small_scenario(), "--set", "/policy=fixed_limit", "--set", "/policy/controllers/0/power_cap_w=200")
        facts = self.facts(self.report(self.folder / "out", "--base", self.folder / "base"))
        self.assertEqual(facts["comparisons"][0]["groups"][0]["name"], "Trips, brakes and throttling")
        self.assertRegex(facts["run"]["answer"]["text"], "longer than in base")
        self.assertEqual([base["name"] for base in facts["bases"]], ["base"])
        self.assertTrue(any(lane["kind"] == "cap" for lane in facts["run"]["power"]["charts"][0]["lanes"]))

    def test_an_output_of_an_earlier_version_or_without_requests_has_a_page(self):
        self.simulate(small_scenario())
        summary = json.loads((self.folder / "out/summary.json").read_text())
        for later in ("pools", "fleet", "inputs", "warnings"):
            summary.pop(later, None)
        summary["version"] = "0.1.0"
        self.write("out/summary.json", summary)
        for name in ("latency.json", "events.json", "resolved.json"):
            (self.folder / "out" / name).unlink()
        run = self.facts(self.report(self.folder / "out"))["run"]
        self.assertEqual((run["version"], run["latency"], run["floor"]), ("0.1.0", {}, None))

    def test_a_damaged_file_is_refused_with_its_place(self):
        self.simulate(small_scenario())
        self.write("out/power.json", {"format": 1, "bin_s": 2, "nodes": {"row0": {"mean_w": ["much"]}}})
        self.refuses(["report", self.folder / "out"], "power.json: /nodes/row0/mean_w/0: must be a number")
        self.write("out/power.json", "{")
        self.refuses(["report", self.folder / "out"], "power.json")

    def test_pools_and_classes_over_time_are_those_of_the_run(self):
        series = self.simulate(small_scenario()).json("series.json")
        facts = self.facts(self.report(self.folder / "out"))["run"]["series"]
        self.assertEqual([pool["name"] for pool in facts["pools"]], list(series["pools"]))
        for row in facts["pools"]:
            self.assertAlmostEqual(row["output_tokens_per_s"]["high"], max(series["pools"][row["name"]]["output_tokens_per_s"]))
        for row in facts["classes"]:
            self.assertAlmostEqual(row["ttft_max_s"]["high"], max(series["classes"][row["name"]]["ttft_max_s"]))

    def test_an_output_without_them_has_a_page_too(self):
        self.simulate(small_scenario())
        for name in ("series.json", "nodes.json", "host.json"):
            (self.folder / "out" / name).unlink()
        self.assertIsNone(self.facts(self.report(self.folder / "out"))["run"]["series"])

    def test_temperatures_are_those_of_the_run(self):
        heat = self.simulate("hot_aisle", "--set", "/duration_s=120").json("heat.json")
        facts = self.facts(self.report(self.folder / "out"))["run"]["heat"]
        self.assertEqual(facts["nodes"], list(heat["racks"]))
        self.assertEqual(facts["hottest_c"], {rack: max(series["gpu_c"]) for rack, series in heat["racks"].items()})

    def test_what_is_no_output_is_refused_all_at_once(self):
        self.simulate(small_scenario())
        self.refuses(["report", self.folder, "--base", self.folder / "none", "--sweep", self.folder / "out"],
                     "holds no summary.json of a run", "none: is not the output directory of a run",
                     "out: is not the directory of a sweep")


    def test_damaged_values_are_taken_or_refused_but_never_crash(self):
        self.simulate(small_scenario(), "--set", "/policy=fixed_limit")
        dice = random.Random(1)
        for name in ("summary.json", "power.json", "latency.json", "events.json", "resolved.json", "series.json"):
            file = self.folder / "out" / name
            whole = file.read_text()
            for _ in range(12):
                file.write_text(json.dumps(damaged(json.loads(whole), dice)))
                done = self.program("report", self.folder / "out", "--base", self.folder / "out", "--save", self.folder / "page.html", "--force")
                self.assertIn(done.returncode, (0, 2), done.stderr + file.read_text()[:2000])
            file.write_text(whole)


class Sweeps(ReportTest):
    def sweep(self, axes, code=0):
        self.write("scenario.json", small_scenario())
        study = self.write("study.json", {"name": "study", "scenario": "./scenario.json", "axes": axes,
                                          "metrics": ["/power/row0/peak_w"]})
        done = self.program("sweep", study, "--out", self.folder / "sweep")
        self.assertEqual(done.returncode, code, done.stderr)

    def test_a_sweep_with_points_that_failed_says_why(self):
        self.sweep({"/site/servers": [2, 3], "/serving/model": ["llama2_70b", "no_such_model"]}, code=1)
        facts = self.facts(self.report(self.folder / "sweep"))
        outcomes = [point["outcome"] for point in facts["sweep"]["points"]]
        self.assertEqual(sorted(outcomes), ["done", "done", "failed", "failed"])
        self.assertIn("no_such_model", next(point["reason"] for point in facts["sweep"]["points"] if "reason" in point))

    def test_a_sweep_that_has_not_ended_stands_beside_a_run(self):
        self.sweep({"/site/servers": [2, 3]})
        for name in ("sweep.json", "sweep.csv"):
            (self.folder / "sweep" / name).unlink()
        shutil.rmtree(self.folder / "sweep/points/site.servers=3")
        page = self.report(self.folder / "sweep/points/site.servers=2", "--sweep", self.folder / "sweep")
        sweep = self.facts(page)["sweep"]
        self.assertEqual((sweep["ended"], [point["outcome"] for point in sweep["points"]]), (False, ["done", "failed"]))
        self.refuses(["report", self.folder / "sweep", "--base", self.folder / "sweep/points/site.servers=2"], "--base")


class WithoutThePage(ProgramTest):
    def test_the_verb_says_what_to_install(self):
        bare = self.folder / "bare"
        bare.mkdir()
        shutil.copy(PROGRAM, bare / "headroom")
        done = subprocess.run([bare / "headroom", "report", "anything"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("install npm", done.stderr)

    @unittest.skipUnless((pathlib.Path(PROGRAM).parent / "report.html").exists(), "this build has no report.html")
    def test_an_installed_program_finds_its_page(self):
        self.simulate(small_scenario())
        for folder in ("bin", "share/headroom"):
            (self.folder / folder).mkdir(parents=True)
        shutil.copy(PROGRAM, self.folder / "bin/headroom")
        shutil.copy(pathlib.Path(PROGRAM).parent / "report.html", self.folder / "share/headroom")
        done = subprocess.run([self.folder / "bin/headroom", "report", self.folder / "out"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
