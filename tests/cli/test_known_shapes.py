"""What every study of LLM serving found, as `headroom predict` has to show it, whatever the coefficients are."""

import json
import unittest

from support import ProgramTest


class KnownShapes(ProgramTest):
    def rows(self, **options):
        arguments = [text for name, value in options.items() for text in ("--" + name.replace("_", "-"), str(value))]
        return json.loads(self.ok("predict", "--format", "json", *arguments).stdout)

    def test_prefill_throughput_peaks_near_2048_tokens_on_the_2023_stack(self):
        # Splitwise (ISCA 2024), figure 6.
        for hardware in ("dgx_a100", "dgx_h100"):
            for degree in (2, 8):
                rows = self.rows(hardware=hardware, model="llama2_70b", stack="vllm_2023", tensor_parallel=degree,
                                 prompt_tokens="256:16384:x2")
                rate = {row["prompt_tokens"]: row["prompt_tokens"] / row["prefill_s"] for row in rows}
                with self.subTest(hardware=hardware, degree=degree):
                    self.assertIn(max(rate, key=rate.get), (2048, 4096))
                    self.assertLess(rate[16384], 0.95 * rate[2048])

    def test_decode_of_64_takes_up_to_twice_as_long_as_of_one(self):
        # Splitwise, figure 6: a batch of 64 doubles the time between tokens at most.
        for hardware in ("dgx_a100", "dgx_h100"):
            one, many = self.rows(hardware=hardware, model="llama2_70b", stack="vllm_2023", tensor_parallel=8, batch="1,64",
                                  prompt_tokens=1024, output_tokens=512)
            with self.subTest(hardware=hardware):
                self.assertGreater(many["decode_step_s"], 1.5 * one["decode_step_s"])
                self.assertLess(many["decode_step_s"], 2.0 * one["decode_step_s"])

    def test_a_gpu_draws_more_as_parallelism_shrinks(self):
        for hardware in ("dgx_a100", "dgx_h100"):
            for stack in ("vllm_2023", "vllm_2025"):
                rows = self.rows(hardware=hardware, model="llama2_70b", stack=stack, tensor_parallel="2,4,8", batch=16)
                watts = [row["decode_gpu_w"] for row in rows]
                with self.subTest(hardware=hardware, stack=stack):
                    self.assertEqual(watts, sorted(watts, reverse=True))
                    self.assertGreater(watts[0], 1.2 * watts[-1])

    def test_small_models_on_many_gpus_wait_for_the_host(self):
        # TAPAS (ASPLOS 2025), figure 16: decode of 7B draws 102 W a GPU on eight A100s, of 13B 120 W.
        for name, layers, hidden, feed_forward, parameters, watts in (("llama2_7b", 32, 4096, 11008, 6738415616, 102),
                                                                      ("llama2_13b", 40, 5120, 13824, 13015864320, 120)):
            heads = hidden // 128
            model = self.write(f"{name}.json", {
                "name": name, "layers": layers, "hidden": hidden, "heads": heads, "kv_heads": heads, "head_dim": 128,
                "feed_forward": feed_forward, "vocabulary": 32000, "parameters": parameters})
            for row in self.rows(hardware="dgx_a100", model=model, stack="vllm_2023", tensor_parallel=8, batch="1,16,64"):
                with self.subTest(model=name, batch=row["batch"]):
                    self.assertAlmostEqual(row["decode_gpu_w"] / watts, 1, delta=0.15)

    def test_energy_against_clock_is_a_u(self):
        # H100: DynamoLLM (HPCA 2025), table 1; A100: BEAM's curves of Llama-3.3-70B have it at 1050 to 1110 MHz, and a step is 15.
        for hardware, low, high, top in (("dgx_h100", 1100, 1600, 1980), ("dgx_a100", 1050, 1125, 1410)):
            for model, degree in (("llama3_1_70b", 4), ("llama3_1_70b", 8), ("qwen3_32b", 2)):
                for batch in (32, 64, 128):
                    rows = self.rows(hardware=hardware, model=model, tensor_parallel=degree, batch=batch, prompt_tokens=512,
                                     output_tokens=256, clock_mhz=f"600:{top}:15")
                    energy = [row["steady_energy_per_output_token_j"] for row in rows]
                    best = energy.index(min(energy))
                    with self.subTest(hardware=hardware, model=model, degree=degree, batch=batch):
                        self.assertTrue(low <= rows[best]["clock_mhz"] <= high, rows[best]["clock_mhz"])
                        self.assertEqual(energy[:best + 1], sorted(energy[:best + 1], reverse=True))
                        self.assertEqual(energy[best:], sorted(energy[best:]))

    def test_a_cap_at_half_of_tdp_slows_prefill_and_hardly_decode(self):
        for hardware, cap in (("dgx_a100", 200), ("dgx_h100", 350)):
            for stack in ("vllm_2023", "vllm_2025"):
                options = dict(hardware=hardware, model="llama2_70b", stack=stack, tensor_parallel=8, batch=16)
                free, capped = self.rows(**options)[0], self.rows(**options, cap_w=cap)[0]
                with self.subTest(hardware=hardware, stack=stack):
                    self.assertLess(capped["decode_step_s"], 1.1 * free["decode_step_s"])
                    self.assertGreater(capped["prefill_s"], 1.3 * free["prefill_s"])

    def test_larger_batches_cost_less_energy_a_token(self):
        for hardware in ("dgx_a100", "dgx_h100"):
            rows = self.rows(hardware=hardware, model="llama3_1_70b", tensor_parallel=8, batch="1:256:x2", prompt_tokens=150,
                             output_tokens=400)
            energy = [row["steady_energy_per_output_token_j"] for row in rows]
            self.assertEqual(energy, sorted(energy, reverse=True))

    def test_operands_of_zeros_draw_less(self):
        # Gregersen, Patel and Choukse 2024. With random operands a batch of prompts draws what a GPU sustains.
        random, zeros = self.rows(hardware="dgx_a100", model="llama2_70b", tensor_parallel=2, batch=8,
                                  input_data="random_dense,zeros")
        self.assertAlmostEqual(random["prefill_gpu_w"], 0.985 * 400, delta=0.01)
        self.assertEqual(zeros["prefill_s"], random["prefill_s"])
        self.assertLess(zeros["prefill_gpu_w"], 0.9 * random["prefill_gpu_w"])


if __name__ == "__main__":
    unittest.main()
