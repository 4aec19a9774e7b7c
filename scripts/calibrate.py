#!/usr/bin/python3
"""Refits the coefficients of configs/hardware and configs/stack on measured data and prints the errors.

Reads ../shared/data (or $HEADROOM_DATA) and rewrites the coefficient and calibration blocks. Deterministic: a second run
changes nothing. docs/models.md explains every coefficient.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

sys.dont_write_bytecode = True
from calibration.measurements import (  # noqa: E402
    A100, H100, dvfs, dvfs_step, dynamollm, mean_step, median_step, ml_energy, splitwise, splitwise_decode,
    splitwise_prefill, tapas_decode, tapas_step)
from calibration.model import PROJECT, architecture, clamped, draw, read_json  # noqa: E402

SERVER = {A100: "dgx_a100", H100: "dgx_h100"}
ARCH = {m: architecture(m) for m in ("llama2_70b", "llama3_1_8b", "llama3_1_70b", "qwen3_32b")}
HARDWARE = {gpu: read_json(PROJECT / "configs" / "hardware" / f"{name}.json") for gpu, name in SERVER.items()}
SPEC = {gpu: h["gpu"] for gpu, h in HARDWARE.items()}

LIMITS = {  # physical: no negative overhead, bandwidth and matrix rate at most what the best kernels reach
    "bandwidth_fraction": (0.3, 0.95), "compute_fraction": (0.2, 0.9), "unoverlapped_fraction": (0.0, 1.0),
    "step_overhead_ms": (0.0, 10.0), "prefill_overhead_ms": (0.0, 40.0), "layer_overhead_ms": (0.0, 0.5),
    "layer_gpu_overhead_ms": (0.0, 0.2), "sequence_overhead_ms": (0.0, 1.0), "collective_bytes_per_s": (5e10, 4.5e11),
    "saturated_bytes_per_s": (1e10, 1e13),
    "memory_share_fraction": (0.0, 1.0), "memory_below_knee_fraction": (0.0, 2.0), "knee_fraction": (0.5, 0.8),
    "compute_share_fraction": (0.0, 1.0), "compute_below_knee_fraction": (0.0, 2.0),
    "active_w": (0.0, 300.0), "energy_per_flop_j": (2e-13, 4e-12), "energy_per_byte_j": (2e-11, 4e-10),
    "flop_parallel_exponent": (0.0, 0.5), "byte_parallel_exponent": (0.0, 0.5),
    "memory_voltage_fraction": (0.0, 1.0), "voltage_knee_fraction": (0.5, 0.9), "voltage_floor_fraction": (0.5, 1.0),
}
CLOCK = {"knee_fraction": 0.64, "lowest_fraction": 0.361702, "memory_share_fraction": 0.27,
         "memory_below_knee_fraction": 0.5, "compute_share_fraction": 0.9, "compute_below_knee_fraction": 0.1}
VOLTAGE = {"voltage_knee_fraction": 0.77, "voltage_floor_fraction": 0.8, "memory_voltage_fraction": 0.5}
NO_OPERATIONS = {"active_w": 0.0, "energy_per_flop_j": 0.0, "energy_per_byte_j": 0.0, "flop_parallel_exponent": 0.0,
                 "byte_parallel_exponent": 0.0} | VOLTAGE
ROUNDS = 6


def fit(names: list[str], residuals) -> dict:
    """Robust least squares of logarithmic errors within LIMITS; a name may carry an owner, `name@gpu`."""
    low, high = (np.array([LIMITS[n.split("@")[0]][k] for n in names]) for k in (0, 1))
    geometric = (low > 0) & (high > 8 * low)

    def values(u):
        linear = low + (high - low) * u
        return dict(zip(names, np.where(geometric, np.where(geometric, low, 1) ** (1 - u) * high ** u, linear).tolist()))

    starts = (np.full(len(names), 0.4), np.linspace(0.2, 0.7, len(names)))
    fits = [least_squares(lambda u: residuals(values(u)), s, bounds=(0, 1), loss="soft_l1", f_scale=0.05,
                          xtol=1e-10, ftol=1e-10, gtol=1e-10, max_nfev=200) for s in starts]
    return {n: 0.0 if v < 1e-15 else float(f"{v:.4g}") for n, v in values(min(fits, key=lambda f: f.cost).x).items()}


def own(values: dict, gpu: str) -> dict:
    """The values that belong to this GPU or to all."""
    return {n.split("@")[0]: v for n, v in values.items() if n.endswith("@" + gpu) or "@" not in n}


def run(predict, d: dict, stack: dict, power: dict, x: float = 1.0) -> tuple[float, float]:
    """Duration and watts of the measured step `d`, at clock ratio x or where the TDP clamp holds it."""
    gpu, e = d["gpu"], power[d["gpu"]]
    at = lambda y: predict(ARCH[d["model"]], SPEC[gpu], stack[gpu], d, y)  # noqa: E731
    clock, activity = clamped(e, d["p"], SPEC[gpu]["tdp_w"], at, x)
    return activity[0], draw(e, d["p"], activity, clock)


# ---- latency --------------------------------------------------------------------------------------------------------

def fit_2023(clock: dict, power: dict) -> dict:
    """Software terms are common to both GPUs. Bandwidth and layer overhead can hardly be told apart by TP2 and TP8 of one
    model, so that bandwidth is drawn weakly to 0.8, what matrix-vector kernels of the time reached."""
    points = splitwise()
    common = ["layer_overhead_ms", "sequence_overhead_ms", "unoverlapped_fraction"]
    each = ["bandwidth_fraction", "compute_fraction", "prefill_overhead_ms", "layer_gpu_overhead_ms",
            "collective_bytes_per_s", "saturated_bytes_per_s"]
    fixed = {"step_overhead_ms": 0.0, "saturation_tokens": 2048.0, "clock": clock}

    def stack(v):
        return {gpu: fixed | own(v, gpu) for gpu in SERVER}

    def residuals(v):
        c = stack(v)
        errors = [0.03 * (c[gpu]["bandwidth_fraction"] - 0.8) / 0.05 for gpu in SERVER]
        for d in points:
            errors.append(np.log(run(splitwise_decode, d, c, power)[0] / d["decode_s"]))
            if d["output"] == 128:
                errors.append(np.log(run(splitwise_prefill, d, c, power)[0] / d["prefill_s"]))
        return errors

    return stack(fit(common + [f"{n}@{gpu}" for gpu in SERVER for n in each], residuals))


def fit_2025(clock: dict, power: dict, stack_2023: dict) -> dict:
    """On H100. The A100 has the same software; its hardware shares stand to the H100's as in 2023. TP1 and TP2 leave the
    growth with p open: it is drawn to 5 us a layer and GPU, so that eight GPUs wait 35 us in two custom all-reduces."""
    points = ml_energy()
    names = ["bandwidth_fraction", "compute_fraction", "unoverlapped_fraction", "step_overhead_ms", "layer_overhead_ms",
             "layer_gpu_overhead_ms", "sequence_overhead_ms"]
    fixed = {"prefill_overhead_ms": 0.0, "collective_bytes_per_s": 2e11, "saturation_tokens": 1e9,
             "saturated_bytes_per_s": 1e15, "clock": clock}

    def residuals(v):
        c = {H100: fixed | v}
        prior = 0.03 * (v["layer_gpu_overhead_ms"] - 0.005) / 0.002
        return [prior] + [np.log(run(predict, d, c, power)[0] / d[measured]) for d in points
                          for predict, measured in ((median_step, "itl_s"), (mean_step, "mean_s"))]

    h100 = fixed | fit(names, residuals)
    a100 = dict(h100)
    for n in ("bandwidth_fraction", "compute_fraction", "collective_bytes_per_s"):
        a100[n] = float(f"{min(h100[n] * stack_2023[A100][n] / stack_2023[H100][n], LIMITS[n][1]):.4g}")
    return {A100: a100, H100: h100}


# ---- power and clock ------------------------------------------------------------------------------------------------

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
    points += [("ml.energy", "vllm_2025", 1.0, mean_step, d) for d in ml_energy()]
    points += [("dynamollm fig 3", "vllm_2023", 0.5, splitwise_prefill, d) for d in dynamollm()]
    return points


def fit_power(stacks: dict, voltage: dict) -> dict:
    """A clamped point does not tell by how much its draw would pass TDP: that is drawn weakly to 1.25 TDP (POLCA)."""
    points = power_points()
    each = ["active_w", "energy_per_flop_j", "energy_per_byte_j", "flop_parallel_exponent", "byte_parallel_exponent"]
    prompt = {"p": 2, "size": 2048, "batch": 1}

    def coefficients(v):
        idle = ("idle_w", "idle_loaded_w")
        return {gpu: {n: HARDWARE[gpu]["gpu_power"][n] for n in idle} | voltage | own(v, gpu) for gpu in SERVER}

    def residuals(v):
        e = coefficients(v)
        unclamped = draw(e[A100], 2, splitwise_prefill(ARCH["llama2_70b"], SPEC[A100], stacks["vllm_2023"][A100], prompt))
        return [1.0 * np.log(unclamped / (1.25 * SPEC[A100]["tdp_w"]))] + [
            weight * np.log(run(predict, d, stacks[stack], e)[1] / d["gpu_w"])
            for _, stack, weight, predict, d in points]

    return coefficients(fit([f"{n}@{gpu}" for gpu in SERVER for n in each], residuals))


def dvfs_ratios(points: list[dict], stack: dict, power: dict) -> tuple[list, list]:
    """Time and power at each clock over those at the highest. Without the clamp: pipeline bubbles kept most draws below."""
    def at(d, x):
        activity = dvfs_step(ARCH[d["model"]], SPEC[A100], stack[A100], d, x)
        return activity[0], draw(power[A100], d["p"], activity, x)

    here = [(at(d, d["x"]), at(d, 1.0)) for d in points]
    return [a[0] / b[0] for a, b in here], [a[1] / b[1] for a, b in here]


def fit_clock(stack: dict, power: dict) -> tuple[dict, dict]:
    """Clock response and voltage curve, both measured on the A100 alone."""
    points = dvfs()
    clock = ["knee_fraction", "memory_share_fraction", "memory_below_knee_fraction", "compute_share_fraction",
             "compute_below_knee_fraction"]
    volts = list(VOLTAGE)
    measured = np.log([d["time"] for d in points] + [d["power"] for d in points])

    def residuals(v):
        c = {A100: stack[A100] | {"clock": CLOCK | {n: v[n] for n in clock}}}
        times, watts = dvfs_ratios(points, c, {A100: power[A100] | {n: v[n] for n in volts}})
        return np.log(times + watts) - measured

    v = fit(clock + volts, residuals)
    return CLOCK | {n: v[n] for n in clock}, {n: v[n] for n in volts}


# ---- errors and files -----------------------------------------------------------------------------------------------

def errors(stacks: dict, power: dict) -> list[tuple[str, str, str, np.ndarray]]:
    """(file, source, quantity, relative errors)"""
    table = []

    def add(file, source, quantity, predicted, measured):
        table.append((file, source, quantity, np.array(predicted) / np.array(measured) - 1))

    for gpu in SERVER:
        for predict, measured, quantity in ((splitwise_decode, "decode_s", "decode step"),
                                            (splitwise_prefill, "prefill_s", "prefill time")):
            points = [d for d in splitwise() if d["gpu"] == gpu and (measured == "decode_s" or d["output"] == 128)]
            add("vllm_2023", f"splitwise {gpu[:4]}", quantity,
                [run(predict, d, stacks["vllm_2023"], power)[0] for d in points], [d[measured] for d in points])
    for predict, measured, quantity in ((median_step, "itl_s", "median inter-token"), (mean_step, "mean_s", "mean step")):
        add("vllm_2025", "ml.energy", quantity, [run(predict, d, stacks["vllm_2025"], power)[0] for d in ml_energy()],
            [d[measured] for d in ml_energy()])
    for source in dict.fromkeys(point[0] for point in power_points()):
        points = [point for point in power_points() if point[0] == source]
        add(SERVER[points[0][4]["gpu"]], source, "GPU power",
            [run(predict, d, stacks[stack], power)[1] for _, stack, _, predict, d in points],
            [point[4]["gpu_w"] for point in points])
    times, watts = dvfs_ratios(dvfs(), stacks["vllm_2025"], power)
    add("dgx_a100", "beam a100", "time ratio", times, [d["time"] for d in dvfs()])
    add("dgx_a100", "beam a100", "power ratio", watts, [d["power"] for d in dvfs()])
    return table


def summary(table, file: str) -> dict:
    mine = np.abs(np.concatenate([e for f, _, _, e in table if f == file]))
    return {"points": len(mine), "median_error_fraction": round(float(np.median(mine)), 4),
            "p90_error_fraction": round(float(np.quantile(mine, 0.9)), 4)}


def write(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def calibrate() -> tuple[dict, dict]:
    """Latency needs the power model (for the clamp) and the other way round: repeat until both stand still."""
    clock, voltage, power = CLOCK, VOLTAGE, {gpu: HARDWARE[gpu]["gpu_power"] | NO_OPERATIONS for gpu in SERVER}
    for _ in range(ROUNDS):
        stacks = {"vllm_2023": fit_2023(clock, power)}
        stacks["vllm_2025"] = fit_2025(clock, power, stacks["vllm_2023"])
        power = fit_power(stacks, voltage)
        clock, voltage = fit_clock(stacks["vllm_2025"], power)
        power = {gpu: e | voltage for gpu, e in power.items()}
        for stack in stacks.values():
            for gpu in stack:
                stack[gpu] = stack[gpu] | {"clock": clock}
    return stacks, power


def main() -> None:
    stacks, power = calibrate()
    table = errors(stacks, power)
    for name, gpus in stacks.items():
        path = PROJECT / "configs" / "stack" / f"{name}.json"
        write(path, read_json(path) | {"gpus": gpus | {"default": gpus[H100]}} | summary(table, name))
    for gpu, name in SERVER.items():
        path = PROJECT / "configs" / "hardware" / f"{name}.json"
        hardware = read_json(path)
        write(path, hardware | {"gpu_power": power[gpu], "calibration": hardware["calibration"] | summary(table, name)})
    print(f"{'file':10} {'source':18} {'quantity':20} {'points':>6} {'median':>7} {'p90':>7} {'worst':>7}")
    for file, source, quantity, e in table:
        a = np.abs(e)
        worst = e[np.argmax(a)]
        print(f"{file:10} {source:18} {quantity:20} {len(e):6} {np.median(a):7.1%} {np.quantile(a, .9):7.1%} {worst:+7.1%}")


if __name__ == "__main__":
    main()
