"""What the fit predicts of measurements that it was not shown: whole models, parallelisms and sources left out."""

import numpy as np

from .fitting import SERVER, lasts, run
from .latency import fit_2023, fit_a100, fit_clock, fit_h100, points_2025, time_ratios
from .measurements import A100, H100, dvfs, splitwise, splitwise_decode, splitwise_prefill
from .power import fit_power, fit_work, power_points, power_ratios

GROUPS_2025 = {  # of the H100 points of the 2025 stack: (group, quantity, weight, predictor, measured, point)
    "Llama-3.1-8B": lambda p: p[5]["model"] == "llama3_1_8b", "Qwen3-8B": lambda p: p[5]["model"] == "qwen3_8b",
    "Qwen3-14B": lambda p: p[5]["model"] == "qwen3_14b", "Qwen3-32B": lambda p: p[5]["model"] == "qwen3_32b",
    "gemma-3-12b": lambda p: p[5]["model"] == "gemma3_12b", "TP1": lambda p: p[5]["p"] == 1, "TP2": lambda p: p[5]["p"] == 2,
    "TP8": lambda p: p[5]["p"] == 8, "TP2 to TP8": lambda p: p[5]["p"] > 1, "reasoning": lambda p: p[5].get("task") == "gpqa",
    "ML.ENERGY": lambda p: p[0] == "ml.energy", "powertrace": lambda p: p[0] == "powertrace"}


def split(points: list, left_out) -> tuple[list, list]:
    return [d for d in points if not left_out(d)], [d for d in points if left_out(d)]


def left_out_2025(add, stack: dict) -> None:
    on = {gpu: [p for p in points_2025() if p[5]["gpu"] == gpu] for gpu in SERVER}
    trials = [(f"h100 {name}", H100, group) for name, group in GROUPS_2025.items()]
    trials += [(f"a100 TP{p}", A100, lambda d, p=p: d[5]["p"] == p) for p in (1, 4)]
    for name, gpu, group in trials:
        train, test = split(on[gpu], group)
        clock = stack[gpu]["clock"]
        c = {gpu: fit_h100(train, clock) if gpu == H100 else fit_a100(train, stack[H100], clock)}
        for quantity in dict.fromkeys(p[1] for p in test):
            add(f"vllm_2025 {name}", quantity, [(lasts(p[3], p[5], c), p[4]) for p in test if p[1] == quantity])


def left_out_2023(add, modern: dict) -> None:
    for p in (2, 8):
        train, test = split(splitwise(), lambda d: d["p"] == p)
        c = fit_2023(train, modern)
        for gpu in SERVER:
            points = [d for d in test if d["gpu"] == gpu]
            name = f"splitwise {gpu[:4]} TP{p}"
            add(name, "decode step", [(lasts(splitwise_decode, d, c), d["decode_s"]) for d in points])
            add(name, "prefill time", [(lasts(splitwise_prefill, d, c), d["prefill_s"]) for d in points if d["output"] == 128])


def left_out_power(add, stacks: dict) -> None:
    """Whole sweeps of ML.ENERGY and Splitwise, whole sources of what has one point a sweep."""
    def group(point):
        source, _, _, _, d = point
        whole = source.startswith(("ml.energy", "splitwise"))
        return (d["gpu"], f"{source} {d['model']} TP{d['p']}" if whole else f"{source} {d['gpu'][:4]}")

    points = power_points()
    for gpu, name in dict.fromkeys(map(group, points)):
        train, test = split(points, lambda point: group(point) == (gpu, name))
        e = {gpu: fit_work(train, stacks, gpu)}
        runs = [(*run(predict, d, stacks[stack], e), d) for _, stack, _, predict, d in test]
        add(name, "GPU power", [(watts, d["gpu_w"]) for _, watts, d in runs])
        if name.startswith("ml.energy"):
            add(name, "energy per token", [(seconds * watts, d["mean_s"] * d["gpu_w"]) for seconds, watts, d in runs])


def leave_out(stacks: dict, power: dict) -> list[tuple[str, str, np.ndarray]]:
    """(left out, quantity, relative errors on what was left out)"""
    table = []

    def add(left_out, quantity, pairs):
        table.append((left_out, quantity, np.array([p / m - 1 for p, m in pairs])))

    new = stacks["vllm_2025"]
    left_out_2023(add, new)
    left_out_2025(add, new)
    left_out_power(add, stacks)
    for p in (2, 4):
        train, test = split(dvfs(), lambda d: d["p"] == p)
        clock = fit_clock(train, new)
        stack = {A100: new[A100] | {"clock": clock}}
        add(f"beam TP{p}", "time ratio", zip(time_ratios(test, stack), [d["time"] for d in test]))
        e = fit_power(power_points(), stacks | {"vllm_2025": new | stack}, (A100,), train)
        add(f"beam TP{p}", "power ratio", zip(power_ratios(test, stack, e), [d["power"] for d in test]))
    return table
