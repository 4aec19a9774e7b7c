"""What the fit predicts of measurements that it was not shown: whole models, parallelisms and sources left out."""

import numpy as np

from .fitting import SERVER, run
from .latency import fit_2023, fit_2025, fit_clock, time_ratios
from .measurements import A100, H100, dvfs, mean_step, median_step, ml_energy, splitwise, splitwise_decode, splitwise_prefill
from .power import fit_power, power_points, power_ratios


def split(points: list, left_out) -> tuple[list, list]:
    return [d for d in points if not left_out(d)], [d for d in points if left_out(d)]


def leave_out(stacks: dict, power: dict) -> list[tuple[str, str, np.ndarray]]:
    """(left out, quantity, relative errors on what was left out)"""
    table = []

    def add(left_out, quantity, pairs):
        table.append((left_out, quantity, np.array([p / m - 1 for p, m in pairs])))

    old, new = stacks["vllm_2023"], stacks["vllm_2025"]
    for p in (2, 8):
        train, test = split(splitwise(), lambda d: d["p"] == p)
        c = fit_2023(train, old[A100]["clock"], power)
        for gpu in SERVER:
            points = [d for d in test if d["gpu"] == gpu]
            name = f"splitwise {gpu[:4]} TP{p}"
            add(name, "decode step", [(run(splitwise_decode, d, c, power)[0], d["decode_s"]) for d in points])
            add(name, "prefill time", [(run(splitwise_prefill, d, c, power)[0], d["prefill_s"]) for d in points
                                       if d["output"] == 128])
    for name, group in (("Llama-3.1-8B TP1", lambda d: d["model"] == "llama3_1_8b"),
                        ("Qwen3-32B TP1", lambda d: d["model"] == "qwen3_32b" and d["p"] == 1),
                        ("Qwen3-32B TP2", lambda d: d["model"] == "qwen3_32b" and d["p"] == 2),
                        ("Qwen3-32B", lambda d: d["model"] == "qwen3_32b")):
        train, test = split(ml_energy(), group)
        c = fit_2025(train, new[H100]["clock"], power, old)
        add(f"ml.energy {name}", "median inter-token", [(run(median_step, d, c, power)[0], d["itl_s"]) for d in test])
        add(f"ml.energy {name}", "mean step", [(run(mean_step, d, c, power)[0], d["mean_s"]) for d in test])
        train, test = split(power_points(), lambda d: d[0] == "ml.energy" and group(d[4]))
        e = fit_power(train, stacks, (H100,))
        add(f"ml.energy {name}", "GPU power", [(run(predict, d, stacks[s], e)[1], d["gpu_w"]) for _, s, _, predict, d in test])
        add(f"ml.energy {name}", "energy per token",
            [(np.prod(run(mean_step, d, c, e)), d["mean_s"] * d["gpu_w"]) for d in split(ml_energy(), group)[1]])
    for source, p in (("splitwise decode", 2), ("splitwise decode", 8), ("splitwise prefill", 2), ("splitwise prefill", 8),
                      ("tapas decode", None), ("tapas prefill", None), ("dynamollm fig 3", None)):
        train, test = split(power_points(), lambda d: d[0] == source and p in (None, d[4]["p"]))
        e = fit_power(train, stacks, (test[0][4]["gpu"],))
        add(f"{source}{f' TP{p}' if p else ''}", "GPU power",
            [(run(predict, d, stacks[s], e)[1], d["gpu_w"]) for _, s, _, predict, d in test])
    for p in (2, 4):
        train, test = split(dvfs(), lambda d: d["p"] == p)
        clock = fit_clock(train, new)
        stack = {A100: new[A100] | {"clock": clock}}
        add(f"beam TP{p}", "time ratio", zip(time_ratios(test, stack), [d["time"] for d in test]))
        e = fit_power(power_points(), stacks | {"vllm_2025": new | stack}, (A100,), train)
        add(f"beam TP{p}", "power ratio", zip(power_ratios(test, stack, e), [d["power"] for d in test]))
    return table
