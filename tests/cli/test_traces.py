"""Request traces in the layouts and dialects that users have: read right, or refused."""

import gzip
import json
import unittest

from support import ROOT, ProgramTest

CASES = ROOT / "tests/cases"
HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n"


class TraceTest(ProgramTest):
    def facts(self, trace, *options):
        """What `trace describe` prints, by the first word of a line, and what it warns of."""
        done = self.ok("trace", "describe", trace, *options)
        lines = [line.split(None, 1) for line in done.stdout.splitlines()]
        return {line[0]: line[1] for line in reversed(lines)}, done.stderr

    def holds(self, facts, requests, duration_s):
        self.assertEqual(facts["requests"], str(requests))
        self.assertEqual(facts["duration"], f"{duration_s:.1f} s")

    def refuses_trace(self, content, *expected, name="t.csv", options=()):
        self.refuses(["trace", "describe", self.write(name, content), *options], *expected)


class Types(TraceTest):
    ROWS = HEADER + "".join(f"2024-05-10 00:00:0{i},{length},{length}\n" for i, length in enumerate((1, 2, 3, 4)))

    def test_mix_by_length(self):
        trace = self.write("t.csv", self.ROWS)
        facts, _ = self.facts(trace, "--types-input", "2", "--types-output", "2,4")
        self.assertEqual(facts["types"], "input: parts from 1, 2 tokens; output: parts from 1, 2, 4 tokens")
        self.assertEqual(facts["mix"], "SS 25.0 %, LM 50.0 %, LL 25.0 %")
        by_set, _ = self.facts(trace, "--set", '/workload/trace/types={"input": {"parts": 2}}')
        self.assertEqual(by_set["mix"], "S 25.0 %, L 75.0 %")

    def test_refusals(self):
        self.refuses_trace(self.ROWS, "--types-input", "must rise", options=["--types-input", "256,256"])
        self.refuses_trace(self.ROWS, "--types-input: takes a number", options=["--types-input", "a,b"])
        self.refuses_trace(self.ROWS, "thresholds or parts", options=["--set", "/workload/trace/types/input={}"])
        typed = self.ROWS.replace("Tokens\n", "Tokens,Class\n").replace(",1\n", ",1,chat\n")
        self.refuses_trace("".join(line + "\n" for line in typed.splitlines()[:2]), "column of its own",
                           options=["--types-input", "3"])

    def test_load_of_copies(self):
        trace = self.write("t.csv", HEADER + "2024-05-10 00:00:00,100,1\n2024-05-10 00:20:00,100,1\n")
        copies = ("--set", "/workload/trace/copies=4", "--set", "/workload/trace/copies_start")
        self.assertTrue(self.facts(trace, *copies[:3], copies[3] + "=shifted")[0]["load"].startswith("peak over mean 4."))
        self.assertTrue(self.facts(trace, *copies[:3], copies[3] + "=spread")[0]["load"].startswith("peak over mean 1."))


class Cases(TraceTest):
    def test_burstgpt_columns_and_failed_rows(self):
        case = CASES / "burstgpt_columns_and_failed_rows"
        facts, said = self.facts(case / "trace.csv")
        self.holds(facts, 5, 116)
        self.assertIn("1 row of 6 skipped", said)
        self.assertIn("class = Log Type", facts["columns"])
        self.holds(self.facts(case / "trace_with_sessions.csv")[0], 2, 111)
        by_model = self.ok("trace", "describe", case / "trace.csv", "--set", "/workload/trace/columns/class=Model").stdout
        self.assertIn("GPT-4_high", by_model)
        summary = self.simulate(str(case / "scenario.json"), "--requests").summary
        self.assertEqual(summary["requests"]["arrived"], 5)
        self.assertIn("skipped", json.dumps(summary["warnings"]))
        self.refuses(["trace", "describe", case / "trace.csv", "--set", "/workload/trace/failed_rows=refuse"],
                     "trace.csv:3: Response tokens is 0")
        self.refuses(["run", case / "scenario.json", "--out", self.folder / "strict", "--strict"], "skipped")

    def test_busiest_minute_of_a_short_trace(self):
        facts, _ = self.facts(CASES / "busiest_minute_of_a_short_trace/trace.csv")
        self.assertEqual(facts["rate"], "10 /s mean, - in the busiest 60 s (the trace is shorter)")
        one, _ = self.facts(self.write("one.csv", HEADER + "2024-05-10 00:00:00,1,1\n"))
        self.assertEqual(one["rate"], "- (all requests arrive at once)")

    def test_csv_dialects(self):
        files = sorted((CASES / "csv_dialects").glob("requests_*.csv"))
        self.assertEqual(len(files), 9)
        for file in files:
            with self.subTest(file=file.name):
                facts, said = self.facts(file)
                self.holds(facts, 2, 1)
                self.assertIn("mean 100.0", facts["input"])
                self.assertEqual("not used" in said, "extra" in file.name or "index" in file.name)
        self.refuses_trace(HEADER + "2024-05-10 00:00:00,100.5,10\n", "t.csv:2: ContextTokens is not a whole number")

    def test_jsonl_timestamps_in_seconds(self):
        case = CASES / "jsonl_timestamps_in_seconds"
        facts, _ = self.facts(case / "trace.jsonl")
        self.holds(facts, 61, 60)
        self.assertTrue(facts["rate"].startswith("1 /s mean"))
        self.assertEqual(facts["times"], "numbers in s")
        requests = self.simulate(str(case / "scenario.json"), "--requests").requests()
        self.assertAlmostEqual(sum(float(row["ttft_s"]) for row in requests) / 61, 0.0150, delta=1e-4)

    def test_prefix_reuse_ignored(self):
        case = CASES / "prefix_reuse_ignored"
        facts, said = self.facts(case / "trace.jsonl")
        self.assertTrue(facts["prefixes"].startswith("0.891 of the prompt tokens"))
        self.assertIn("0.891", said)
        self.assertIn("0.891", self.ok("check", case / "scenario.json").stderr)
        self.assertIn("0.891", json.dumps(self.simulate(str(case / "scenario.json")).summary["warnings"]))

    def test_rows_out_of_order_by_jitter(self):
        case = CASES / "rows_out_of_order_by_jitter"
        written = []
        for name in ["trace.csv", "trace.jsonl", "sorted.csv"]:
            out = self.folder / f"{name}.csv"
            done = self.ok("trace", "convert", case / name, "--out", out)
            self.assertEqual("1 row put in order, up to 0.001 s late" in done.stderr, name != "sorted.csv")
            written.append(out.read_text())
        self.assertEqual(len(set(written)), 1)
        self.refuses(["trace", "describe", case / "trace.csv", "--set", "/workload/trace/late_s=0"],
                     "trace.csv:4: the row is 0.001 s earlier than one before it, more than the 0 s of /workload/trace/late_s")

    def test_trace_in_several_files(self):
        case = CASES / "trace_in_several_files"
        self.holds(self.facts(case / "parts")[0], 4, 3)
        parts = sorted((case / "parts").iterdir())
        done = self.ok("trace", "describe", *reversed(parts))
        self.assertIn("requests       4", done.stdout)
        facts, _ = self.facts(case / "part-0.csv.zst")
        self.holds(facts, 2, 1)
        self.assertIn("zstd", facts["trace"])

    def test_window_of_a_long_trace(self):
        case = CASES / "window_of_a_long_trace"
        facts, _ = self.facts(case / "trace.csv")
        self.assertIn("busiest        3600 s: from_s 3600, until_s 7200, 100 requests",
                      self.ok("trace", "describe", case / "trace.csv").stdout)
        self.holds(facts, 120, 10440)
        self.holds(self.facts(case / "trace.csv", "--from-s", "3600", "--until-s", "7200")[0], 100, 3564)
        output = self.simulate(str(case / "scenario.json"), "--requests", "--set", "/workload/trace/from_s=3600", "--set",
                               "/workload/trace/until_s=7200")
        arrivals = [float(row["arrival_s"]) for row in output.requests()]
        self.assertEqual((len(arrivals), arrivals[0], arrivals[-1]), (100, 0.0, 3564.0))
        for window, expected in [(("--from-s", "-1"), "--from-s: /workload/trace/from_s: "), (("--from-s", "soon"), "--from-s: /workload/trace/from_s: "),
                                 (("--from-s", "7", "--until-s", "7"), "until_s"), (("--from-s", "99999"), "no rows")]:
            self.refuses(["trace", "describe", case / "trace.csv", *window], expected)


class NotReplayed(TraceTest):
    ROWS = "time_s,input_tokens,output_tokens\n" + "".join(f"{i},100,10\n" for i in range(101))

    def test_what_is_left_out_of_a_folder_is_named(self):
        (self.folder / "trace" / "2024").mkdir(parents=True)
        self.write("trace/a.csv", self.ROWS)
        self.write("trace/b.csv.bak", self.ROWS)
        facts, said = self.facts(self.folder / "trace")
        self.holds(facts, 101, 100)
        self.assertIn("left out of the folder: 2024/, b.csv.bak", said)

    def test_a_window_that_goes_on_after_the_last_row(self):
        file = self.write("t.csv", self.ROWS)
        self.assertIn("until_s: t.csv: the last row is 100 s after the start of a window of 400 s: rows fill 25 % of it",
                      self.facts(file, "--until-s", "400")[1])
        self.assertEqual(self.facts(file, "--until-s", "101")[1], "")
        self.assertEqual(self.facts(file, "--until-s", "50")[1], "")

    def test_a_run_that_outlasts_its_trace(self):
        scenario = json.loads((CASES / "window_of_a_long_trace/scenario.json").read_text())
        scenario["workload"]["trace"]["path"] = self.write("t.csv", self.ROWS)
        scenario["duration_s"] = 1000
        file = self.write("scenario.json", scenario)
        what = "/duration_s: no request arrives after 100 s, the end of t.csv, in a run of 1000 s"
        self.assertIn(what, self.ok("check", file).stderr)
        self.assertIn(what, self.ok("run", file, "--out", self.folder / "long").stderr)
        self.assertNotIn("no request arrives", self.ok("check", file, "--set", "/duration_s=110").stderr)
        self.assertNotIn("no request arrives", self.ok("run", file, "--out", self.folder / "short", "--set", "/duration_s=50").stderr)


class Zones(TraceTest):
    def test_of_some_dates_alone(self):
        self.refuses_trace("time,input_tokens,output_tokens\n2024-03-31T02:30:00+01:00,9,9\n2024-03-31T02:30:01,9,9\n",
                           "t.csv:3: no zone stands behind this date")
        first = self.write("a.csv", "time,input_tokens,output_tokens\n2024-03-31T02:30:00+01:00,9,9\n")
        second = self.write("b.csv", "time,input_tokens,output_tokens\n2024-03-31T02:30:01,9,9\n")
        self.refuses(["trace", "describe", first, second], "b.csv:2: zones stand behind the dates of some files")


class Layouts(TraceTest):
    def test_that_are_known(self):
        for layout, content in {
            "Vidur": "arrived_at,num_prefill_tokens,num_decode_tokens\n0.0,900,12\n0.75,41,300\n",
            "SplitwiseSim": "request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,token_size\n"
                            "0,2,0,0.41,1,220,64\n1,2,0,1.16,1,220,64\n",
            "results of vLLM or SGLang": '{"request_rate": Infinity, "duration": 3.1, "input_lens": [64, 80, 9],\n'
                                         ' "output_lens": [3, 0, 7], "itls": [[0.02], [], [1]], "start_times": '
                                         '[1000.10, 1000.61, 1000.85], "errors": ["", "Unavailable", ""]}',
            "results of AIPerf": "".join(json.dumps({
                "metadata": {"request_start_ns": 1738570000500000000 + i * 750000000}, "error": None,
                "metrics": {key: {"value": 3, "unit": "tokens"} for key in ["input_sequence_length", "output_sequence_length"]}
            }) + "\n" for i in range(2)),
            "columns by name": '{"input_tokens": 512, "output_tokens": 80, "arrival_time_us": 5}\n'
                               '{"input_tokens": 512, "output_tokens": 80, "arrival_time_us": 750005}\n',
        }.items():
            with self.subTest(layout=layout):
                facts, _ = self.facts(self.write("t", content))
                self.assertIn(layout, facts["trace"])
                self.assertEqual(facts["requests"], "2")
                self.assertEqual(facts["gaps"].split(",")[0], "mean 0.75 s")

    def test_without_times_need_a_rate(self):
        content = '{"input_tokens": 512, "output_tokens": 80}\n' * 50
        self.refuses_trace(content, "t.jsonl: has lengths only", "/workload/trace/rate_per_s", name="t.jsonl")
        rate = ("--set", "/workload/trace/rate_per_s=2")
        self.assertIn("none: arrivals come from a rate", self.facts(self.folder / "t.jsonl", *rate)[0]["times"])
        even, _ = self.facts(self.folder / "t.jsonl", *rate, "--set", "/workload/trace/arrivals=even")
        self.holds(even, 50, 24.5)
        self.refuses_trace(HEADER + "2024-05-10 00:00:00,1,1\n", "has times of arrival", options=rate)

    def test_that_are_no_requests_are_named(self):
        for content, expected in [
            ("0,0.25,1.8,Gamma,0.31,12.9\n", "ServeGen's rates"),
            ("0.5,12,3\n", "has no header"),
            ('[{"id": "x", "conversations": [{"from": "human", "value": "Hi"}]}]', "has text only: count tokens"),
            ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a pointer of Git LFS"),
            ("time,in,out\n0,1,1\n", "there are: time, in, out"),
            ("TIMESTAMP,input_tokens,ContextTokens,GeneratedTokens\n0,1,1,1\n", "two columns may be the number of input"),
        ]:
            with self.subTest(expected=expected):
                self.refuses_trace(content, expected)

    def test_unknown_units_are_asked_for(self):
        content = HEADER + "0,1,1\n1500,1,1\n"
        self.refuses_trace(content, "t.csv:2: the file does not say what TIMESTAMP counts", "/workload/trace/time_unit")
        self.holds(self.facts(self.folder / "t.csv", "--set", "/workload/trace/time_unit=ms")[0], 2, 1.5)
        mooncake = '{"timestamp": %s, "input_length": 600, "output_length": 3, "hash_ids": [%s]}\n'
        self.refuses_trace(mooncake % (1.5, "1, 2"), "it may count seconds", name="t.jsonl")
        self.refuses_trace(mooncake % (1, "1"), "hash_ids are not one for each 512 tokens", name="t.jsonl")
        _, said = self.facts(self.write("t.jsonl", mooncake % (0, "1, 2") + mooncake % (60, "3, 4")))
        self.assertIn("all rows lie within 0.06 s", said)

    def test_columns_and_failed_rows_by_setting(self):
        content = "when;in;out;kind\n2024-05-10 00:00:00;7;3;a\n2024-05-10 00:00:02;7;0;a\n2024-05-10 00:00:04;7;3;b\n"
        sets = [word for key, name in [("time", "when"), ("input_tokens", "in"), ("output_tokens", "out"), ("class", "kind")]
                for word in ("--set", f"/workload/trace/columns/{key}={name}")]
        path = self.write("t.csv", content)
        self.refuses(["trace", "describe", path, *sets], "t.csv:3: out is 0", "failed_rows")
        facts, said = self.facts(path, *sets, "--set", "/workload/trace/failed_rows=skip")
        self.holds(facts, 2, 4)
        self.assertIn("1 row of 3 skipped", said)


class Convert(TraceTest):
    def test_freezes_the_guess_and_replaces_nothing(self):
        case = CASES / "burstgpt_columns_and_failed_rows/trace.csv"
        out = self.folder / "out.csv"
        self.ok("trace", "convert", case, "--out", out)
        facts, said = self.facts(out)
        self.holds(facts, 5, 116)
        self.assertEqual(said, "")
        self.assertTrue(out.read_text().startswith("TIMESTAMP,ContextTokens,GeneratedTokens,Class\n"))
        self.refuses(["trace", "convert", case, "--out", out], "out.csv: exists already; choose another name or add --force to replace it")
        self.ok("trace", "convert", case, "--out", out, "--force")
        self.refuses(["trace", "convert", case, "--out", self.folder / "other.csv", "--strict"], "skipped")


class Bytes(TraceTest):
    def test_what_is_no_whole_file_is_refused(self):
        packed = gzip.compress((HEADER + "2024-05-10 00:00:00,1,1\n").encode())
        path = self.folder / "t.csv.gz"
        path.write_bytes(packed + b"garbage")
        self.refuses(["trace", "describe", path], "t.csv.gz: goes on behind its gzip data")
        self.refuses(["trace", "describe", "/dev/null"], "it is a pipe or a device, not a file")
        (self.folder / "empty").mkdir()
        self.refuses(["trace", "describe", self.folder / "empty"], "the folder has no files")


if __name__ == "__main__":
    unittest.main()
