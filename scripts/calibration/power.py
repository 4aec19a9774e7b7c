"""Fits of GPU power: idle stays as committed; the rest comes from draws at the highest clock and their ratios at others."""

import numpy as np

from .fitting import ARCH, HARDWARE, SPEC, fit, run
from .measurements import (
    A100, H100, dvfs, dvfs_step, dynamollm, dynamollm_clocks, mean_step, ml_energy, splitwise, splitwise_decode,
    splitwise_prefill, tapas_decode, tapas_prefill, tapas_step)
from .model import draw

NOTHING = {"active_w": 0.0, "energy_per_flop_j": 0.0, "energy_per_byte_j": 0.0, "parallel_exponent": 0.0,
           "voltage_knee_fraction": 0.8, "voltage_floor_fraction": 0.8, "memory_voltage_fraction": 0.5}


def power_points() -> list[tuple[str, str, float, object, dict]]:
    """(source, stack, weight, what predicts it, point with gpu_w) at the highest clock."""
    points = []
    for d in splitwise():
        if d["decode_fraction"] > 0 and d["gpu"] == A100:
            if d["size"] < 8192:  # at 8192 the decode power is a sampling artefact
                points.append(("splitwise decode", "vllm_2023", 1.0, splitwise_decode,
                               d | {"gpu_w": 400 * d["decode_fraction"]}))
            if d["prefill_s"] > 0.09:  # power is sampled about every 0.1 s
                points.append(("splitwise prefill", "vllm_2023", 0.5, splitwise_prefill,
                               d | {"gpu_w": 400 * min(1.0, d["peak_fraction"])}))
    points += [("tapas decode", "vllm_2025", 0.5, tapas_step, d) for d in tapas_decode()]
    points += [("tapas prefill", "vllm_2025", 0.5, splitwise_prefill, d) for d in tapas_prefill()]
    points += [("ml.energy", "vllm_2025", 1.0, mean_step, d) for d in ml_energy()]
    points += [("dynamollm fig 3", "vllm_2023", 0.5, splitwise_prefill, d) for d in dynamollm()]
    return points


def power_ratios(points: list[dict], stack: dict, power: dict) -> list[float]:
    """Draw at each clock over that at the highest, without the clamp."""
    def at(d, x):
        return draw(power[A100], d["p"], dvfs_step(ARCH[d["model"]], SPEC[A100], stack[A100], d, x), x)

    return [at(d, d["x"]) / at(d, 1.0) for d in points]


def energy_ratios(points: list[dict], stack: dict, power: dict) -> list[float]:
    """Energy of a steady batch's step at each clock over that at 2 GHz."""
    def at(d, x):
        time, watts = run(mean_step, d, stack, power, x)
        return time * watts

    return [at(d, d["x"]) / at(d, 1.0) for d in points]


def clock_residuals(gpu: str, stacks: dict, power: dict, beam: list[dict]) -> list[float]:
    """Weighted so that all ratios together weigh less than the draws."""
    if gpu == A100:
        points = beam
        predicted, measured, weight = power_ratios(points, stacks["vllm_2025"], power), [d["power"] for d in points], 0.25
    else:
        points = dynamollm_clocks()
        predicted, measured, weight = energy_ratios(points, stacks["vllm_2025"], power), [d["energy"] for d in points], 0.2
    return list(weight * np.log(np.array(predicted) / np.array(measured)))


def fit_power(points: list, stacks: dict, gpus=(A100, H100), beam: list[dict] | None = None) -> dict:
    """A clamped point does not tell by how much its draw would pass TDP: that is drawn to 1.25 TDP on A100 (POLCA). Which
    share of a byte's energy follows the voltage is measured on the A100 alone."""
    prompt = {"p": 2, "size": 2048, "batch": 1}

    def coefficients(gpu, v):
        return {n: HARDWARE[gpu]["gpu_power"][n] for n in ("idle_w", "idle_loaded_w")} | v

    def residuals(gpu, v):
        e = {gpu: coefficients(gpu, v)}
        errors = clock_residuals(gpu, stacks, e, dvfs() if beam is None else beam)
        if gpu == A100:
            step = splitwise_prefill(ARCH["llama2_70b"], SPEC[A100], stacks["vllm_2023"][A100], prompt)
            errors.append(np.log(draw(e[A100], 2, step) / (1.25 * SPEC[A100]["tdp_w"])))
        return errors + [weight * np.log(run(predict, d, stacks[stack], e)[1] / d["gpu_w"])
                         for _, stack, weight, predict, d in points if d["gpu"] == gpu]

    names = ["active_w", "energy_per_flop_j", "energy_per_byte_j", "parallel_exponent", "voltage_knee_fraction",
             "voltage_floor_fraction"]
    power = {}
    for gpu in gpus:
        own = ["memory_voltage_fraction"] if gpu == A100 else []
        fixed = {} if gpu == A100 else {"memory_voltage_fraction": power.get(A100, HARDWARE[A100]["gpu_power"])["memory_voltage_fraction"]}
        power[gpu] = coefficients(gpu, fixed | fit(names + own, lambda v, gpu=gpu, fixed=fixed: residuals(gpu, fixed | v)))
    return power
