"""Wrong input ends with exit code 2, a message that says where and what, and no output directory."""

import gzip
import json
import subprocess
import unittest

from support import PROGRAM, ROOT, ROW, ProgramTest, small_scenario

HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
GOOD = "2023-11-16 18:15:46.6805900,374,44\n"


def with_trace(path):
    return small_scenario(workload={"trace": {"path": path}})


class Scenario(ProgramTest):
    def test_misspelt_key(self):
        done = self.refuses_run(small_scenario(telemetry={"perod_s": 2}), "scenario.json: /telemetry/perod_s: unknown key",
                                'did you mean "period_s"?')
        self.assertIn(str(self.folder), done.stderr)

    def test_misspelt_key_of_an_override(self):
        self.refuses_run(ROW, "--set: /site/serverz: unknown key", 'did you mean "servers"?', sets=["/site/serverz=3"])

    def test_wrong_type(self):
        for pointer, value, expected in [("/seed", '"many"', "must be a whole number"),
                                         ("/name", "7", "must be text, not 7"),
                                         ("/site/levels", "{}", "must be a list, not {}"),
                                         ("/telemetry", "[]", "must be an object, not []"),
                                         ("/policy", "17", "must be an object, not 17"),
                                         ("/telemetry/period_s", "null", "must be a number, not null"),
                                         ("/telemetry/period_s", "true", "must be a number, not true")]:
            with self.subTest(pointer=pointer):
                self.refuses_run(ROW, f"--set: {pointer}: {expected}", sets=[f"{pointer}={value}"])

    def test_text_where_a_number_belongs(self):
        self.refuses_run(ROW, '--set: /telemetry/period_s: must be a number, not "soon"', sets=["/telemetry/period_s=soon"])
        self.refuses_run(ROW, '--set: /site/levels/0/budget_w: must be a number, not "200 kW"',
                         sets=["/site/levels/0/budget_w=200 kW"])

    def test_what_json_does_not_know_where_a_number_belongs(self):
        for value in ["NaN", "Infinity", "-Infinity", "nan", "0x10", "1e999", "1,5"]:
            with self.subTest(value=value):
                self.refuses_run(ROW, "--set", "/telemetry/period_s", sets=[f"/telemetry/period_s={value}"])

    def test_a_number_in_the_file_that_is_none(self):
        for value in ["NaN", "Infinity", "1e999", "01", ".5", "0x10"]:
            with self.subTest(value=value):
                self.refuses_run(self.write("s.json", '{"name": "x", "seed": ' + value + "}"), "s.json: not valid JSON")

    def test_whole_numbers(self):
        self.refuses_run(ROW, "--set: /site/servers: must be a whole number, at least 1 and at most 1000000, not 3.7", sets=["/site/servers=3.7"])
        self.refuses_run(ROW, "--set: /site/servers: must be a whole number, at least 1 and at most 1000000, not -1", sets=["/site/servers=-1"])
        self.refuses_run(ROW, "--set: /site/servers: must be at most 4294967295", sets=["/site/servers=99999999999"])

    def test_negative_and_absurd_values(self):
        for pointer, value, expected in [("/telemetry/period_s", "-2", "must be at least 0.001 and at most 1000000, not -2"),
                                         ("/telemetry/period_s", "0", "must be at least 0.001 and at most 1000000, not 0"),
                                         ("/actuation/clock_lock_s", "-40", "must be at least 0 and at most 1000000, not -40"),
                                         ("/duration_s", "-1", "must be at least 1e-06 and at most 1000000000, not -1"),
                                         ("/site/servers", "0", "must be at least 1"),
                                         ("/site/servers", "10000000", "must be at least 1 and at most 1000000"),
                                         ("/serving/tensor_parallel", "3", "must divide the 8 GPUs"),
                                         ("/workload/trace/copies", "0", "must be at least 1e-05"),
                                         ("/workload/trace/high_priority_share", "1.5", "must be at least 0 and at most 1"),
                                         ("/hardware/gpu/tdp_w", "-400", "must be at least 1 "),
                                         ("/hardware/gpu/tdp_w", "10", "must be above the idle draw"),
                                         ("/hardware/server/gpus", "0", "must be")]:
            with self.subTest(pointer=pointer, value=value):
                self.refuses_run(ROW, f": {pointer}: ", expected, sets=[f"{pointer}={value}"])

    def test_values_that_a_run_would_not_survive(self):
        for pointer, value, expected in [
                ("/policy/controllers/0/low_t1_clock_mhz", "1000", "do not support 1000 MHz; the nearest clock is 1005 MHz"),
                ("/policy/controllers/0/t1_release_fraction", "0.8", "must be below t1_fraction"),
                ("/policy/controllers/0/period_s", "1e-9", "must be at least 0.001"),
                ("/telemetry/window_s", "30000", "must be at most 10,000 periods of 2 s"),
                ("/output/power/bin_s", "1e-6", "must be at least 0.01"),
                ("/hardware/gpu/clock_step_mhz", "1e-6", "must be at least 1 "),
                ("/hardware/server/fan_max_w", "1", "must be at least fan_min_w"),
                ("/hardware/server/efficiency", "[]", "needs at least one point"),
                ("/hardware/server/rated_w", "5000", "is below the power of the server with all GPUs at TDP"),
                ("/workload/trace/time_stretch", "1e300", "at most 1000000"),
                ("/serving/model/parameters", "8e10", "differs by more than 5 %"),
                ("/telemetry/levels/0", "site", "has no budget, so it is not sampled"),
                ("/policy/controllers", '[{"kind": "polca"}, {"kind": "one_threshold_all"}]', "only one may lock clocks")]:
            with self.subTest(pointer=pointer, value=value):
                self.refuses_run(ROW, f"--set: {pointer}: ", expected, sets=[f"{pointer}={value}"])

    def test_locks_of_low_priority_without_pools(self):
        self.refuses_run(ROW, "/controllers/0: locks servers that serve low priority only", sets=["/serving/pools=[]"])

    def test_names_given_twice(self):
        pools = json.dumps([{"name": "a", "serves": [priority], "server_fraction": 0.5} for priority in ("high", "low")])
        for pointer, value, at, expected in [
                ("/serving/pools", pools, "/1/name", 'another pool is already called "a"'),
                ("/grid", '{"nodes": ["site", "site"]}', "/nodes/1", "is named twice")]:
            with self.subTest(pointer=pointer):
                self.refuses_run(ROW, f"--set: {pointer}{at}: ", expected, sets=[f"{pointer}={value}"])

    def test_workload_that_never_ends(self):
        scenario = small_scenario()
        del scenario["workload"]["synthetic"]["duration_s"]
        self.refuses_run(scenario, "scenario.json: /duration_s: missing: this workload never ends")

    def test_missing_required_value(self):
        scenario = small_scenario()
        del scenario["workload"]
        self.refuses_run(scenario, "scenario.json: /workload: missing: requests and training jobs")

    def test_all_problems_at_once(self):
        done = self.refuses_run(ROW, sets=["/seed=-1", "/telemetry/period_s=0", "/sitte=1", "/policy/router/kind=magic"])
        for pointer in ["/seed", "/telemetry/period_s", "/sitte", "/policy/router/kind"]:
            self.assertIn(f": {pointer}: ", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 4)

    def test_duplicate_key(self):
        self.refuses_run(self.write("s.json", '{"name": "a", "site": {"servers": 1, "servers": 2}}'),
                         "s.json: /site/servers: key given twice")

    def test_duplicate_key_of_an_override(self):
        self.refuses_run(ROW, '/servers: key given twice', sets=['/site={"servers": 1, "servers": 2}'])

    def test_absurdly_deep(self):
        self.refuses_run(self.write("s.json", '{"name": ' + "[" * 300000 + "]" * 300000 + "}"),
                         "s.json: nests values more than 100 deep")

    def test_text_that_is_not_utf8(self):
        done = subprocess.run([PROGRAM, "check", ROW, "--set", b"/name=a\xffb"], cwd=ROOT, capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"is not UTF-8 text", done.stderr)

    def test_not_json(self):
        self.refuses_run(self.write("s.json", '{"name": "a",}'), "s.json: not valid JSON: parse error at line 1")
        self.refuses_run(self.write("s.json", ""), "s.json: not valid JSON")
        self.refuses_run(self.write("s.json", "[]"), "s.json: must hold a JSON object")

    def test_missing_files(self):
        self.refuses_run(str(self.folder / "no.json"), "no.json: cannot read this file")
        self.refuses_run(str(self.folder), "cannot read this file")
        self.refuses_run(small_scenario(hardware="dgx_a10"), "scenario.json: /hardware: no hardware is called \"dgx_a10\"",
                         'did you mean "dgx_a100"?')
        self.refuses_run(small_scenario(site="./site.json"), "scenario.json: /site: there is no file")
        self.refuses_run(small_scenario(include="other.json"), "other.json: cannot read this file")

    def test_unknown_policies(self):
        self.refuses_run(ROW, "--set: /policy: no policy is called \"polka\"", 'did you mean "polca"?', sets=["/policy=polka"])
        self.refuses_run(ROW, "--set: /policy/controllers/0/kind: there is no \"pollca\"", 'did you mean "polca"?',
                         sets=["/policy/controllers/0/kind=pollca"])
        self.refuses_run(ROW, "/policy/router/kind: there is no \"random\" (there are: ", sets=["/policy/router/kind=random"])
        self.refuses_run(ROW, "/policy/batching/kind: there is no \"static\"", sets=["/policy/batching/kind=static"])

    def test_budget_below_idle_power(self):
        self.refuses_run(ROW, "--set: /site/levels/0/budget_w: is below the idle power of its 40 servers",
                         sets=["/site/levels/0/budget_w=30000"])

    def test_overrides_that_lead_nowhere(self):
        self.refuses_run(ROW, "--set /site/levels/9/budget_w=1: this pointer leads nowhere", sets=["/site/levels/9/budget_w=1"])
        for pointer in ["/name/first", "/site/levels/last/budget_w", "/site/levels/-1", "/seed/0", "/~2"]:
            with self.subTest(pointer=pointer):
                self.refuses_run(ROW, f"--set {pointer}=1: this pointer leads nowhere", sets=[f"{pointer}=1"])
        self.refuses_run(ROW, "--set seed=1: must read /json/pointer=value", sets=["seed=1"])
        self.refuses_run(ROW, "must read /json/pointer=value", sets=["/seed"])


class Trace(ProgramTest):
    def refuses_trace(self, content, *expected, name="t.csv"):
        path = self.write(name, content)
        self.refuses_run(with_trace(path), *expected)
        return path

    def test_missing_file(self):
        self.refuses_run(with_trace("nowhere.csv"), "nowhere.csv")
        self.refuses_run(ROW, "nowhere.csv", sets=["/workload/trace/path=nowhere.csv"])

    def test_bad_lines(self):
        for line, expected in [("2023-11-16 18:15:47,12\n", "t.csv:3: the row has 2 columns instead of 3"),
                               ("soon,12,5\n", "t.csv:3: \"soon\" is not a date that is read"),
                               ("2023-11-16 18:15:47,many,5\n", "t.csv:3: ContextTokens is not a whole number: \"many\""),
                               ("2023-11-16 18:15:47,1.5,5\n", "t.csv:3: ContextTokens is not a whole number: \"1.5\""),
                               ("2023-11-16 18:15:47,-4,5\n", "t.csv:3: ContextTokens is negative: \"-4\""),
                               ("2023-11-16 18:15:47,4,99999999999999999999\n", "t.csv:3: GeneratedTokens is ")]:
            with self.subTest(line=line):
                self.refuses_trace(HEADER + GOOD + line, expected)

    def test_bad_line_far_into_the_trace(self):
        rows = [f"2023-11-16 18:{i // 60:02}:{i % 60:02},300,20\n" for i in range(600)]
        rows[500] = "2023-11-16 18:08:20,0,20\n"
        self.refuses_trace(HEADER + "".join(rows), "t.csv:502: ContextTokens is 0")

    def test_unsorted_timestamps(self):
        self.refuses_trace(HEADER + GOOD + "2023-11-16 18:15:40,4,5\n", "t.csv:3: the row is ", " s earlier than one before it",
                           "/workload/trace/late_s")

    def test_zero_tokens(self):
        self.refuses_trace(HEADER + "2023-11-16 18:15:45,0,5\n", "t.csv:2: ContextTokens is 0")
        self.refuses_trace(HEADER + "2023-11-16 18:15:45,7,0\n", "t.csv:2: GeneratedTokens is 0")

    def test_empty(self):
        self.refuses_trace("", "t.csv: the trace is empty")
        self.refuses_trace(HEADER, "t.csv: the trace has no rows")

    def test_wrong_header_and_unknown_format(self):
        self.refuses_trace("time,in,out\n" + GOOD, "t.csv: no column is the number of input tokens (ContextTokens, ",
                           "there are: time, in, out; say which is in /workload/trace/columns")
        self.refuses_trace("PK\x03\x04", "t.xlsx: is a zip archive or a spreadsheet", name="t.xlsx")

    def test_jsonl(self):
        self.refuses_trace('{"timestamp": 0, "input_length": 5}\n', "t.jsonl: no column is the number of output tokens", name="t.jsonl")
        self.refuses_trace('{"timestamp": 0, "input_length": 5, "output_length": 6}\n{"timestamp": 0, "input_length": 5}\n',
                           't.jsonl:2: the key "output_length" is missing', name="t.jsonl")
        self.refuses_trace('{"timestamp": 0, \n', "t.jsonl:1: the line is not valid JSON", name="t.jsonl")

    def test_broken_gzip(self):
        whole = gzip.compress((HEADER + GOOD * 1).encode())
        path = self.folder / "t.csv.gz"
        path.write_bytes(whole[:-12])
        self.refuses_run(with_trace(str(path)), "t.csv.gz")


class RequestThatNeverFits(ProgramTest):
    def test_is_rejected_and_counted(self):
        rows = GOOD + "2023-11-16 18:15:50,3000000,10\n" + "2023-11-16 18:15:55,300,10\n"
        scenario = with_trace(self.write("t.csv", HEADER + rows))
        summary = self.simulate(scenario, "--requests").summary
        self.assertEqual(summary["requests"]["arrived"], 3)
        self.assertEqual(summary["requests"]["rejected"], 1)
        self.assertEqual(summary["requests"]["completed"], 2)


class OutputDirectory(ProgramTest):
    def test_that_exists_is_refused(self):
        out = self.folder / "out"
        out.mkdir()
        self.refuses_run(small_scenario(), "--out", "exists already; choose another name or add --force")

    def test_of_something_else_is_not_replaced_by_force(self):
        out = self.folder / "out"
        out.mkdir()
        (out / "thesis.tex").write_text("years of work")
        self.refuses(["run", self.write("s.json", small_scenario()), "--out", out, "--force"],
                     "holds other things than an output of headroom, --force does not replace it")
        self.assertEqual((out / "thesis.tex").read_text(), "years of work")

    def test_that_is_a_file_is_not_replaced_by_force(self):
        (self.folder / "out").write_text("years of work")
        self.refuses(["run", self.write("s.json", small_scenario()), "--out", self.folder / "out", "--force"], "--out")
        self.assertEqual((self.folder / "out").read_text(), "years of work")

    def test_names_that_cannot_be_one(self):
        for name in [".", "..", "/", ""]:
            with self.subTest(name=name):
                self.refuses(["run", self.write("s.json", small_scenario()), "--out", name, "--force"], "--out")

    def test_below_a_file_cannot_be_made(self):
        (self.folder / "file").write_text("")
        self.refuses(["run", self.write("s.json", small_scenario()), "--out", self.folder / "file/out"], "--out")


class Check(ProgramTest):
    def test_reports_the_problems_of_all_scenarios(self):
        one = self.write("one.json", small_scenario(seed=-1))
        two = self.write("two.json", with_trace("nowhere.csv"))
        self.refuses(["check", one, ROW, two], "one.json: /seed: ", "nowhere.csv")

    def test_reads_a_trace_to_its_end(self):
        rows = [f"2023-11-16 18:{i // 60:02}:{i % 60:02},300,20\n" for i in range(3000)]
        path = self.write("t.csv", HEADER + "".join(rows) + "soon,300,20\n")
        self.refuses(["check", self.write("s.json", with_trace(path))], "t.csv:3002: \"soon\" is not a date that is read")

    def test_names_the_file_of_targets_and_classes_that_the_workload_lacks(self):
        file = self.write("s.json", small_scenario(slo={"hihg": {"ttft_s": 1}}))
        self.refuses(["check", file], "s.json: /slo/hihg: ", 'did you mean "high"?')
        scenario = with_trace(self.write("t.csv", HEADER + GOOD))
        scenario["workload"]["trace"]["classes"] = {"chat": {"high_priority_share": 1}}
        self.refuses(["check", self.write("s.json", scenario)], "s.json: /workload/trace/classes/chat: ")

    def test_says_that_a_scenario_is_fine(self):
        self.assertEqual(self.ok("check", ROW).stdout, ROW + ": fine\n")


if __name__ == "__main__":
    unittest.main()
