"""Fits of the serving stacks."""

import numpy as np

from .fitting import ARCH, SERVER, SPEC, drawn, fit, own, run
from .measurements import A100, H100, dvfs_step, mean_step, median_step, splitwise_decode, splitwise_prefill

CLOCK = {"knee_fraction": 0.64, "lowest_fraction": 0.361702, "memory_share_fraction": 0.27,
         "memory_below_knee_fraction": 0.5, "compute_share_fraction": 0.9, "compute_below_knee_fraction": 0.1}
FITTED_2023 = ["bandwidth_fraction", "compute_fraction", "prefill_overhead_ms", "layer_launch_ms", "sequence_overhead_ms",
               "collective_bytes_per_s", "saturated_bytes_per_s"]  # for each GPU, or the host that it comes with


def fit_2023(points: list[dict], clock: dict, power: dict) -> dict:
    """Kernels are launched one by one, so that launching and the GPU's work overlap: two degrees of parallelism of one model
    hardly tell bandwidth, latency of collectives and launching apart. Bandwidth is drawn to 0.75, what matrix-vector kernels
    of the time reached; the two all-reduces of a layer take 8 us (A100) or 6 us (H100) for each further GPU."""
    common = ["unoverlapped_fraction", "unoverlapped_launch_fraction"]
    fixed = {"step_overhead_ms": 0.0, "layer_latency_ms": 0.0, "saturation_tokens": 2048.0, "clock": clock}
    waiting = {A100: {"collective_latency_ms": 0.008}, H100: {"collective_latency_ms": 0.006}}

    def stack(v):
        return {gpu: fixed | waiting[gpu] | own(v, gpu) for gpu in SERVER}

    def residuals(v):
        c = stack(v)
        errors = [drawn(c[gpu]["bandwidth_fraction"], 0.75, 0.05) for gpu in SERVER]
        for d in points:
            errors.append(np.log(run(splitwise_decode, d, c, power)[0] / d["decode_s"]))
            if d["output"] == 128:
                errors.append(np.log(run(splitwise_prefill, d, c, power)[0] / d["prefill_s"]))
        return errors

    return stack(fit(common + [f"{n}@{gpu}" for gpu in SERVER for n in FITTED_2023], residuals))


def fit_2025(points: list[dict], clock: dict, power: dict, stack_2023: dict) -> dict:
    """On H100. CUDA graphs launch a step at once. TP1 and TP2 leave the growth with p open: it is drawn to 5 us a layer and
    GPU, so that eight GPUs wait 35 us in two custom all-reduces. Steady decode alone would give matrices 0.45 of the peak,
    overheads of sequences included: it is drawn to the 0.6 that long prompts reach, bandwidth to 0.9."""
    names = ["bandwidth_fraction", "compute_fraction", "unoverlapped_fraction", "step_overhead_ms", "layer_latency_ms",
             "collective_latency_ms", "sequence_overhead_ms"]
    fixed = {"prefill_overhead_ms": 0.0, "layer_launch_ms": 0.0, "unoverlapped_launch_fraction": 0.0,
             "collective_bytes_per_s": 2e11, "saturation_tokens": 1e9, "saturated_bytes_per_s": 1e15, "clock": clock}

    def residuals(v):
        c = {H100: fixed | v}
        return [drawn(v["collective_latency_ms"], 0.005, 0.002), drawn(v["compute_fraction"], 0.6, 0.02),
                drawn(v["bandwidth_fraction"], 0.9, 0.03)] + [
            np.log(run(predict, d, c, power)[0] / d[measured]) for d in points
            for predict, measured in ((median_step, "itl_s"), (mean_step, "mean_s"))]

    h100 = fixed | fit(names, residuals)
    return {A100: transferred(h100, stack_2023), H100: h100}


def transferred(h100: dict, stack_2023: dict) -> dict:
    """The same software on the A100: shares of hardware and launching by the host stand to the H100's as in 2023, latencies of
    kernels are a number of cycles. Copies on the A100 reach 0.9 of its bandwidth at best."""
    ratio = {n: stack_2023[A100][n] / stack_2023[H100][n] for n in FITTED_2023}
    cycles = SPEC[H100]["max_clock_mhz"] / SPEC[A100]["max_clock_mhz"]
    changed = {n: h100[n] * ratio[n] for n in ("bandwidth_fraction", "compute_fraction", "collective_bytes_per_s")}
    changed |= {n: h100[n] * cycles for n in ("layer_latency_ms", "collective_latency_ms")}
    changed |= {n: h100[n] * ratio["layer_launch_ms"] for n in ("step_overhead_ms", "sequence_overhead_ms")}
    changed["bandwidth_fraction"] = min(changed["bandwidth_fraction"], 0.9)
    return h100 | {n: float(f"{v:.4g}") for n, v in changed.items()}


def time_ratios(points: list[dict], stack: dict) -> list[float]:
    """Time at each clock over that at the highest; pipeline bubbles kept most draws below the clamp."""
    def at(d, x):
        return dvfs_step(ARCH[d["model"]], SPEC[A100], stack[A100], d, x)[0]

    return [at(d, d["x"]) / at(d, 1.0) for d in points]


def fit_clock(points: list[dict], stack: dict) -> dict:
    """Measured on the A100 alone."""
    names = ["knee_fraction", "memory_share_fraction", "memory_below_knee_fraction", "compute_share_fraction",
             "compute_below_knee_fraction"]
    measured = np.log([d["time"] for d in points])
    return CLOCK | fit(names, lambda v: np.log(time_ratios(points, {A100: stack[A100] | {"clock": CLOCK | v}})) - measured)
