"""Results are published whole, into a free name or over an output of headroom; whatever stops a run leaves nothing behind."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from support import FILES, PROGRAM, ROOT, ProgramTest, small_scenario

LONG = ["--set", "/workload/synthetic/duration_s=1e9"]
SETTINGS = {"synthetic": {"rate_per_s": 5, "classes": [
    {"input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 50}}]}}


class Lost(ProgramTest):
    def setUp(self):
        super().setUp()
        self.scenario = self.write("s.json", small_scenario())
        self.out = self.folder / "out"

    def started(self, *arguments, scenario=None, **options):
        """A run without end, once it writes."""
        file = self.write("long.json", scenario or small_scenario(duration_s=1e9))
        run = subprocess.Popen([PROGRAM, "run", file, *LONG, "--requests", "--out", self.out, *arguments], cwd=ROOT,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(self.end, run)
        self.wait_for(lambda: list(self.folder.glob("out.tmp*/requests.csv")), run)
        return run

    def wait_for(self, there, run):
        limit = time.monotonic() + 60
        while not there():
            self.assertIsNone(run.poll(), "it ended by itself")
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.005)

    @staticmethod
    def end(run):
        if run.poll() is None:
            run.kill()
        run.communicate()

    def left(self):
        return sorted(name for name in os.listdir(self.folder) if name not in ("s.json", "long.json"))


class Names(Lost):
    def test_of_a_killed_run_with_this_number_are_not_taken_over(self):
        plant = f"mkdir {self.out}.tmp$$; echo half > {self.out}.tmp$$/requests.csv; "
        subprocess.run(["sh", "-c", plant + f"exec {PROGRAM} run {self.scenario} --out {self.out}"], cwd=ROOT, check=True,
                       capture_output=True)
        self.assertEqual(sorted(os.listdir(self.out)), FILES)
        self.assertEqual(len(self.left()), 2, "what was there stays")

    def test_of_a_trace_in_the_making_are_not_taken_over(self):
        settings = self.write("t.json", SETTINGS)
        target = self.folder / "t.csv"
        plant = f"echo theirs > {target}.tmp$$; exec {PROGRAM} trace generate {settings} --duration 10 --out {target}"
        subprocess.run(["sh", "-c", plant], cwd=ROOT, check=True, capture_output=True)
        theirs = [path for path in self.folder.glob("t.csv.tmp*")]
        self.assertEqual([path.read_text() for path in theirs], ["theirs\n"])
        self.assertTrue(target.read_text().startswith("TIMESTAMP"))


class Published(Lost):
    def finish(self, while_it_runs, *arguments):
        """Holds a run before it publishes (it stands still), does something, and lets it go on."""
        scenario = small_scenario(duration_s=40000)
        scenario["workload"]["synthetic"]["duration_s"] = 40000
        file = self.write("long.json", scenario)
        run = subprocess.Popen([PROGRAM, "run", file, "--out", self.out, "-q", *arguments], cwd=ROOT,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, run)
        self.wait_for(lambda: list(self.folder.glob("out.tmp*")), run)
        run.send_signal(signal.SIGSTOP)
        while_it_runs()
        run.send_signal(signal.SIGCONT)
        _, err = run.communicate(timeout=100)
        return run.returncode, err

    def thesis(self):
        self.out.mkdir(exist_ok=True)
        (self.out / "thesis.txt").write_text("precious")

    def test_what_has_appeared_meanwhile_stays_and_the_result_does_too(self):
        code, err = self.finish(self.thesis)
        self.assertEqual(code, 2, err)
        self.assertIn("has appeared while the run went on", err)
        self.assertEqual(os.listdir(self.out), ["thesis.txt"])
        kept = list(self.folder.glob("out.tmp*"))
        self.assertEqual(sorted(os.listdir(kept[0])), FILES)
        self.assertIn(str(kept[0]), err)

    def test_a_file_that_has_appeared_meanwhile_stays(self):
        code, err = self.finish(lambda: self.out.write_text("precious"))
        self.assertEqual(code, 2, err)
        self.assertEqual(self.out.read_text(), "precious")

    def theirs(self):
        """Another run takes the name, whatever had it."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.simulate(small_scenario(name="theirs"))

    def test_force_replaces_the_output_of_the_start_alone(self):
        for there_before in [True, False]:
            with self.subTest(there_before=there_before):
                shutil.rmtree(self.out, ignore_errors=True)
                if there_before:
                    self.simulate(small_scenario())
                code, err = self.finish(self.theirs, "--force")
                self.assertEqual(code, 2, err)
                self.assertIn("has appeared while the run went on", err)
                self.assertEqual(json.loads((self.out / "resolved.json").read_text())["name"], "theirs")
                kept, = self.folder.glob("out.tmp*")
                self.assertEqual(sorted(os.listdir(kept)), FILES)
                shutil.rmtree(kept)

    def test_force_keeps_what_became_foreign_meanwhile(self):
        self.simulate(small_scenario())
        code, err = self.finish(self.thesis, "--force")
        self.assertEqual(code, 0, err)
        self.assertEqual(sorted(os.listdir(self.out)), FILES)
        self.assertEqual((self.folder / "out.kept1/thesis.txt").read_text(), "precious")
        self.assertIn("out.kept1", err)


class Force(Lost):
    def refuses_force(self, *expected):
        self.refuses(["run", self.scenario, "--out", self.out, "--force"], *(expected or ["holds other things"]))

    def test_does_not_go_by_names(self):
        (self.out / "summary.json").mkdir(parents=True)
        (self.out / "summary.json/thesis.txt").write_text("precious")
        self.refuses_force()

    def test_does_not_go_by_names_of_files(self):
        self.out.mkdir()
        for content in ["{}", "[]", "no JSON", '{"format": 1}']:
            (self.out / "grid.json").write_text(content)
            (self.out / "summary.json").write_text(content)
            with self.subTest(content=content):
                self.refuses_force()

    def test_refuses_a_link_among_the_files(self):
        self.simulate(small_scenario())
        os.rename(self.out / "power.json", self.folder / "mine.json")
        (self.out / "power.json").symlink_to(self.folder / "mine.json")
        self.refuses_force()

    def test_replaces_what_a_link_leads_to(self):
        self.simulate(small_scenario())
        link = self.folder / "link"
        link.symlink_to(self.out)
        self.ok("run", self.scenario, "--set", "/seed=5", "--out", link, "--force")
        self.assertTrue(link.is_symlink())
        self.assertEqual(json.loads((self.out / "summary.json").read_text())["seed"], 5)

    def test_refuses_a_link_that_leads_nowhere(self):
        self.out.symlink_to(self.folder / "gone")
        self.refuses_force("leads nowhere")
        self.assertTrue(self.out.is_symlink())

    def test_takes_an_output_of_0_1_0(self):
        self.simulate(small_scenario())
        summary = json.loads((self.out / "summary.json").read_text())
        for key in ["warnings", "inputs"]:
            del summary[key]
        host = json.loads((self.out / "host.json").read_text())
        (self.out / "host.json").unlink()
        (self.out / "summary.json").write_text(json.dumps({**summary, "version": "0.1.0", "host": host}))
        self.simulate(small_scenario(), out="new")
        compared = self.program("compare", self.out, self.folder / "new").stdout
        self.assertIn("/inputs", compared)
        self.assertNotIn("wall_s", compared)
        self.ok("run", self.scenario, "--out", self.out, "--force")


class Traces(Lost):
    def setUp(self):
        super().setUp()
        self.settings = self.write("t.json", SETTINGS)

    def generate(self, name, *arguments):
        return ["trace", "generate", self.settings, "--duration", 20, "--out", self.folder / name, *arguments]

    def test_replace_nothing_without_force_and_only_traces_of_headroom_with_it(self):
        for name in ["t.csv", "t.csv.gz"]:
            self.ok(*self.generate(name))
            self.refuses(self.generate(name), "exists already")
            self.ok(*self.generate(name, "--force", "--seed", 2))
        (self.folder / "azure.csv").write_text("TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-12 00:00:00.0,1,2\n")
        (self.folder / "thesis.csv.gz").write_bytes(gzip.compress(b"precious\n"))
        (self.folder / "folder").mkdir()
        for name in ["azure.csv", "thesis.csv.gz", "folder"]:
            self.refuses(self.generate(name, "--force"), "is no trace that headroom wrote")

    def test_take_seeds_and_durations_that_are_some(self):
        for option, values in [("--seed", ["-1", "99999999999999999999", "1e3", "0x10", "1.5"]),
                               ("--duration", ["1e300", "nan", "inf", "0", "-5", "1e9x"])]:
            for value in values:
                with self.subTest(value=value):
                    self.refuses([*self.generate("t.csv"), f"{option}={value}"], "must be")
        self.ok(*self.generate("t.csv", "--seed", 2**64 - 1))

    def test_in_the_making_go_away_at_a_signal(self):
        run = subprocess.Popen([PROGRAM, "trace", "generate", self.settings, "--duration", "1e9", "--out", self.folder / "t.csv"],
                               cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, run)
        self.wait_for(lambda: any(path.stat().st_size > 0 for path in self.folder.glob("t.csv.tmp*")), run)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        self.assertEqual(run.returncode, 130)
        self.assertEqual(self.left(), ["t.json"])


class Signals(Lost):
    def test_that_ask_to_stop_are_told_apart_by_the_exit_code(self):
        for number in [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]:
            run = self.started()
            run.send_signal(number)
            _, err = run.communicate(timeout=60)
            self.assertEqual((run.returncode, err), (128 + number, "headroom: interrupted, nothing was written\n"))
            self.assertEqual(self.left(), [])

    def test_come_while_the_site_is_built(self):
        run = self.started(scenario=small_scenario(duration_s=1e9, site={"servers": 20000, "levels": [{"name": "row"}]}))
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
        self.assertEqual((run.returncode, err), (130, "headroom: interrupted, nothing was written\n"))
        self.assertEqual(self.left(), [])

    def test_that_are_ignored_stay_so(self):
        run = self.started(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        grown = [path.stat().st_size for path in self.folder.glob("out.tmp*/requests.csv")][0]
        run.send_signal(signal.SIGINT)
        self.wait_for(lambda: [p for p in self.folder.glob("out.tmp*/requests.csv") if p.stat().st_size > grown + 100000], run)
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=60)
        self.assertEqual(run.returncode, 143)

    def test_of_a_file_that_is_too_large_is_an_error_of_writing(self):
        limited = f"ulimit -f 1; exec {PROGRAM} run {self.scenario} --out {self.out}"
        done = subprocess.run(["sh", "-c", limited], cwd=ROOT, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(f"cannot write {self.out}/", done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(self.left(), [])


class Inputs(Lost):
    def setUp(self):
        super().setUp()
        self.trace = self.folder / "t.csv"
        self.write_trace(30)
        self.traced = small_scenario(workload={"trace": {"path": str(self.trace)}})

    def write_trace(self, rows):
        lines = [f"2024-01-01 00:00:{second:02}.0000000,100,10\n" for second in range(rows)]
        self.trace.write_text("TIMESTAMP,ContextTokens,GeneratedTokens\n" + "".join(lines))

    def test_are_named_in_the_summary(self):
        one = self.simulate(self.traced).summary["inputs"]
        self.assertEqual([(entry["pointer"], entry["file"], entry["bytes"]) for entry in one],
                         [("/workload/trace/path", "t.csv", self.trace.stat().st_size)])
        self.assertRegex(one[0]["hash"], "^[0-9a-f]{16}$")
        self.trace.write_text(self.trace.read_text().replace(",10\n", ",11\n"))
        other = self.simulate(self.traced, out="other").summary["inputs"]
        self.assertNotEqual(one[0]["hash"], other[0]["hash"])

    def test_of_points_are_never_mixed(self):
        def sweep(servers):
            study = {"name": "stale", "scenario": "traced.json", "axes": {"/seed": servers},
                     "metrics": ["/requests/arrived"]}
            self.ok("sweep", self.write("study.json", study), "--out", self.folder / "sweep", "-q")
            rows = json.loads((self.folder / "sweep/sweep.json").read_text())["points"]
            return [row["/requests/arrived"] for row in rows]
        self.write("traced.json", self.traced)
        self.assertEqual(sweep([1, 2]), [30, 30])
        self.write_trace(20)
        self.assertEqual(sweep([1, 2, 3]), [20, 20, 20])

    def test_of_points_that_lack_a_file_are_run_again(self):
        self.write("traced.json", self.traced)
        study = self.write("study.json", {"name": "a", "scenario": "traced.json", "axes": {"/seed": [1]}})
        self.ok("sweep", study, "--out", self.folder / "sweep", "-q")
        power = self.folder / "sweep/points/seed=1/power.json"
        power.write_text("")
        self.ok("sweep", study, "--out", self.folder / "sweep", "-q")
        self.assertGreater(power.stat().st_size, 0)

    def test_that_change_while_the_run_reads_them_are_refused(self):
        lines = [f"2024-01-01 {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.0000000,100,10\n" for s in range(50000)]
        self.trace.write_text("TIMESTAMP,ContextTokens,GeneratedTokens\n" + "".join(lines))
        file = self.write("s.json", self.traced)
        run = subprocess.Popen([PROGRAM, "run", file, "--out", self.out, "-q"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, run)
        self.wait_for(lambda: list(self.folder.glob("out.tmp*")), run)
        with open(self.trace, "a") as trace:
            trace.write("2024-01-01 23:00:00.0000000,100,10\n")
        _, err = run.communicate(timeout=100)
        self.assertEqual(run.returncode, 2, err)
        self.assertIn("t.csv: has changed while it was being read", err)
        self.assertEqual(self.left(), ["t.csv"])


if __name__ == "__main__":
    unittest.main()
