"""Fits of the serving stacks. Rates are those that GPUs sustain at their TDP, so that no clamp is part of them."""

import math
from collections import Counter

import numpy as np

from . import kernels
from .fitting import ARCH, SPEC, drawn, fit, lasts
from .measurements import (
    A100, B200, H100, H200, decode_facts, dvfs_step, fact_decode, fact_first_token, fact_rate, first_token_facts, mean_step,
    median_step, ml_energy, rate_facts, splitwise_decode, splitwise_prefill)

CLOCK = {"knee_fraction": 0.64, "lowest_fraction": 0.361702, "memory_share_fraction": 0.27,
         "memory_below_knee_fraction": 0.5, "compute_share_fraction": 0.9, "compute_below_knee_fraction": 0.1}
NO_HOST = {"layer_launch_ms": 0.0, "unoverlapped_launch_fraction": 0.0, "step_overhead_ms": 0.0, "prefill_overhead_ms": 0.0,
           "sequence_overhead_ms": 0.0, "saturation_tokens": 1e9, "saturated_bytes_per_s": 1e15}
CYCLES = SPEC[H100]["max_clock_mhz"] / SPEC[A100]["max_clock_mhz"]
SCOUT = {"llama4_scout": {"layer_latency_ms": 0.15, "token_latency_ms": 0.0007}}


def points_2025() -> list[tuple]:
    """(group, quantity, weight in its group, what predicts it, measured seconds, point)"""
    points = []
    for d in ml_energy():
        points += [("ml.energy", "median inter-token", 1.0, median_step, d["itl_s"], d),
                   ("ml.energy", "mean step", 0.7, mean_step, d["mean_s"], d)]
    points += [("powertrace", "decode step", 1.0, fact_decode, d["value"], d) for d in decode_facts()]
    points += [("powertrace", "first token", 1.0, fact_first_token, d["value"], d) for d in first_token_facts()]
    points += [("powertrace", "token of a request", 0.5, fact_rate, d["value"], d) for d in rate_facts()]
    return points


def weighted(points: list[tuple], stack: dict) -> list[float]:
    """A sweep weighs as one measurement, however many rows it has."""
    sweep = lambda p: (p[0], p[1], p[5]["model"], p[5]["p"], p[5].get("task"))  # noqa: E731
    rows = Counter(map(sweep, points))
    return [weight / math.sqrt(rows[sweep(point)]) * math.log(lasts(predict, d, stack) / measured)
            for point in points for _, _, weight, predict, measured, d in (point,)]


def priors(values: dict, expected: dict) -> list[float]:
    return [drawn(values[name], towards, spread) for name, (towards, spread) in expected.items()]


def on_kernels(gpu: str, clock: dict) -> dict:
    return NO_HOST | kernels.measured(gpu, SPEC[gpu]) | {"clock": clock, "from_data_sheet": False, "detours": SCOUT}


def fit_h100(points: list[tuple], clock: dict) -> dict:
    """Seven coefficients. Where a sweep leaves two of them open, kernels decide: bandwidth and matrices reach what single
    products do, a layer that GPUs share has some 8 us more of small kernels, a step some 0.3 ms beside its layers."""
    expected = {"unoverlapped_fraction": (1.0, 0.18), "compute_fraction": (0.76, 0.018), "parallel_latency_ms": (0.008, 0.0024),
                "step_latency_ms": (0.3, 0.12), "bandwidth_fraction": (0.9, 0.018), "sequence_latency_ms": (0.036, 0.0024)}
    names = [*expected, "layer_latency_ms"]
    own = [p for p in points if p[5]["gpu"] == H100]
    base = on_kernels(H100, clock)
    return base | fit(names, lambda v: priors(v, expected) + weighted(own, {H100: base | v}))


def fit_a100(points: list[tuple], h100: dict, clock: dict) -> dict:
    """One model at two degrees: overlap as on the H100, latencies of small kernels as many cycles, or drawn to that."""
    expected = {"compute_fraction": (0.85, 0.018), "parallel_latency_ms": (h100["parallel_latency_ms"] * CYCLES, 0.003),
                "bandwidth_fraction": (0.82, 0.03), "layer_latency_ms": (h100["layer_latency_ms"] * CYCLES, 0.009)}
    own = [p for p in points if p[5]["gpu"] == A100]
    base = on_kernels(A100, clock) | {"unoverlapped_fraction": h100["unoverlapped_fraction"], "step_latency_ms": h100["step_latency_ms"],
                                      "sequence_latency_ms": round(h100["sequence_latency_ms"] * CYCLES, 5)}
    return base | fit(list(expected), lambda v: priors(v, expected) + weighted(own, {A100: base | v}))


def fit_2025(points: list[tuple], clock: dict) -> dict:
    h100 = fit_h100(points, clock)
    return {A100: fit_a100(points, h100, clock), H100: h100}


def by_data_sheet(h100: dict) -> dict:
    """The H100's shares and latencies on other GPUs, with the all-reduces, attention and experts of their own kernels."""
    return {gpu: h100 | kernels.measured(gpu, SPEC[gpu]) | {"from_data_sheet": True} for gpu in (H200, B200)}


FITTED_2023 = ["bandwidth_fraction", "compute_fraction", "layer_launch_ms", "unoverlapped_launch_fraction", "sequence_overhead_ms",
               "prefill_overhead_ms", "saturated_bytes_per_s"]


def fit_2023(points: list[dict], stack_2025: dict) -> dict:
    """Nothing overlaps with the GPU's kernels: the host launches them one by one, in 0.5 ms a layer (A100) or 0.35 ms (H100), and
    does the work of sequences. The small ones, not yet fused, keep the GPU busy for 0.2 and 0.14 ms a layer, by the watts of GPUs
    that wait for the host (Splitwise TP8, TAPAS figure 16). Two degrees of parallelism of one model hardly tell bandwidth and
    launching apart, so that both are drawn: bandwidth to 0.85."""
    stack = {}
    for gpu, launch, small in ((A100, 0.5, 0.2), (H100, 0.35, 0.14)):
        expected = {"bandwidth_fraction": (0.85, 0.03), "layer_launch_ms": (launch, 0.024)}
        base = stack_2025[gpu] | {"unoverlapped_fraction": 0.0, "step_latency_ms": 0.0, "layer_latency_ms": small,
                                  "sequence_latency_ms": 0.0, "saturation_tokens": 2048.0, "detours": {}}
        own = [d for d in points if d["gpu"] == gpu]

        def residuals(v, base=base, expected=expected, own=own, gpu=gpu):
            c = {gpu: base | v}
            decode = [math.log(lasts(splitwise_decode, d, c) / d["decode_s"]) for d in own]
            prefill = [math.log(lasts(splitwise_prefill, d, c) / d["prefill_s"]) for d in own if d["output"] == 128]
            return priors(v, expected) + [e / math.sqrt(len(decode) / 2) for e in decode] + [e / math.sqrt(len(prefill) / 2) for e in prefill]

        stack[gpu] = base | fit(FITTED_2023, residuals)
    return stack


def time_ratios(points: list[dict], stack: dict) -> list[float]:
    """Time at each clock over that at the highest; pipeline bubbles kept most draws below the clamp."""
    def at(d, x):
        return dvfs_step(ARCH[d["model"]], SPEC[A100], stack[A100], d, x).seconds

    return [at(d, d["x"]) / at(d, 1.0) for d in points]


def fit_clock(points: list[dict], stack: dict) -> dict:
    """Measured on the A100 alone."""
    names = ["knee_fraction", "memory_share_fraction", "memory_below_knee_fraction", "compute_share_fraction",
             "compute_below_knee_fraction"]
    measured = np.log([d["time"] for d in points])
    return CLOCK | fit(names, lambda v: np.log(time_ratios(points, {A100: stack[A100] | {"clock": CLOCK | v}})) - measured)
