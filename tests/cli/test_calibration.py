"""scripts/calibration/model.py, the formulas by which coefficients are fitted, says what `headroom predict` says."""

import functools
import json
import sys
import unittest

from support import ROOT, ProgramTest

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from calibration import model  # noqa: E402
except ImportError as missing:
    model, REASON = None, f"scripts/calibration/model.py cannot be imported: {missing}"
else:
    REASON = ""

PROMPT = 600  # tokens, of which the newest stack takes 13 prompts in a step
CONTEXT = 900
EXACT = 1e-9  # relative, where both compute the same formula once
SEARCHED = 1e-6  # of a clock where a limit holds the step: the program's search ends there


def config(kind, name):
    return json.loads((ROOT / "configs" / kind / f"{name}.json").read_text())


@unittest.skipIf(model is None, REASON)
class FittedFormulas(ProgramTest):
    def agree(self, hardware, name, stack, degree, batch, *, clock=1.0, cap=None):
        """Both steps of a batch on `degree` GPUs, at a share of the highest clock. Returns which of them a limit slows."""
        gpu, power = config("hardware", hardware)["gpu"], config("hardware", hardware)["gpu_power"]
        coefficients, arch = config("stack", stack)["gpus"][gpu["name"]], model.architecture(name)
        mhz = clock * gpu["max_clock_mhz"]
        options = {"hardware": hardware, "model": name, "stack": stack, "tensor-parallel": degree, "batch": batch,
                   "prompt-tokens": PROMPT, "context-tokens": CONTEXT, "clock-mhz": mhz} | ({"cap-w": cap} if cap else {})
        done = self.ok("predict", *(word for key, value in options.items() for word in (f"--{key}", value)))
        row, = json.loads(done.stdout)
        at = functools.partial(model.step, arch, gpu, coefficients, degree)
        slowed = []
        for phase, duration, step in (("decode", "decode_step_s", {"decodes": batch, "context": batch * CONTEXT}),
                                      ("prefill", "prefill_s", model.prompts(PROMPT, batch))):
            limit = min(cap or gpu["tdp_w"], gpu["tdp_w"])
            ratio, activity = model.clamped(power, gpu["tdp_w"], limit, lambda x: at(x, **step), clock)
            tolerance = EXACT
            if ratio < clock:
                slowed.append(phase)
                tolerance = SEARCHED
            with self.subTest(phase=phase, **options):
                self.near(row[f"{phase}_clock_mhz"], ratio * gpu["max_clock_mhz"], tolerance)
                self.near(row[duration], activity[0], tolerance)
                self.near(row[f"{phase}_gpu_w"], model.draw(power, gpu["tdp_w"], activity, ratio), tolerance)
        return slowed

    def near(self, said, fitted, tolerance):
        self.assertLessEqual(abs(said / fitted - 1), tolerance, f"the program says {said}, the fit {fitted}")

    def test_one_gpu(self):
        self.agree("dgx_h100", "llama3_1_8b", "vllm_2025", 1, 1)
        self.agree("dgx_a100", "llama3_1_8b", "vllm_2023", 1, 64)

    def test_two_gpus(self):
        self.agree("dgx_a100", "llama2_70b", "vllm_2023", 2, 4)
        self.agree("dgx_h100", "qwen3_32b", "vllm_2025", 2, 12)

    def test_eight_gpus(self):
        self.agree("dgx_a100", "llama3_1_70b", "vllm_2025", 8, 12)
        self.agree("dgx_h100", "llama2_70b", "vllm_2023", 8, 16)

    def test_lower_clocks_on_both_sides_of_the_knee_and_below_what_was_measured(self):
        self.agree("dgx_a100", "llama3_1_70b", "vllm_2025", 4, 13, clock=0.8)
        self.agree("dgx_a100", "llama2_70b", "vllm_2023", 8, 4, clock=0.5)
        self.agree("dgx_h100", "qwen3_32b", "vllm_2025", 2, 13, clock=0.25)

    def test_mixtures_windows_and_quantised_weights(self):
        self.agree("dgx_h100", "qwen3_30b_a3b", "vllm_2025", 2, 8)
        self.agree("dgx_h100", "qwen3_235b_a22b_fp8", "vllm_2025", 4, 12)
        self.agree("dgx_h100", "gpt_oss_20b", "vllm_2025", 1, 12)
        self.agree("dgx_h100", "llama4_scout", "vllm_2025", 4, 4)
        self.agree("dgx_a100", "gemma3_12b", "vllm_2023", 2, 4)

    def test_a_cap_that_holds_both_steps(self):
        self.assertEqual(self.agree("dgx_h100", "qwen3_32b", "vllm_2025", 2, 12, cap=250), ["decode", "prefill"])
        self.assertEqual(self.agree("dgx_a100", "llama2_70b", "vllm_2023", 8, 8, clock=0.9, cap=120), ["decode", "prefill"])

    def test_long_prefills_draw_what_a_gpu_sustains_at_the_highest_clock(self):
        self.assertEqual(self.agree("dgx_a100", "llama2_70b", "vllm_2023", 2, 8), [])


if __name__ == "__main__":
    unittest.main()
