"""Fits of GPU power: idle stays as committed; the rest comes from draws at the highest clock and their ratios at others."""

from collections import Counter

import numpy as np

from .fitting import ARCH, HARDWARE, SPEC, drawn, fit, run
from .measurements import (
    A100, H100, busy_facts, dvfs, dvfs_step, dynamollm, dynamollm_clocks, fact_busy, mean_step, ml_energy, splitwise,
    splitwise_decode, splitwise_prefill, tapas_decode, tapas_prefill, tapas_step)
from .model import draw

SAMPLED_S = 0.09  # power was sampled about every 0.1 s
IDLE_LOADED_FRACTION = 0.155  # of TDP, where it was not measured: 0.14 to 0.17


def power_points() -> list[tuple[str, str, float, object, dict]]:
    """(source, stack, weight of a sweep, what predicts it, point with gpu_w and, where measured, step_s) at the highest clock."""
    points = []
    for d in splitwise():
        if d["decode_fraction"] > 0 and d["gpu"] == A100:
            if d["size"] < 8192:  # at 8192 the decode power is a sampling artefact
                points.append(("splitwise decode", "vllm_2023", 1.0, splitwise_decode,
                               d | {"gpu_w": 400 * d["decode_fraction"], "step_s": d["decode_s"]}))
            if d["prefill_s"] > SAMPLED_S:
                points.append(("splitwise prefill", "vllm_2023", 1.0, splitwise_prefill,
                               d | {"gpu_w": sustained(400 * d["peak_fraction"], A100), "step_s": d["prefill_s"]}))
    points += [("tapas decode", "vllm_2025", 0.5, tapas_step, d) for d in tapas_decode()]
    points += [("tapas prefill", "vllm_2025", 0.5, splitwise_prefill, d | {"gpu_w": sustained(d["gpu_w"], A100)}) for d in tapas_prefill()]
    points += [("ml.energy", "vllm_2025", 1.0, mean_step, d | {"step_s": d["mean_s"]}) for d in ml_energy()]
    points += [("powertrace busy", "vllm_2025", 1.0, fact_busy, d) for d in busy_facts()]
    points += [("dynamollm fig 3", "vllm_2023", 0.0, splitwise_prefill, d) for d in dynamollm()]  # a check: neither stack is its
    return points


def sustained(watts: float, gpu: str) -> float:
    """Samples of 0.1 s pass what a GPU sustains."""
    return min(watts, HARDWARE[gpu]["gpu_power"]["sustained_fraction"] * SPEC[gpu]["tdp_w"])


def measured_rates(predict, d: dict, stack: dict, power: dict) -> float:
    """Watts where the step lasts as long as was measured: the GPU's waiting stays, its work takes the rest."""
    gpu = d["gpu"]
    step = predict(ARCH[d["model"]], SPEC[gpu], stack[gpu], d)
    seconds = d.get("step_s", step.seconds)
    waiting = min(step.seconds - step.busy, 0.9 * seconds)
    return draw(power[gpu], SPEC[gpu]["tdp_w"], step._replace(seconds=seconds, busy=seconds - waiting))


def power_ratios(points: list[dict], stack: dict, power: dict) -> list[float]:
    """Draw at each clock over that at the highest."""
    def at(d, x):
        return draw(power[A100], SPEC[A100]["tdp_w"], dvfs_step(ARCH[d["model"]], SPEC[A100], stack[A100], d, x), x)

    return [at(d, d["x"]) / at(d, 1.0) for d in points]


def energy_ratios(points: list[dict], stack: dict, power: dict) -> list[float]:
    """Energy of a steady batch's step at each clock over that at 2 GHz."""
    def at(d, x):
        time, watts = run(mean_step, d, stack, power, x)
        return time * watts

    return [at(d, d["x"]) / at(d, 1.0) for d in points]


PRIORS = {A100: {"active_w": (66, 6), "energy_per_sequence_j": (0.012, 0.0018)}, H100: {}}


def fit_work(points: list, stacks: dict, gpu: str) -> dict:
    """Of the four kinds of work, from draws at the highest clock; a sweep weighs as one measurement. On the A100 few points
    tell activity and sequences from bytes: both are drawn to the H100's over their TDPs and clocks."""
    own = [p for p in points if p[4]["gpu"] == gpu]
    sweep = lambda p: (p[0], p[4]["model"], p[4]["p"], p[4].get("task"))  # noqa: E731
    rows = Counter(map(sweep, own))
    base = {n: HARDWARE[gpu]["gpu_power"][n] for n in ("idle_w", "idle_loaded_w", "sustained_fraction")} | {
        "voltage_knee_fraction": 0.5, "voltage_floor_fraction": 0.8, "memory_voltage_fraction": 0.5}

    def residuals(v):
        return [drawn(v[n], towards, spread) for n, (towards, spread) in PRIORS[gpu].items()] + [
            weight / np.sqrt(rows[sweep(point)]) * np.log(measured_rates(predict, d, stacks[stack], {gpu: base | v}) / d["gpu_w"])
            for point in own for _, stack, weight, predict, d in (point,)]

    return base | fit(["active_w", "energy_per_flop_j", "energy_per_byte_j", "energy_per_sequence_j"], residuals)


def fit_voltage(e: dict, stack: dict, gpu: str, beam: list[dict]) -> dict:
    """From ratios to the highest clock. Which share of a byte's energy follows the voltage is measured on the A100 alone."""
    names = ["voltage_knee_fraction", "voltage_floor_fraction"] + (["memory_voltage_fraction"] if gpu == A100 else [])
    ratios, points, quantity = ((power_ratios, beam, "power") if gpu == A100 else (energy_ratios, dynamollm_clocks(), "energy"))
    return e | fit(names, lambda v: np.log(np.array(ratios(points, stack, {gpu: e | v})) / [d[quantity] for d in points]))


def power_by_data_sheet(h100: dict, gpu: str) -> dict:
    """Energies of a byte, an operation and a sequence as on the H100, activity and idle as shares of TDP."""
    larger = SPEC[gpu]["tdp_w"] / SPEC[H100]["tdp_w"]
    scaled = {n: round(h100[n] * larger, 3) for n in ("idle_w", "active_w")}
    return h100 | scaled | {"idle_loaded_w": round(IDLE_LOADED_FRACTION * SPEC[gpu]["tdp_w"], 1)}


def fit_power(points: list, stacks: dict, gpus=(A100, H100), beam: list[dict] | None = None) -> dict:
    power = {}
    for gpu in gpus:
        e = fit_work(points, stacks, gpu)
        if gpu == H100:
            e["memory_voltage_fraction"] = power.get(A100, HARDWARE[A100]["gpu_power"])["memory_voltage_fraction"]
        power[gpu] = fit_voltage(e, stacks["vllm_2025"], gpu, dvfs() if beam is None else beam)
    return power
