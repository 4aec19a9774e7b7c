"""Messages are one line of letters, whatever the user wrote; what cannot be read or written is told with its path."""

import json
import os
import subprocess
import unittest

from support import PROGRAM, ROOT, ProgramTest, small_scenario


class Echoes(ProgramTest):
    def one_line(self, done):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertLess(len(done.stderr), 1000)
        self.assertNotIn("\x1b", done.stderr)

    def test_of_values_and_keys_are_clipped_and_escaped(self):
        long = "é" * 5000
        for changes in [{"seed": "a\nb\x1b[31m" + long}, {"seed\n\x1b" + long: 1}, {"duration_s": long},
                        {"hardware": "x\ny" + long}, {"cooling": {"outside": {"kind": "a\n\u009b" + long}}}]:
            with self.subTest(changes=list(changes)):
                self.one_line(self.program("check", self.write("s.json", small_scenario(**changes))))

    def test_of_the_command_line_are_escaped(self):
        file = self.write("s.json", small_scenario())
        self.one_line(self.program("check", file, "--set", "/seed=a\nb\x1b[31m" + "x" * 900))
        done = self.program("check", file, "--a\nb\x1b[31m")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("\x1b", done.stderr)

    def test_of_many_problems_are_counted(self):
        scenario = small_scenario(output={"power": {"nodes": list(range(2000))}})
        done = self.program("check", self.write("s.json", scenario))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stderr.splitlines()), 21)
        self.assertIn("and 1,980 more", done.stderr)

    def test_of_check_are_there_for_programs(self):
        good, bad = self.write("good.json", small_scenario()), self.write("bad.json", small_scenario(sed=1))
        done = self.program("check", good, bad, "--json")
        self.assertEqual(done.returncode, 2)
        first, second = json.loads(done.stdout)["scenarios"]
        self.assertEqual((first["file"], first["fine"], first["problems"]), (str(good), True, []))
        self.assertEqual((second["fine"], second["problems"]), (False, [{"where": f"{bad}: /sed",
                                                                         "what": 'unknown key; did you mean "seed"?'}]))
        done = self.program("check", good, bad, "--github")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, f'::error file={bad},title=headroom check::{bad}: /sed: unknown key; did you mean "seed"?\n')
        warned = small_scenario(telemetry={"levels": [], "warmup_s": 1e6}, duration_s=60)
        done = self.program("check", self.write("warned.json", warned), "--github")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, "^::warning file=.*warned.json,title=headroom check::/telemetry/warmup_s: ")

    def test_of_numbers_that_overflow_have_their_line(self):
        file = self.write("s.json", '{"name": "1e999",\n "seed": 1,\n "duration_s": 1e999}')
        self.refuses(["check", file], f"{file}: not valid JSON: line 3: the number 1e999 is too large")

    def test_in_a_sweep_are_cut_between_letters(self):
        self.write("s.json", small_scenario())
        study = self.write("study.json", {"name": "u", "scenario": "s.json", "metrics": ["/requests/arrived"],
                                          "axes": {"/site/servers": [2, "aéééééééééééééééééééééééééééééé"]}})
        done = self.program("sweep", study, "--out", self.folder / "out", "-q")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("must be", done.stderr)
        self.assertTrue((self.folder / "out/points").is_dir())


class Paths(ProgramTest):
    def test_that_lead_nowhere_are_wrong_input(self):
        name = "x" * 300
        loop = self.folder / "loop"
        loop.symlink_to("loop")
        row = self.write("s.json", small_scenario())
        for arguments in [["run", name, "--out", self.folder / "z"], ["check", row, "--set", f"/policy={name}"],
                          ["predict", "--hardware", name, "--model", "llama2_70b"], ["compare", name, name],
                          ["grid", name], ["report", name], ["sweep", name, "--dry-run"], ["sweep", "--status", name],
                          ["run", row, "--out", self.folder / name], ["check", loop], ["trace", "describe", name]]:
            with self.subTest(arguments=arguments[:1]):
                done = self.refuses(arguments)
                self.assertNotIn("filesystem error", done.stderr)

    def test_that_are_no_files_are_refused_at_once(self):
        pipe = self.folder / "p.csv"
        os.mkfifo(pipe)
        row = self.write("s.json", small_scenario(workload={"trace": {"path": str(pipe)}}))
        self.refuses(["check", row], "/workload/trace/path: cannot be read: it is a pipe or a device")
        self.refuses(["check", pipe], "it is a pipe or a device")
        self.refuses(["check", "/dev/zero"], "it is a pipe or a device")
        self.refuses(["check", self.folder], "it is a directory")

    def test_with_a_nul_are_refused(self):
        trace = str(ROOT / "traces/conversation.csv.gz") + "\0.jsonl"
        self.refuses_run(small_scenario(workload={"trace": {"path": trace}}), "/workload/trace/path", "NUL")
        self.refuses_run(small_scenario(hardware=str(ROOT / "configs/hardware/dgx_a100.json") + "\0.json"), "hardware")

    def test_that_are_no_utf_8_are_told(self):
        folder = os.fsencode(self.folder) + b"/\xff"
        os.mkdir(folder)
        for name, content in [(b"/s.json", small_scenario(workload={"trace": {"path": "t.csv"}})), (b"/fine.json", small_scenario())]:
            with open(folder + name, "w") as file:
                json.dump(content, file)
        def check(name):
            return subprocess.run([PROGRAM, "check", folder + name], cwd=ROOT, capture_output=True, text=True,
                                  errors="replace", timeout=60)
        done = check(b"/s.json")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("\\xff", done.stderr)
        self.assertIn("no UTF-8", done.stderr)
        self.assertEqual(check(b"/fine.json").returncode, 0)


class FullDevice(ProgramTest):
    def to_full(self, *arguments):
        with open("/dev/full", "w") as full:
            return subprocess.run([PROGRAM, *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=60)

    def test_is_told_by_every_command(self):
        row = self.write("s.json", small_scenario())
        for arguments in [["list"], ["describe", row], ["check", row], ["trace", "describe", "traces/code.csv.gz"], ["--help"],
                          ["--version"], ["predict", "--hardware", "dgx_a100", "--model", "llama2_70b"]]:
            with self.subTest(arguments=arguments):
                done = self.to_full(*arguments)
                self.assertEqual(done.returncode, 1)
                self.assertIn("cannot write to the standard output: No space left on device", done.stderr)

    def test_does_not_hide_results(self):
        done = self.to_full("run", self.write("s.json", small_scenario()), "--out", self.folder / "out")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"the results are in {self.folder}/out, but", done.stderr)
        self.assertTrue((self.folder / "out/summary.json").exists())


if __name__ == "__main__":
    unittest.main()
