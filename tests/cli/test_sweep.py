"""Sweeps: their points and table, what is done again and what is not, and what is refused."""

import csv
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from support import LIBRARY, PROGRAM, ROOT, Output, ProgramTest, small_scenario

RATE = "/workload/synthetic/rate_per_s"


def small_study(**changes):
    """Six points of the small scenario; keyword arguments replace values of the top level."""
    study = {"name": "small_study", "scenario": "small.json",
             "axes": {"/seed": [1, 2, 3], RATE: [1, 2]},
             "metrics": ["/requests/completed", "/latency/e2e_s/p50"]}
    study.update(changes)
    return study


class SweepTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.json", small_scenario())

    def study(self, **changes):
        return self.write("study.json", small_study(**changes))

    def sweep(self, study, *arguments, out="sweep", code=0):
        done = self.program("sweep", study, "--out", self.folder / out, *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def started(self, *arguments, program=PROGRAM, ignored=()):
        """A sweep in the background, with the signals of a terminal whatever this test was started by."""
        def set_signals():
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
        sweep = subprocess.Popen([program, "sweep", *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=set_signals)
        self.addCleanup(sweep.communicate)
        self.addCleanup(sweep.kill)
        return sweep

    def wait_for(self, condition, what):
        limit = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), limit, f"waited in vain for {what}")
            time.sleep(0.005)

    def wait_for_a_point(self):
        self.wait_for(lambda: list((self.folder / "sweep").glob("points/*.tmp*")), "a point to begin")

    def table(self, out="sweep"):
        return json.loads((self.folder / out / "sweep.json").read_text())

    def rows(self, out="sweep"):
        return self.table(out)["points"]

    def points(self, out="sweep"):
        return {path.name: Output(path) for path in (self.folder / out / "points").iterdir()}

    def written(self, out="sweep"):
        """When each point was written: it stays where nothing ran twice."""
        return {name: (point.folder / "summary.json").stat().st_mtime_ns for name, point in self.points(out).items()}


class Points(SweepTest):
    def test_rows_hold_axes_and_metrics_of_the_runs(self):
        self.sweep(self.study())
        rows, points = self.rows(), self.points()
        self.assertEqual([(row["/seed"], row[RATE]) for row in rows], [(s, r) for s in (1, 2, 3) for r in (1, 2)])
        self.assertEqual(sorted(points), sorted(row["point"] for row in rows))
        for row in rows:
            point = points[row["point"]]
            self.assertEqual(row["outcome"], "done")
            self.assertEqual(point.json("resolved.json")["seed"], row["/seed"])
            self.assertEqual(point.json("resolved.json")["workload"]["synthetic"]["rate_per_s"], row[RATE])
            self.assertEqual(row["/requests/completed"], point.summary["requests"]["completed"])
            self.assertEqual(row["/latency/e2e_s/p50"], point.summary["latency"]["e2e_s"]["p50"])

    def test_csv_has_the_same_rows(self):
        self.sweep(self.study())
        with open(self.folder / "sweep/sweep.csv", newline="") as file:
            lines = list(csv.reader(file))
        self.assertEqual(lines[0], ["point", "outcome", "/seed", RATE, "/requests/completed", "/latency/e2e_s/p50"])
        for line, row in zip(lines[1:], self.rows(), strict=True):
            self.assertEqual(line[:2], [row["point"], row["outcome"]])
            self.assertEqual([float(cell) for cell in line[2:]], [row[column] for column in lines[0][2:]])

    def test_nothing_about_the_execution(self):
        self.write("small.json", small_scenario(workload={"trace": {"path": "there.csv"}}))
        self.write("there.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00,100,10\n")
        self.sweep(self.study(axes={"/workload/trace/path": ["there.csv"], "/seed": [1, 2]}, metrics=[]), "-j", 2)
        for name in ("sweep.json", "sweep.csv"):
            text = (self.folder / "sweep" / name).read_text()
            for word in (str(self.folder), "host", "wall", "jobs"):
                self.assertNotIn(word, text)

    def test_a_point_is_the_run_with_the_same_values(self):
        self.sweep(self.study())
        alone = self.simulate(str(self.folder / "small.json"), "--set", "/seed=3", "--set", f"{RATE}=2")
        self.assertEqual(self.points()[f"seed=3,{RATE[1:].replace('/', '.')}=2"].contents(), alone.contents())

    def test_ranges_and_linked_axes(self):
        study = self.study(axes={"/site/servers": {"from": 2, "to": 6, "step": 2}, "/policy": ["none", "no_cap"],
                                 RATE: {"from": 0.5, "to": 1.5, "step": 0.5}},
                           linked=[["/site/servers", RATE]])
        listed = self.ok("sweep", study, "--dry-run").stdout.splitlines()
        rate = RATE[1:].replace("/", ".")
        self.assertEqual(listed, [f"site.servers={n},policy={p},{rate}={r}" for n, r in ((2, 0.5), (4, 1), (6, 1.5))
                                  for p in ("none", "no_cap")] + ["6 points"])
        self.assertEqual(sorted(os.listdir(self.folder)), ["small.json", "study.json"])

    def test_impact_against_the_reference(self):
        pointer = "/latency/e2e_s/p99"
        self.sweep(self.study(impacts=[pointer], reference={RATE: 1}, metrics=[pointer]))
        rows = self.rows()
        for low, high in zip(rows[::2], rows[1::2]):
            self.assertEqual((low["reference"], high["reference"]), (low["point"], low["point"]))
            self.assertEqual(low["/impact_fraction" + pointer], 0)
            self.assertAlmostEqual(high["/impact_fraction" + pointer], high[pointer] / low[pointer] - 1)
            self.assertNotEqual(high[pointer], low[pointer])

    def test_axes_may_be_names_lists_and_paths_relative_to_the_study(self):
        (self.folder / "below").mkdir()
        trace = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00,100,10\n"
        (self.folder / "below/one.csv").write_text(trace)
        study = self.study(set={"/workload": {"trace": {"path": "below/one.csv", "shift_s": 0}}},
                           axes={"/workload/trace/path": ["below/one.csv"], "/policy": ["none", "polca"],
                                 "/serving/pools": [[{"name": "low", "serves": ["low"], "server_fraction": 0.5},
                                                     {"name": "high", "serves": ["high"], "server_fraction": 0.5}]]},
                           metrics=["/requests/completed"])
        self.sweep(study)
        self.assertEqual([row["/requests/completed"] for row in self.rows()], [1, 1])

    def test_variants_have_names_and_axes_that_do_not_apply_make_no_points(self):
        cap = "/policy/controllers/0/power_cap_w"
        study = self.study(axes={"policy": {"none": {"/policy": "none"}, "a cap": {"/policy": "fixed_limit", "/seed": 5}},
                                 cap: [250, 300]},
                           only_where={cap: {"policy": ["a cap"]}},
                           metrics=["/latency/e2e_s/p50"], impacts=["/latency/e2e_s/p50"], reference={"policy": "none"})
        self.sweep(study)
        names = ["policy=none", *(f"policy=a_cap,policy.controllers.0.power_cap_w={watts}" for watts in (250, 300))]
        self.assertEqual([(row["point"], row["reference"]) for row in self.rows()],
                         [(name, "policy=none") for name in names])
        self.assertEqual(self.points()[names[2]].json("resolved.json")["seed"], 5)
        lines = (self.folder / "sweep/sweep.csv").read_text().splitlines()
        self.assertTrue(lines[0].startswith("point,outcome,reference,policy,/policy/controllers/0/power_cap_w,"))
        self.assertTrue(lines[1].startswith("policy=none,done,policy=none,none,,"))
        self.assertIn("values: all equal", self.ok("compare", self.folder / "sweep", self.folder / "sweep").stdout)
        self.refuses(["sweep", study, "--dry-run", "--set", "/policy/router=x"], "/policy is put by the axis policy of the study")

    def test_set_holds_in_every_point_but_not_over_axes(self):
        self.sweep(self.study(), "--set", "/workload/synthetic/duration_s=10")
        for point in self.points().values():
            self.assertEqual(point.json("resolved.json")["workload"]["synthetic"]["duration_s"], 10)

    def test_a_metric_that_no_summary_has_is_named(self):
        done = self.sweep(self.study(metrics=["/requests/complete"]))
        self.assertIn("/requests/complete: is in no point's summary.json; did you mean \"/requests/completed\"?", done.stderr)

    def test_a_metric_that_is_no_value_is_named(self):
        done = self.sweep(self.study(metrics=["/latency/e2e_s"]))
        self.assertIn("/latency/e2e_s: is not one value; there is /latency/e2e_s/", done.stderr)
        self.assertIn(", /latency/e2e_s/p99", done.stderr)

    def test_an_impact_against_0_is_named(self):
        done = self.sweep(self.study(impacts=["/throttle/brakes"], reference={RATE: 1.0}))
        self.assertIn("/impact_fraction/throttle/brakes: is empty for 6 points: there is no change against 0, or of text", done.stderr)
        self.assertEqual(done.stderr.count("is empty"), 1)

    def test_whole_numbers_of_a_range_are_integers(self):
        self.sweep(self.study(axes={"/site/servers": {"from": 2.0, "to": 4.0, "step": 2.0}}))
        self.assertEqual([row["point"] for row in self.rows()], ["site.servers=2", "site.servers=4"])

    def test_compare_tells_sweeps_apart(self):
        study = self.study(metrics=["/energy/it_kwh"])
        for out in ("a", "b"):
            self.sweep(study, out=out)
        self.sweep(study, "--set", "/hardware/gpu_power/idle_loaded_w=100", out="c")
        self.assertEqual(self.program("compare", self.folder / "a", self.folder / "b").returncode, 0)
        moved = self.program("compare", self.folder / "a", self.folder / "c")
        self.assertEqual(moved.returncode, 4)
        self.assertIn("6 of", moved.stdout)


class Resumed(SweepTest):
    def long_study(self):
        """Points of about half a second."""
        self.write("small.json", small_scenario(duration_s=4e5))
        return self.study(axes={"/seed": [1, 2, 3, 4], "/workload/synthetic/duration_s": [4e5]})

    def stopped(self, number):
        """A sweep that gets a signal in the middle of its second or third point."""
        sweep = self.started(self.long_study(), "--out", self.folder / "sweep", "-j", "1")
        self.wait_for_the_second(sweep)
        sweep.send_signal(number)
        out, err = sweep.communicate(timeout=60)
        return sweep.returncode, out, err

    def wait_for_the_second(self, sweep):
        def is_at_it():
            self.assertIsNone(sweep.poll(), "the sweep ended by itself")
            points = self.folder / "sweep/points"
            names = [point.name for point in points.iterdir()] if points.exists() else []
            return any(".tmp" in name for name in names) and not all(".tmp" in name for name in names)
        self.wait_for(is_at_it, "a point to end")

    def alive(self):
        """Processes that run points of this test."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                state = (process / "stat").read_text().rpartition(")")[2].split()[0]
                if str(self.folder) in (process / "cmdline").read_text() and state != "Z":
                    found.append(process.name)
            except OSError:
                pass
        return found

    def ends_as_undisturbed(self):
        before = self.written()
        self.assertLess(len(before), 4)
        self.sweep(self.long_study())
        self.assertEqual({name: self.written()[name] for name in before}, before, "a point that was done ran again")
        self.sweep(self.long_study(), out="undisturbed")
        for name in ("sweep.json", "sweep.csv"):
            self.assertEqual((self.folder / "sweep" / name).read_bytes(), (self.folder / "undisturbed" / name).read_bytes())
        points, undisturbed = self.points(), self.points("undisturbed")
        self.assertEqual(sorted(points), sorted(undisturbed))
        for name, point in points.items():
            self.assertEqual(point.contents(), undisturbed[name].contents())

    def points(self, out="sweep"):
        return {name: point for name, point in super().points(out).items() if ".tmp" not in name}

    def test_after_kill_9(self):
        code, _, _ = self.stopped(signal.SIGKILL)
        self.assertEqual(code, -signal.SIGKILL)
        self.assertFalse((self.folder / "sweep/sweep.json").exists())
        self.wait_for(lambda: not self.alive(), "the children to end")
        self.ends_as_undisturbed()
        self.assertEqual([p for p in (self.folder / "sweep/points").iterdir() if ".tmp" in p.name], [])

    def test_after_ctrl_c_and_sigterm(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                code, _, err = self.stopped(number)
                self.assertEqual(code, 128 + number, err)
                self.assertIn("the same command goes on where it stopped", err)
                self.assertFalse((self.folder / "sweep/sweep.json").exists())
                self.assertEqual(self.alive(), [])
        self.ends_as_undisturbed()

    def test_after_a_stop_in_planning(self):
        many, two = ({"/seed": {"from": 1, "to": n, "step": 1}} for n in (9999, 2))
        for number, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
            with self.subTest(number=number):
                sweep = self.started(self.study(axes=many), "--out", self.folder / "sweep")
                before = len(list((self.folder / "sweep").glob("scenarios/*")))
                self.wait_for(lambda: len(list((self.folder / "sweep").glob("scenarios/*"))) > before + 5, "scenarios")
                sweep.send_signal(number)
                _, err = sweep.communicate(timeout=60)
                self.assertEqual(sweep.returncode, code, err)
                self.assertEqual("goes on where it stopped" in err, code == 130)
                self.assertEqual(self.points(), {})
        self.sweep(self.study(axes=two))
        self.assertEqual(len(self.rows()), 2)

    def test_what_is_ignored_stops_nothing(self):
        sweep = self.started(self.long_study(), "--out", self.folder / "sweep", "-j", "1",
                             ignored=(signal.SIGINT, signal.SIGHUP))
        self.wait_for_the_second(sweep)
        sweep.send_signal(signal.SIGHUP)
        sweep.send_signal(signal.SIGINT)
        _, err = sweep.communicate(timeout=60)
        self.assertEqual(sweep.returncode, 0, err)

    def test_goes_on_where_the_program_is_replaced(self):
        program = self.folder / "headroom"
        shutil.copy(PROGRAM, program)
        shutil.copy(LIBRARY, self.folder)
        sweep = self.started(self.long_study(), "--out", self.folder / "sweep", "-j", "1", program=program)
        self.wait_for_the_second(sweep)
        program.unlink()
        program.write_text("another program")
        _, err = sweep.communicate(timeout=60)
        self.assertEqual(sweep.returncode, 0, err)

    def test_what_killed_programs_left_goes_away(self):
        self.sweep(self.study())
        left = [self.folder / "sweep" / name for name in ("plan.json.tmp12", "points/seed=1.old34", "points/gone.tmp5")]
        for path in left:
            path.mkdir()
        self.sweep(self.study())
        self.assertEqual([path for path in left if path.exists()], [])

    def test_a_damaged_plan_is_written_again(self):
        self.sweep(self.study())
        plan = self.folder / "sweep/plan.json"
        before = plan.read_text()
        plan.write_text("{")
        self.sweep(self.study())
        self.assertEqual(plan.read_text(), before)

    def test_says_what_is_left_of_before(self):
        self.sweep(self.study())
        done = self.sweep(self.study(axes={"/seed": [1], RATE: [1, 2]}))
        self.assertIn("4 points of before are left in points/\n", done.stdout)

    def test_a_table_of_other_columns_goes_away_at_once(self):
        self.sweep(self.study())
        self.write("small.json", small_scenario())
        study = self.study(metrics=["/energy/it_kwh"], axes={"/seed": {"from": 1, "to": 9999, "step": 1}})
        sweep = self.started(study, "--out", self.folder / "sweep")
        self.wait_for(lambda: not (self.folder / "sweep/sweep.json").exists(), "the table to go away")
        self.assertEqual(len(self.points()), 6)
        sweep.kill()

    def test_a_directory_of_the_name_of_a_study_is_none(self):
        (self.folder / "polca_hour").mkdir()
        done = subprocess.run([PROGRAM, "--config-dir", ROOT / "configs", "sweep", "polca_hour", "--dry-run"], cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertIn("5 points", done.stdout, done.stderr)

    def test_what_is_done_is_not_run_again(self):
        self.sweep(self.study())
        before = self.written()
        self.sweep(self.study())
        self.assertEqual(self.written(), before)
        self.sweep(self.study(axes={"/seed": [3, 2, 1, 4], RATE: [1, 2]}))
        self.assertEqual({name: self.written()[name] for name in before}, before)
        self.assertEqual([row["/seed"] for row in self.rows()], [3, 3, 2, 2, 1, 1, 4, 4])

    def test_what_changed_is_run_again(self):
        self.sweep(self.study())
        before = self.written()
        self.write("small.json", small_scenario(description="the same, but called otherwise"))
        self.sweep(self.study())
        self.assertTrue(all(self.written()[name] > date for name, date in before.items()))

    def test_a_damaged_point_is_run_again(self):
        self.sweep(self.study())
        table, before = self.table(), self.written()
        name = sorted(before)[0]
        (self.folder / "sweep/points" / name / "summary.json").write_text("")
        self.sweep(self.study())
        self.assertEqual(self.table(), table)
        self.assertEqual([n for n, date in self.written().items() if date != before[n]], [name])


    def test_points_of_another_build_are_run_again(self):
        self.sweep(self.study())
        name = sorted(self.written())[0]
        file = self.folder / "sweep/points" / name / "host.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "build": "0123456789abcdef"}))
        before = self.written()
        self.sweep(self.study())
        self.assertEqual([n for n, date in self.written().items() if date != before[n]], [name])


class Parts(SweepTest):
    def test_shards_merged_are_the_whole(self):
        study = self.study()
        for i in (1, 2, 3, 4):
            said = self.sweep(study, "--shard", f"{i}/4", out=f"part{i}").stdout
            self.assertIn(f"{2 if i < 3 else 1} of 6 points, 0 failed; {4 if i < 3 else 5} of the others not done", said)
            self.assertFalse((self.folder / f"part{i}/sweep.json").exists())
        self.ok("sweep", "--merge", *(self.folder / f"part{i}" for i in (1, 2, 3, 4)), "--out", self.folder / "merged")
        self.sweep(study, out="whole")
        for name in ("sweep.json", "sweep.csv", "plan.json"):
            self.assertEqual((self.folder / "merged" / name).read_bytes(), (self.folder / "whole" / name).read_bytes())
        before = self.written("merged")
        self.sweep(study, out="merged")
        self.assertEqual(self.written("merged"), before)

    def test_shards_one_after_the_other_in_one_directory_make_the_table(self):
        self.sweep(self.study(), "--shard", "1/2")
        self.assertFalse((self.folder / "sweep/sweep.json").exists())
        self.sweep(self.study(), "--shard", "2/2")
        self.assertEqual(len(self.rows()), 6)

    def merges(self, *parts):
        return ["sweep", "--merge", *(self.folder / part for part in parts), "--out", self.folder / "merged"]

    def test_a_part_that_is_missing_is_refused(self):
        self.sweep(self.study(), "--shard", "1/2", out="part")
        self.refuses(self.merges("part"), "--merge: no part has 3 points of 6, first ", "a part is missing or has not ended")
        self.assertFalse((self.folder / "merged").exists())

    def test_parts_that_contradict_each_other_are_refused(self):
        self.sweep(self.study(), out="one")
        shutil.copytree(self.folder / "one", self.folder / "two")
        file = next((self.folder / "two/points").iterdir()) / "summary.json"
        summary = json.loads(file.read_text())
        summary["requests"]["completed"] += 1
        file.write_text(json.dumps(summary))
        self.refuses(self.merges("one", "two"), "two: found another result of seed=")

    def test_a_point_that_failed_in_one_part_and_not_in_another_leaves_no_log_of_that(self):
        self.sweep(self.study(), "--shard", "1/2", out="done")
        self.sweep(self.study(), "--shard", "2/2", out="rest")
        self.sweep(self.study(), "--shard", "1/2", "--max-memory", "1", out="failed", code=1)
        self.ok(*self.merges("failed", "done", "rest"))
        for name, output in self.points("merged").items():
            log = self.folder / "merged/logs" / f"{name}.log"
            self.assertEqual(log.read_text() if log.exists() else "", "", name)

    def test_points_that_failed_in_a_part_fail(self):
        self.sweep(self.study(), "--shard", "1/2", "--max-memory", "1", out="failed", code=1)
        self.sweep(self.study(), "--shard", "2/2", out="rest")
        done = self.program(*self.merges("failed", "rest"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("3 of 6 points failed", done.stderr)

    def test_parts_of_other_sweeps_are_refused(self):
        self.sweep(self.study(), "--shard", "1/2", out="part")
        self.sweep(self.study(metrics=["/energy/it_kwh"]), "--shard", "2/2", out="columns")
        self.sweep(self.study(), "--set", "/hardware/gpu_power/idle_loaded_w=100", "--shard", "2/2", out="scenario")
        self.refuses(["sweep", "--merge", self.folder / "part", self.folder / "columns", "--out", self.folder / "merged"],
                     "has other points, columns or inputs than")
        self.refuses(["sweep", "--merge", self.folder / "part", self.folder / "scenario", "--out", self.folder / "merged"],
                     "the scenario of seed=1", "is not that of the others")
        self.refuses(["sweep", "--merge", self.folder / "none", "--out", self.folder / "merged"], "none/plan.json")

    def test_one_point_by_name(self):
        name = f"seed=2,{RATE[1:].replace('/', '.')}=1"
        self.sweep(self.study(), "--only", name)
        self.assertEqual(list(self.points()), [name])
        self.assertEqual(self.ok("sweep", self.study(), "--dry-run", "--only", name).stdout, f"{name}\n1 point of 6\n")
        self.refuses(["sweep", self.study(), "--dry-run", "--only", name[:-1] + "3"], f'did you mean "{name}"?')
        self.refuses(["sweep", self.study(), "--dry-run", "--shard", "3/2"], "--shard 3/2: must be like 2/5")


class Failed(SweepTest):
    def test_points_fail_alone_and_are_tried_again(self):
        trace = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00,100,10\n"
        self.write("there.csv", trace)
        study = self.study(set={"/workload": {"trace": {"path": "there.csv"}}},
                           axes={"/workload/trace/path": ["there.csv", "later.csv"], "/seed": [1, 2]},
                           metrics=["/requests/completed"])
        done = self.sweep(study, code=1)
        self.assertEqual([row["outcome"] for row in self.rows()], ["done", "done", "failed", "failed"])
        self.assertIn("later.csv", done.stderr)
        self.assertIn("2 of 4 points failed", done.stderr)
        self.assertNotIn("/requests/completed", self.rows()[2])
        before = self.written()
        self.write("later.csv", trace)
        self.sweep(study)
        self.assertEqual([row["outcome"] for row in self.rows()], ["done"] * 4)
        self.assertEqual({name: self.written()[name] for name in before}, before)

    def test_status_does_not_take_the_failures_of_before_for_those_of_now(self):
        self.write("small.json", small_scenario(workload={"trace": {"path": "later.csv"}}))
        study = self.study(axes={"/seed": [1, 2]})
        self.sweep(study, code=1)
        self.write("small.json", small_scenario(duration_s=1e9, workload=small_scenario()["workload"]))
        self.started(study, "--out", self.folder / "sweep", "-j", 1)
        self.wait_for_a_point()
        said = self.ok("sweep", "--status", self.folder / "sweep").stdout
        self.assertEqual(said, "small_study: 0 of 2 points done, 1 running, 0 waiting, 0 failed; a sweep is at work\n")

    def test_a_point_that_is_no_scenario_stops_no_other(self):
        study = self.study(axes={"/policy": ["none", "polka"]})
        done = self.sweep(study, code=1)
        self.assertEqual([row["outcome"] for row in self.rows()], ["done", "failed"])
        self.assertIn('study.json: /axes/~1policy: no policy is called "polka"', done.stderr)
        self.assertIn('did you mean "polca"?', done.stderr)
        listed = self.refuses(["sweep", study, "--dry-run"], 'no policy is called "polka"')
        self.assertIn("policy=polka  CANNOT RUN", listed.stdout)
        self.assertIn("2 points", listed.stdout)

    def test_a_killed_run_says_so(self):
        self.write("small.json", small_scenario(duration_s=1e9))
        study = self.study(axes={"/workload/synthetic/duration_s": [1e9]})
        sweep = self.started(study, "--out", self.folder / "sweep")
        children = pathlib.Path(f"/proc/{sweep.pid}/task/{sweep.pid}/children")
        self.wait_for_a_point()
        os.kill(int(children.read_text()), signal.SIGKILL)
        _, err = sweep.communicate(timeout=60)
        self.assertEqual(sweep.returncode, 1)
        self.assertIn("ended by signal 9", err)


class Refused(SweepTest):
    def refuses_study(self, *expected, **changes):
        self.refuses(["sweep", self.study(**changes), "--out", self.folder / "sweep"], *expected)

    def test_studies_with_mistakes(self):
        cases = [
            ({"axis": {}}, 'study.json: /axis: unknown key; did you mean "axes"?'),
            ({"axes": {}}, "study.json: /axes: must have at least one axis"),
            ({"axes": {"seed": [1]}}, "study.json: /axes/seed: must be variants by name"),
            ({"axes": {"site/servers": [1, 2]}}, "study.json: /axes/site~1servers: must begin with a slash, as a JSON pointer into the scenario: /site/servers"),
            ({"axes": {"point": {"a": {}}}}, "study.json: /axes/point: must be a JSON pointer into the scenario, like /site/servers, or the name"),
            ({"axes": {"p": {"a": 1}}}, "study.json: /axes/p/a: must be values by JSON pointer"),
            ({"axes": {"p": {"a": {"seed": 1}}}}, "study.json: /axes/p/a/seed: must be a JSON pointer into the scenario"),
            ({"axes": {"p": {"a": {"/site/servers": 2, "/site": {}}}}}, "study.json: /axes/p/a/~1site: would overwrite /site/servers"),
            ({"axes": {"p": {"a": {"/seed": 2}}, "/seed": [1]}}, "study.json: /axes/~1seed: would overwrite the axis p's /seed"),
            ({"axes": {"p": {"a": {"/policy": "none", "/policy/controllers/0/t1_fraction": 1}}}},
             "study.json: /axes/p/a/~1policy~1controllers~10~1t1_fraction: unknown key"),
            ({"only_where": {RATE: {"/sede": [1]}}}, '"/sede" is no axis; did you mean "/seed"?'),
            ({"only_where": {RATE: {"/seed": [4]}}}, "study.json: /only_where/" + RATE.replace("/", "~1") + "/~1seed/0: the axis has no value 4"),
            ({"only_where": {"/seed": {RATE: [1]}}}, "must be an axis before /seed"),
            ({"only_where": {RATE: {"/seed": []}}}, "must list values of this axis"),
            ({"only_where": {RATE: {}}}, "must name an axis before this one"),
            ({"axes": {"/seed": []}}, "study.json: /axes/~1seed: must be a list of values"),
            ({"axes": {"/seed": 1}}, "study.json: /axes/~1seed: must be a list of values"),
            ({"axes": {"/seed": [1, 1]}}, "study.json: /axes/~1seed/1: is the same value as one before"),
            ({"axes": {"/seed": {"from": 1, "to": 2}}}, "study.json: /axes/~1seed: must be a list of values"),
            ({"axes": {"/seed": {"from": 1, "to": 2, "step": 0}}}, "its step does not lead from `from` to `to`"),
            ({"axes": {"/seed": {"from": 1, "to": 2, "step": -1}}}, "its step does not lead from `from` to `to`"),
            ({"axes": {"/seed": {"from": 1, "to": 1e6, "step": 1}}}, "has more than 10,000 values"),
            ({"axes": {"/seed": {"from": 1, "to": 1e3, "step": 1}, RATE: {"from": 1, "to": 1e3, "step": 1}}},
             "study.json: /axes: make more than 100,000 points"),
            ({"axes": {"/sede": [1, 2]}}, 'study.json: /axes/~1sede: unknown key; did you mean "seed"?'),
            ({"axes": {"/site/servers/x": [1]}}, "study.json: /axes/~1site~1servers~1x: this pointer leads nowhere"),
            ({"linked": [["/seed", RATE]]}, "study.json: /linked/0: /seed has 3 values, but " + RATE + " has 2"),
            ({"linked": [["/seed"]]}, "study.json: /linked/0: must name two axes at least"),
            ({"linked": [["/seed", "/sed"]]}, 'study.json: /linked/0/1: "/sed" is no axis; did you mean "/seed"?'),
            ({"metrics": ["/seed"]}, "study.json: /metrics/0: is an axis"),
            ({"metrics": ["requests"]}, "study.json: /metrics/0: must be a JSON pointer into summary.json"),
            ({"metrics": ["/a", "/a"]}, "study.json: /metrics/1: is named twice"),
            ({"impacts": ["/a"]}, "study.json: /impacts: need a reference"),
            ({"impacts": ["/a"], "reference": {"/seed": 4}}, "study.json: /reference/~1seed: the axis has no value 4"),
            ({"impacts": ["/a"], "reference": {"/policy": "none"}}, 'study.json: /reference/~1policy: "/policy" is no axis'),
            ({"reference": {"/seed": 1}}, "study.json: /reference: is there for impacts"),
            ({"name": ""}, "study.json: /name: must not be empty"),
            ({"set": {"/seed": 7}}, "study.json: /axes/~1seed: would overwrite /set's /seed"),
            ({"axes": {"/site/servers": [2, 3], "/site": [{}]}}, "/axes/~1site: would overwrite the axis /site/servers"),
            ({"metrics": ["/host/wall_s"]}, "study.json: /metrics/0: is about the execution of a run"),
            ({"impacts": ["/version"], "reference": {"/seed": 1}}, "/impacts/0: is about the execution of a run"),
            ({"metrics": ["/impact_fraction/a"]}, "/metrics/0: is where the columns of impacts are"),
            ({"metrics": ["/a~2"]}, "study.json: /metrics/0: must be a JSON pointer into summary.json"),
            ({"scenario": "smal.json"}, "smal.json: cannot read this file"),
            ({"scenario": "polca_rwo"}, 'did you mean "polca_row"?'),
        ]
        for changes, expected in cases:
            with self.subTest(**changes):
                self.refuses_study(expected, **changes)

    def test_sets_of_axes(self):
        study = self.study(axes={"/seed": [1, 2], "/policy": ["none", "polca"]})
        self.refuses(["sweep", study, "--out", self.folder / "sweep", "--set", "/seed=9", "--set", "/policy/router=x"],
                     "--set /seed=9: /seed is an axis of the study", "/policy is an axis of the study")

    def test_every_problem_at_once(self):
        self.refuses_study("/axes/~1seed: must be", "/axes/~1policy/1: is the same",
                           axes={"/seed": 1, "/policy": ["none", "none"]})

    def test_names_of_studies(self):
        self.refuses(["sweep", "no_such_study", "--out", self.folder / "sweep"], 'no study is called "no_such_study"')
        self.refuses(["sweep", self.folder / "none.json", "--out", self.folder / "sweep"], "none.json: cannot read this file")

    def test_directories(self):
        study = self.study()
        self.refuses(["sweep", study], "--out: name the directory of the sweep")
        (self.folder / "other").mkdir()
        (self.folder / "other/mine.txt").write_text("precious")
        self.refuses(["sweep", study, "--out", self.folder / "other"], "exists already and is not that of a sweep")
        self.refuses(["sweep", study, "--out", self.folder / "small.json"], "exists already and is not that of a sweep")
        self.sweep(study)
        other = self.write("another.json", small_study(name="another"))
        self.refuses(["sweep", other, "--out", self.folder / "sweep"], 'holds the sweep of the study "small_study"')

    def test_two_sweeps_in_one_directory(self):
        self.write("small.json", small_scenario(duration_s=1e9))
        study = self.study(axes={"/workload/synthetic/duration_s": [1e9]})
        self.started(study, "--out", self.folder / "sweep")
        self.wait_for_a_point()
        done = self.sweep(study, code=2)
        self.assertIn("another sweep is at work in it", done.stderr)
        self.assertEqual(self.ok("sweep", "--status", self.folder / "sweep").stdout,
                         "small_study: 0 of 1 point done, 1 running, 0 waiting, 0 failed; a sweep is at work\n")
        self.assertFalse((self.folder / "sweep/sweep.json").exists())

    def test_two_sweeps_at_once_in_a_new_directory(self):
        self.write("small.json", small_scenario(duration_s=4e5))
        study = self.study(axes={"/seed": [1, 2], "/workload/synthetic/duration_s": [4e5]})
        sweeps = [self.started(study, "--out", self.folder / "sweep") for _ in range(3)]
        ends = sorted((sweep.wait(60), sweep.stderr.read()) for sweep in sweeps)
        self.assertEqual([code for code, _ in ends], [0, 2, 2])
        for _, said in ends[1:]:
            self.assertIn("another sweep is at work in it", said)

    def test_options_that_mean_nothing_beside_status(self):
        for option in (["--out", "x"], ["--set", "/seed=1"], ["--dry-run"], ["--detach", "--launcher", "slurm"]):
            self.refuses(["sweep", "--status", self.folder, *option], "excludes")

    def test_check_takes_no_study(self):
        study = self.study()
        for command in (["check", study], ["run", study, "--out", self.folder / "out"]):
            self.refuses(command, f"{study}: is a study, use: headroom sweep {study} --dry-run")
        scenario = self.folder / "small.json"
        self.refuses(["sweep", scenario, "--dry-run"], f"{scenario}: is a scenario, use: headroom run {scenario}")


if __name__ == "__main__":
    unittest.main()
