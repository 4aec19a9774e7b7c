"""`headroom predict`: rows, formats, ranges, and what it refuses."""

import csv
import io
import itertools
import json
import os
import pty
import re
import subprocess
import unittest

from support import PROGRAM, ROOT, ProgramTest

INPUTS = ["hardware", "model", "stack", "tensor_parallel", "batch", "prompt_tokens", "output_tokens", "context_tokens",
          "clock_mhz", "input_data"]
RESULTS = ["prefill_s", "decode_step_s", "prefill_gpu_w", "decode_gpu_w", "peak_gpu_w", "prefill_clock_mhz",
           "decode_clock_mhz", "steady_itl_s", "steady_mean_itl_s", "steady_output_tokens_per_s", "steady_gpu_w",
           "steady_energy_per_output_token_j", "kv_capacity_tokens", "max_batch", "fits"]
WITH_INTERVALS = ["decode_step_s", "steady_itl_s", "steady_mean_itl_s", "steady_output_tokens_per_s", "prefill_s", "prefill_gpu_w",
                  "decode_gpu_w", "steady_gpu_w", "steady_energy_per_output_token_j"]
RESULTS += [key + end for key in WITH_INTERVALS for end in ("_low", "_high")] + ["interval_kind", "interval_measured"]
SPREADS = [f"open_ttft_{what}_s" for what in ("mean", "p50", "p90", "p99")] + [f"open_tbt_{what}_s" for what in ("mean", "p50", "p90", "p99")]
OPEN = (["open_saturated", "open_capacity_per_s", "open_busy_fraction"] + [f"open_batch_{what}" for what in ("mean", "p50", "p90", "p99")] +
        ["open_waiting_mean", *SPREADS, "open_e2e_mean_s", "open_gpu_w", "open_energy_per_output_token_j"])
OPEN_WITH_INTERVALS = [*SPREADS, "open_e2e_mean_s", "open_gpu_w", "open_energy_per_output_token_j"]
QWEN = ["--hardware", "dgx_h100", "--model", "qwen3_32b"]


class PredictTest(ProgramTest):
    def rows(self, *arguments, hardware="dgx_h100", model="qwen3_32b"):
        done = self.ok("predict", "--hardware", hardware, "--model", model, *arguments)
        return json.loads(done.stdout)

    def row(self, *arguments, **options):
        rows = self.rows(*arguments, **options)
        self.assertEqual(len(rows), 1)
        return rows[0]

    def says(self, arguments, *lines):
        """Refused, with these sentences (`...` stands for anything) on stderr and no others."""
        done = self.refuses(["predict", *arguments])
        self.assertEqual(done.stdout, "")
        said = done.stderr.splitlines()
        self.assertEqual(len(said), len(lines), done.stderr)
        for sentence, line in zip(said, lines):
            self.assertRegex(sentence, "^headroom: " + ".*".join(map(re.escape, line.split("..."))) + "$")


class Rows(PredictTest):
    def test_one_is_an_array_too(self):
        row = self.row("--stack", "vllm_2025", "--tensor-parallel", 2, "--batch", 64, "--prompt-tokens", 150,
                       "--output-tokens", 600)
        self.assertEqual(list(row), INPUTS + RESULTS)
        self.assertEqual([row[key] for key in INPUTS], ["dgx_h100", "qwen3_32b", "vllm_2025", 2, 64, 150, 600, 450, 1980, "random_dense"])
        self.assertGreater(row["prefill_s"], row["decode_step_s"])
        self.assertLessEqual(row["peak_gpu_w"], 700)
        self.assertAlmostEqual(row["peak_gpu_w"], max(row["prefill_gpu_w"], row["decode_gpu_w"]), delta=1e-3)
        self.assertEqual(row["max_batch"], row["kv_capacity_tokens"] // 750)
        self.assertGreaterEqual(row["steady_itl_s"], row["decode_step_s"])
        self.assertAlmostEqual(row["steady_energy_per_output_token_j"] * row["steady_output_tokens_per_s"],
                               2 * row["steady_gpu_w"], 6)

    def test_values_stand_in_their_intervals_which_widen_beyond_what_was_measured(self):
        near, far = self.rows("--tensor-parallel", 2, "--batch", "64,1500", "--prompt-tokens", 150, "--output-tokens", 600)
        for key in WITH_INTERVALS:
            self.assertLess(near[key + "_low"], near[key])
            self.assertGreaterEqual(near[key + "_high"], near[key])
        self.assertGreater(far["decode_step_s_high"] / far["decode_step_s"], near["decode_step_s_high"] / near["decode_step_s"])
        self.assertEqual([near["interval_measured"], far["interval_measured"]], [True, False])
        self.assertLessEqual(near["prefill_gpu_w_high"], 700)

    def test_kinds_that_were_measured_less_have_wider_intervals(self):
        width = {}
        for model in ("qwen3_32b", "gpt_oss_20b", "qwen3_235b_a22b_fp8"):
            row = self.row("--tensor-parallel", 4, "--batch", 16, model=model)
            width[row["interval_kind"]] = row["steady_energy_per_output_token_j_high"] / row["steady_energy_per_output_token_j_low"]
        self.assertEqual(list(width), ["dense", "mixture", "fp8"])
        self.assertLess(width["dense"], width["mixture"])

    def test_at_a_rate_requests_wait(self):
        seldom, often = self.rows("--tensor-parallel", 2, "--prompt-tokens", 1000, "--output-tokens", 200, "--rate", "0.001,2")
        self.assertEqual(list(often)[:len(INPUTS) + 2], [*INPUTS, "rate_per_s", "max_batch_sequences"])
        self.assertEqual(sorted(list(often)[len(INPUTS) + 2 + len(RESULTS):]),
                         sorted(OPEN + [key + end for key in OPEN_WITH_INTERVALS for end in ("_low", "_high")]))
        self.assertEqual([often["rate_per_s"], often["max_batch_sequences"], often["open_saturated"]], [2, 256, False])
        self.assertAlmostEqual(seldom["open_ttft_p50_s"], seldom["prefill_s"], delta=1e-3 * seldom["prefill_s"])
        for key in (*SPREADS, "open_batch_mean", "open_gpu_w", "open_busy_fraction"):
            self.assertLess(seldom[key], often[key] * 1.001)
        for key in OPEN_WITH_INTERVALS:
            self.assertLess(often[key + "_low"], often[key])
            self.assertGreaterEqual(often[key + "_high"], often[key])
        self.assertAlmostEqual(often["open_energy_per_output_token_j"], 2 * often["open_gpu_w"] / 400, 9)
        self.assertAlmostEqual(often["open_batch_mean"] + often["open_waiting_mean"], 2 * often["open_e2e_mean_s"], 6)

    def test_a_rate_beyond_the_capacity_has_no_steady_state(self):
        done = self.ok("predict", *QWEN, "--rate", 1e4)
        row, = json.loads(done.stdout)
        self.assertTrue(row["open_saturated"])
        self.assertEqual([key for key in row if key.startswith("open_")], ["open_saturated", "open_capacity_per_s"])
        self.assertRegex(done.stderr, r"^headroom: 1 of 1 rows have no steady state, the queue grows without end, first .*"
                                      r"a rate of 10000 requests/s, of a capacity of [\d.]+\n$")

    def test_fewer_admitted_carry_less(self):
        few, many = (self.row("--rate", 0.1, "--max-batch-sequences", most)["open_capacity_per_s"] for most in (4, 64))
        self.assertLess(few, many / 4)
        self.says([*QWEN, "--max-batch-sequences", "1,2"], "--max-batch-sequences: must be one number")

    def test_defaults(self):
        row = self.row()
        self.assertEqual([row[key] for key in INPUTS],
                         ["dgx_h100", "qwen3_32b", "vllm_2025", 8, 1, 1024, 256, 1152, 1980, "random_dense"])

    def test_every_combination_with_the_last_option_fastest(self):
        rows = self.rows("--tensor-parallel", "2:8:x2", "--batch", "1,8:32:8", "--clock-mhz", "800:1980:590")
        wanted = list(itertools.product([2, 4, 8], [1, 8, 16, 24, 32], [800, 1390, 1980]))
        self.assertEqual([(row["tensor_parallel"], row["batch"], row["clock_mhz"]) for row in rows], wanted)

    def test_lists_of_names(self):
        rows = self.rows("--stack", "vllm_2023,vllm_2025", hardware="dgx_a100,dgx_h100", model="llama2_70b,llama3_1_8b")
        self.assertEqual([(row["hardware"], row["model"], row["stack"]) for row in rows],
                         list(itertools.product(["dgx_a100", "dgx_h100"], ["llama2_70b", "llama3_1_8b"],
                                                ["vllm_2023", "vllm_2025"])))

    def test_real_numbers(self):
        low, mean, high = self.rows("--tensor-parallel", 2, "--batch", "63,63.86,64", "--prompt-tokens", 150.5)
        for key in ("decode_step_s", "steady_output_tokens_per_s", "steady_gpu_w"):
            self.assertLess(low[key], mean[key])
            self.assertLess(mean[key], high[key])

    def test_context(self):
        short, long = self.rows("--context-tokens", "100,10000")
        self.assertLess(short["decode_step_s"], long["decode_step_s"])
        self.assertEqual(short["prefill_s"], long["prefill_s"])

    def test_answers_of_one_token_have_no_time_between_tokens(self):
        row = self.row("--output-tokens", 1)
        self.assertNotIn("steady_itl_s", row)
        self.assertAlmostEqual(row["steady_output_tokens_per_s"], 1 / row["prefill_s"], 6)

    def test_lower_clocks_take_longer_and_less_power(self):
        slow, fast = self.rows("--clock-mhz", "1000,1980", "--batch", 32)
        self.assertGreater(slow["decode_step_s"], fast["decode_step_s"])
        self.assertLess(slow["steady_gpu_w"], fast["steady_gpu_w"])
        self.assertEqual(slow["decode_clock_mhz"], 1000)

    def test_a_cap_holds_each_step(self):
        row = self.row("--cap-w", 250, "--tensor-parallel", 2, "--batch", 32)
        self.assertEqual(row["cap_w"], 250)
        for key in ("prefill", "decode"):
            self.assertLessEqual(row[f"{key}_gpu_w"], 250)
            self.assertLess(row[f"{key}_clock_mhz"], 1980)
        without, high = self.row("--tensor-parallel", 2), self.row("--tensor-parallel", 2, "--cap-w", 9999)
        del high["cap_w"]
        self.assertEqual(high, without)

    def test_decodes_pause_where_the_stack_does_not_mix(self):
        together = self.row("--stack", "vllm_2025", "--batch", 64, "--output-tokens", 32)
        apart = self.row("--stack", "vllm_2023", "--batch", 64, "--output-tokens", 32)
        self.assertGreater(together["steady_itl_s"], together["decode_step_s"])
        self.assertGreater(apart["steady_itl_s"], apart["decode_step_s"])

    def test_overshoot_counts_in_the_peak(self):
        hardware = json.loads((ROOT / "configs/hardware/dgx_h100.json").read_text())
        hardware["gpu"]["tdp_w"] = 500
        hardware["gpu_power"]["sustained_fraction"] = 2
        hardware["limits"] = {"overshoot_ratio": 1.02, "overshoot_s": 0.1}
        options = ["--tensor-parallel", 2, "--batch", 64]
        row = self.row(*options, hardware=self.write("hot.json", hardware))
        self.assertAlmostEqual(row["peak_gpu_w"], 510)
        self.assertLessEqual(row["prefill_gpu_w"], 500)
        hardware["limits"]["overshoot_s"] = 0
        self.assertLessEqual(self.row(*options, hardware=self.write("hot.json", hardware))["peak_gpu_w"], 500)

    def test_a_cap_takes_its_time_so_that_the_peak_passes_it(self):
        free, capped = self.row("--tensor-parallel", 2, "--batch", 64), self.row("--tensor-parallel", 2, "--batch", 64, "--cap-w", 300)
        self.assertAlmostEqual(capped["peak_gpu_w"], free["peak_gpu_w"], delta=1e-3)
        self.assertLessEqual(max(capped["prefill_gpu_w"], capped["decode_gpu_w"]), 300)

    def test_files_by_path_and_folder(self):
        model = json.loads((ROOT / "configs/model/qwen3_32b.json").read_text()) | {"name": "mine"}
        row = self.row(model=self.write("mine.json", model))
        self.assertEqual(row["model"], "mine")
        (self.folder / "model").mkdir()
        self.write("model/mine.json", model)
        self.assertEqual(self.row("--config-dir", self.folder, model="mine"), row)

    def test_a_batch_that_does_not_fit_is_predicted_with_a_warning(self):
        done = self.ok("predict", *QWEN, "--tensor-parallel", 1, "--batch", "16,100,200")
        self.assertEqual(len(json.loads(done.stdout)), 3)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertIn("2 of 3 rows hold more than the KV cache does, first qwen3_32b on dgx_h100", done.stderr)
        self.assertEqual([row["fits"] for row in json.loads(done.stdout)], [True, False, False])

    def test_a_context_that_does_not_fit_is_predicted_with_a_warning(self):
        done = self.ok("predict", *QWEN, "--batch", 64, "--context-tokens", 1e6)
        self.assertIs(json.loads(done.stdout)[0]["fits"], False)
        self.assertIn("hold more than the KV cache does", done.stderr)

    def test_a_request_that_never_fits_is_refused(self):
        self.says([*QWEN, "--prompt-tokens", "1e7"], "--prompt-tokens for qwen3_32b on dgx_h100 with tensor parallelism 8: "
                  "the KV cache does not hold a request of 10000256 tokens")

    def test_a_cap_that_the_lowest_clock_breaks_is_said(self):
        done = self.ok("predict", *QWEN, "--cap-w", "50,300")
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertIn("1 of 2 rows do not keep their cap, first qwen3_32b on dgx_h100 with tensor parallelism 8: a cap of 50 W",
                      done.stderr)

    def test_operands_are_a_column_wherever_the_default_stands(self):
        for names in ("zeros,random_dense", "random_dense,zeros"):
            for form in ("csv", "table"):
                text = self.ok("predict", *QWEN, "--input-data", names, "--format", form).stdout
                for name in names.split(","):
                    self.assertIn(name, text)

    def test_operands_hardly_save_more_than_the_table_says(self):
        """Its 0.7 is of a product on one GPU; where GPUs wait for each other, operations are a larger share of the draw."""
        for degree in (1, 2, 8):
            random, zeros = self.rows("--tensor-parallel", degree, "--batch", 8, "--input-data", "random_dense,zeros")
            self.assertGreater(zeros["prefill_gpu_w"], (0.7 if degree == 1 else 0.66) * random["prefill_gpu_w"] - 1e-6)
            self.assertLess(zeros["prefill_gpu_w"], random["prefill_gpu_w"])

    def test_a_full_disk_is_a_failure(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "predict", *QWEN], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cannot write to the standard output", done.stderr)

    def test_impossible_combinations_are_skipped_with_a_warning(self):
        done = self.ok("predict", "--hardware", "dgx_h100", "--model", "llama2_70b", "--tensor-parallel", "1:4:1",
                       "--clock-mhz", "1000,1980")
        self.assertEqual([row["tensor_parallel"] for row in json.loads(done.stdout)], [2, 2, 4, 4])
        self.assertEqual(done.stderr.count("\n"), 1)
        for expected in ["skipped 4 of 8 combinations", "--tensor-parallel 1 for llama2_70b on dgx_h100: ",
                         "use tensor parallelism of at least 2", "--tensor-parallel 3 for"]:
            self.assertIn(expected, done.stderr)


    def test_requests_in_flight_are_longer_ones(self):
        even, scattered = (self.row("--prompt-tokens", 100, "--output-tokens", 400, "--output-cv", cv) for cv in (0, 1))
        self.assertEqual((even["context_tokens"], scattered["context_tokens"]), (300, 500))
        self.assertGreater(scattered["decode_step_s"], even["decode_step_s"])

    def test_long_prompts_pay_for_each_chunk(self):
        stack = json.loads((ROOT / "configs/stack/vllm_2025.json").read_text())
        whole = self.row("--prompt-tokens", 32768, "--stack", self.write("whole.json", stack | {"step_tokens": 1e6}))
        chunks = self.row("--prompt-tokens", 32768)
        self.assertGreater(chunks["prefill_s"], whole["prefill_s"] + 2 * chunks["decode_step_s"])


class Divided(PredictTest):
    """Instances with stages and groups."""

    def test_a_decode_passes_all_stages(self):
        alone = self.row("--tensor-parallel", 4)
        staged = self.row("--tensor-parallel", 4, "--pipeline-stages", 2, "--hand-over-ms", 0.25)
        self.assertAlmostEqual(staged["decode_step_s"], alone["decode_step_s"] + 0.0005, delta=1e-12)
        self.assertGreater(staged["kv_capacity_tokens"], 2 * alone["kv_capacity_tokens"])
        self.assertAlmostEqual(staged["steady_energy_per_output_token_j"],
                               8 * staged["steady_gpu_w"] / staged["steady_output_tokens_per_s"], delta=1e-9)
        self.assertEqual((staged["pipeline_stages"], staged["kv_groups"], staged["interval_measured"]), (2, 1, False))
        self.assertNotIn("pipeline_stages", alone)

    def test_groups_share_the_attention_of_a_long_context(self):
        words = ["--tensor-parallel", 8, "--batch", 1, "--prompt-tokens", 500000]
        alone = self.row(*words, model="llama3_1_8b")
        both = self.row(*words, "--kv-groups", 2, "--kv-merge-ms", 0, model="llama3_1_8b")
        self.assertLess(both["decode_step_s"], alone["decode_step_s"])
        self.assertGreater(both["decode_step_s"], 0.5 * alone["decode_step_s"])
        self.assertAlmostEqual(both["kv_capacity_tokens"], 2 * alone["kv_capacity_tokens"], delta=1)

    def test_at_a_rate(self):
        words = ["--tensor-parallel", 4, "--rate", 1]
        staged = self.row(*words, "--pipeline-stages", 2)
        self.assertGreater(staged["open_capacity_per_s"], self.row(*words)["open_capacity_per_s"])
        self.assertAlmostEqual(staged["open_energy_per_output_token_j"], 8 * staged["open_gpu_w"] / 256, delta=1e-9)

    def test_refusals(self):
        self.says([*QWEN, "--tensor-parallel", 2, "--pipeline-stages", 3],
                  "--tensor-parallel 2 for qwen3_32b on dgx_h100: goes with 3 pipeline stages, which must divide the 64 layers of the model")
        self.says([*QWEN, "--tensor-parallel", 8, "--kv-groups", "1,2"], "--kv-groups: must be one number")
        self.says([*QWEN, "--tensor-parallel", 8, "--kv-groups", 1.5], "--kv-groups: must be a whole number, not 1.5")


class Models(PredictTest):
    """Model files of one's own, on one H100."""

    DENSE = {"name": "dense", "layers": 32, "hidden": 4096, "heads": 32, "kv_heads": 4, "head_dim": 128, "feed_forward": 32768,
             "vocabulary": 32000}
    SPARSE = DENSE | {"name": "sparse", "experts": {"experts": 16, "experts_per_token": 2, "feed_forward": 2048}}
    OPTIONS = ["--tensor-parallel", 1, "--prompt-tokens", 1024, "--context-tokens", 1024]

    @staticmethod
    def parameters(model):
        """In total, from the dimensions; those of a router are too few to matter."""
        experts = model.get("experts", {"experts": 1, "feed_forward": model["feed_forward"]})
        attention = 2 * model["head_dim"] * (model["heads"] + model["kv_heads"])
        return model["hidden"] * (2 * model["vocabulary"] + model["layers"] * (
            attention + 3 * experts["experts"] * experts["feed_forward"]))

    def predicted(self, model, *options):
        file = self.write("own.json", model | {"parameters": self.parameters(model)})
        return self.rows(*self.OPTIONS, *options, model=file)

    def test_a_token_of_a_mixture_of_experts_reads_a_few_of_them_and_a_large_batch_all(self):
        self.assertEqual(self.parameters(self.SPARSE), self.parameters(self.DENSE))
        dense, sparse = (self.predicted(model, "--batch", "1,32") for model in (self.DENSE, self.SPARSE))
        self.assertLess(sparse[0]["decode_step_s"], 0.6 * dense[0]["decode_step_s"])
        growth = [rows[1]["decode_step_s"] - rows[0]["decode_step_s"] for rows in (dense, sparse)]
        self.assertGreater(growth[1], growth[0] + 0.2 * dense[0]["decode_step_s"])  # the experts that the first did not read
        self.assertLess(sparse[1]["prefill_s"], 0.5 * dense[1]["prefill_s"])  # it computes 2 of 16
        # Yet it holds them all, and its kernels keep more beside them.
        self.assertTrue(0.95 < sparse[0]["kv_capacity_tokens"] / dense[0]["kv_capacity_tokens"] < 1)

    def test_fp8_weights_take_half_of_the_weight_time_and_quantise_activations(self):
        stack = json.loads((ROOT / "configs/stack/vllm_2025.json").read_text())
        coefficients = stack["gpus"]["h100_sxm5_80gb"]
        zero = {key: 0 for key in coefficients if key.endswith("_ms")} | {"quantised": {"fp8": {"compute_ratio": 1.5}}}
        bare = self.write("bare.json", stack | {"gpus": {"default": coefficients | zero}})
        precisions = self.DENSE, self.DENSE | {"weight_bytes": 1, "embedding_bytes": 1, "precision": "fp8"}
        shipped = [self.predicted(model)[0] for model in precisions]
        weights = [self.predicted(model, "--stack", bare)[0] for model in precisions]
        # Without overheads only the context's KV cache, below 1 % of the weights here, takes as long as before.
        self.assertAlmostEqual(weights[1]["decode_step_s"] / weights[0]["decode_step_s"], 0.5, delta=0.01)
        saved = [fp16["decode_step_s"] - fp8["decode_step_s"] for fp16, fp8 in (weights, shipped)]
        self.assertLess(saved[1], saved[0])
        self.assertLess(shipped[1]["prefill_s"], shipped[0]["prefill_s"])
        self.assertGreater(shipped[1]["kv_capacity_tokens"], shipped[0]["kv_capacity_tokens"])

    def test_smaller_weights_alone_are_streamed_faster_and_computed_as_before(self):
        full, packed = (self.predicted(model)[0] for model in (self.DENSE, self.DENSE | {"weight_bytes": 1}))
        self.assertLess(packed["decode_step_s"], full["decode_step_s"])
        saved = {step: full[step] - packed[step] for step in ("prefill_s", "decode_step_s")}
        self.assertTrue(0 < saved["prefill_s"] <= saved["decode_step_s"], saved)


class Formats(PredictTest):
    def test_csv_has_the_keys_and_numbers_of_json(self):
        options = ["--batch", "1:64:x4", "--cap-w", "300", "--output-tokens", "1,100"]
        rows = self.rows(*options)
        text = self.ok("predict", *QWEN, *options, "--format", "csv").stdout
        read = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(list(read[0]), INPUTS + ["cap_w"] + RESULTS)
        self.assertEqual(len(read), len(rows))
        for line, row in zip(read, rows):
            for key, value in line.items():
                if key not in row:
                    self.assertIn((re.sub("_(low|high)$", "", key), value), [("steady_itl_s", ""), ("steady_mean_itl_s", "")])
                elif isinstance(row[key], bool):
                    self.assertEqual(value, str(row[key]).lower())
                elif isinstance(row[key], str):
                    self.assertEqual(value, row[key])
                else:
                    self.assertEqual(float(value), row[key])

    def test_csv_quotes_names(self):
        model = json.loads((ROOT / "configs/model/qwen3_32b.json").read_text()) | {"name": 'a "b", c'}
        text = self.ok("predict", "--hardware", "dgx_h100", "--model", self.write("m.json", model), "--format", "csv").stdout
        self.assertEqual(next(csv.DictReader(io.StringIO(text)))["model"], 'a "b", c')

    def test_table_has_a_line_for_each_row(self):
        lines = self.ok("predict", *QWEN, "--batch", "1,8,64", "--format", "table").stdout.splitlines()
        self.assertIn("hardware dgx_h100, model qwen3_32b", lines[0])
        self.assertIn("tensor_parallel 8", lines[0])
        self.assertEqual([line.split()[0] for line in lines[4:]], ["1", "8", "64"])
        self.assertIn("ITL", lines[2])
        self.assertEqual(len({len(line) for line in lines[2:]}), 1)

    def test_a_terminal_gets_a_table(self):
        reader, terminal = pty.openpty()
        done = subprocess.run([PROGRAM, "predict", *QWEN], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=terminal)
        os.close(terminal)
        text = os.read(reader, 65536).decode()
        os.close(reader)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(text.startswith("hardware dgx_h100, model qwen3_32b"))


class Refused(PredictTest):
    def test_all_problems_at_once(self):
        self.says(["--hardware", "dgx_h10", "--model", "qwen_32b", "--stack", "vllm_205", "--batch", "1:4",
                   "--prompt-tokens", "5:1:1", "--output-tokens", "nan", "--cap-w", "1:9:0"],
                  '--hardware: no hardware is called "dgx_h10" (there are: ...); did you mean "dgx_h100"?',
                  '--model: no model is called "qwen_32b" (there are: ...); did you mean "qwen3_32b"?',
                  '--stack: no stack is called "vllm_205" (there are: ...); did you mean "vllm_2025"?',
                  '--batch: "1:4" is not a range, which reads from:to:step or from:to:xfactor',
                  '--prompt-tokens: "5:1:1" begins above its end',
                  '--output-tokens: "nan" is not a number',
                  '--cap-w: "1:9:0" has a step that is not above 0')

    def test_values(self):
        for option, value, expected in [("--batch", 0, "must be at least 1 and at most 65536, not 0"),
                                        ("--batch", -4, "must be at least 1 and at most 65536, not -4"),
                                        ("--output-tokens", 1.5, "must be 1 or at least 2, not 1.5"),
                                        ("--output-tokens", "1,0.5", "must be at least 1 and at most 10000000, not 0.5"),
                                        ("--tensor-parallel", 2.5, "must be a whole number, not 2.5"),
                                        ("--tensor-parallel", 0, "must be at least 1 and at most 1024, not 0"),
                                        ("--clock-mhz", 0, "must be at least 1 and at most 10000, not 0"),
                                        ("--cap-w", 0, "must be at least 1 and at most 100000, not 0"),
                                        ("--prompt-tokens", "ten", '"ten" is not a number')]:
            with self.subTest(option=option, value=value):
                self.says([*QWEN, option, value], f"{option}: {expected}")

    def test_too_many_rows(self):
        self.says([*QWEN, "--batch", "1:1000:1", "--prompt-tokens", "1:1000:1"],
                  "predict: the options make more than 100,000 combinations")
        self.says([*QWEN, "--batch", "1:2:1e-9"], '--batch: has more than 100,000 numbers in "1:2:1e-9"')

    def test_placements(self):
        self.says(["--hardware", "dgx_h100", "--model", "llama2_70b", "--tensor-parallel", 1],
                  "--tensor-parallel 1 for llama2_70b on dgx_h100: llama2_70b needs 128.5 GiB for weights on each GPU, of "
                  "which ... GiB are usable; use tensor parallelism of at least 2")
        self.says([*QWEN, "--tensor-parallel", 16],
                  "--tensor-parallel 16 for qwen3_32b on dgx_h100: must divide the 8 GPUs of a server")
        model = json.loads((ROOT / "configs/model/llama3_1_8b.json").read_text()) | {"kv_heads": 6, "parameters": 7.9e9}
        self.says(["--hardware", "dgx_h100", "--model", self.write("odd.json", model), "--tensor-parallel", 4],
                  "--tensor-parallel 4 for llama3_1_8b on dgx_h100: must divide the 6 KV heads of the model, or be a "
                  "multiple of them")

    def test_clocks(self):
        for clock in (200, 2000):
            self.says([*QWEN, "--clock-mhz", clock], f"--clock-mhz {clock} on dgx_h100: must be at least 210 and at most 1980")

    def test_draws_that_no_limit_holds(self):
        server = json.loads((ROOT / "configs/hardware/dgx_a100.json").read_text())
        server["gpu"]["fp16_flops_per_s"] = 1e21
        server["gpu_power"]["sustained_fraction"] = 10
        self.says(["--hardware", self.write("fast.json", server), "--model", "llama2_70b", "--stack", "vllm_2023", "--prompt-tokens", 8192],
                  "--hardware dgx_a100 with llama2_70b: a step with ... prompt tokens would draw ... W at the lowest clock, more than the TDP: no limit could hold it")

    def test_a_stack_without_the_gpu(self):
        stack = json.loads((ROOT / "configs/stack/vllm_2025.json").read_text())
        stack["gpus"] = {"tpu": {}}
        self.says([*QWEN, "--stack", self.write("mine.json", stack)],
                  'stack vllm_2025: has no coefficients for GPU "h100_sxm5_80gb" and no "default"')

    def test_a_gpu_on_which_nothing_was_measured(self):
        server = json.loads((ROOT / "configs/hardware/dgx_h100.json").read_text())
        server["gpu"]["name"] = "b200_sxm6_180gb"
        own = ["--hardware", self.write("b200.json", server), "--model", "qwen3_32b", "--format", "json"]
        self.says(own, 'stack vllm_2025: no step was measured on GPU "b200_sxm6_180gb"; headroom predict '
                       "--from-data-sheet goes by its data sheet")
        done = self.ok("predict", *own, "--from-data-sheet")
        self.assertIn("no step was measured on b200_sxm6_180gb", done.stderr)
        self.assertEqual(len(json.loads(done.stdout)), 1)

    def test_files(self):
        self.says(["--hardware", "dgx_h100", "--model", "no.json"], "--model: there is no file no.json")
        self.says(["--hardware", "/dev/zero", "--model", "qwen3_32b"], "--hardware: cannot read /dev/zero: it is a pipe or a device, not a file")
        model = json.loads((ROOT / "configs/model/qwen3_32b.json").read_text())
        file = self.write("m.json", model | {"layers": 6})
        done = self.refuses(["predict", "--hardware", "dgx_h100", "--model", file], "m.json: /parameters: differs by more than 5 %")
        self.assertEqual(done.stderr.count("\n"), 1)
        file = self.write("m.json", model | {"layrs": 64})
        self.refuses(["predict", "--hardware", "dgx_h100", "--model", file], 'm.json: /layrs: unknown key; did you mean "layers"?')

    def test_format(self):
        self.refuses(["predict", *QWEN, "--format", "xml"], "--format")
        self.refuses(["predict", "--model", "qwen3_32b"], "--hardware is required")


if __name__ == "__main__":
    unittest.main()
