"""The formulas of src/model/performance/roofline.cpp and src/model/power/gpu_power.cpp, for the fit and the examples."""

import json
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


def read_json(path: Path) -> dict:
    return json.loads(path.read_text())


def architecture(name: str) -> dict:
    m = read_json(PROJECT / "configs" / "model" / f"{name}.json")
    width, kv_width = m["heads"] * m["head_dim"], m["kv_heads"] * m["head_dim"]
    layer = m["layers"] * (2 * m["hidden"] * (width + kv_width)
                           + (3 if m.get("gated", True) else 2) * m["hidden"] * m["feed_forward"])
    head = m["hidden"] * m["vocabulary"]
    return {
        "layers": m["layers"],
        "streamed_bytes": (layer + head) * m.get("weight_bytes", 2),
        "kv_bytes": 2 * kv_width * m["layers"] * m.get("kv_bytes", 2),
        "token_flops": 2 * layer,
        "sampled_flops": 2 * head,
        "pair_flops": 4 * width * m["layers"],
        "payload": 4 * m["layers"] * m["hidden"],
    }


def stretch(clock: dict, x: float) -> tuple[float, float]:
    slowness = 1.0 / x
    measured = min(slowness, 1.0 / clock["lowest_fraction"])
    below = max(0.0, measured - 1.0 / clock["knee_fraction"])
    beyond = slowness / measured
    return tuple((1 + clock[f"{kind}_share_fraction"] * (measured - 1) + clock[f"{kind}_below_knee_fraction"] * below) * beyond
                 for kind in ("memory", "compute"))


def step(arch: dict, gpu: dict, c: dict, p: int, x: float = 1.0, decodes: float = 0, context: float = 0,
         sequences: float = 0, tokens: float = 0, prior: float = 0, pairs: float = 0) -> tuple[float, float, float]:
    """Duration, flops and bytes per GPU of a step: `decodes` with `context` in total, and prompt chunks."""
    per_byte = 1.0 / (gpu["memory_bytes_per_s"] * c["bandwidth_fraction"])
    per_flop = 1.0 / (gpu["fp16_flops_per_s"] * c["compute_fraction"])
    memory, compute = stretch(c["clock"], x)
    all_tokens, all_sequences = decodes + tokens, decodes + sequences
    matrix_flops = (all_tokens * arch["token_flops"] + all_sequences * arch["sampled_flops"]) / p
    weights = arch["streamed_bytes"] / p * per_byte * memory
    matrices = matrix_flops * per_flop * compute
    latency = 1e-3 * arch["layers"] * (c["layer_latency_ms"] + c["collective_latency_ms"] * (p - 1))
    transfers = ((prior + context) * arch["kv_bytes"] / p * per_byte
                 + all_tokens * arch["payload"] * 2 * (p - 1) / p / c["collective_bytes_per_s"])
    excess = max(0.0, all_tokens - c["saturation_tokens"])
    saturated = excess * arch["payload"] * (p - 1) / c["saturated_bytes_per_s"]
    gpu_s = (max(weights, matrices) + c["unoverlapped_fraction"] * min(weights, matrices) + (latency + transfers) * memory
             + (pairs * arch["pair_flops"] / p * per_flop + saturated) * compute)
    launch = 1e-3 * arch["layers"] * c["layer_launch_ms"]
    serial = 1e-3 * (c["step_overhead_ms"] + all_sequences * c["sequence_overhead_ms"]
                     + (c["prefill_overhead_ms"] if tokens > 0 else 0.0))
    time = max(gpu_s, launch) + c["unoverlapped_launch_fraction"] * min(gpu_s, launch) + serial
    flops = matrix_flops + (pairs + context) * arch["pair_flops"] / p + saturated / per_flop
    moved = (arch["streamed_bytes"] + (prior + all_tokens + context) * arch["kv_bytes"]) / p
    return time, flops, moved


def prompts(size: float, count: float = 1) -> dict:
    return {"sequences": count, "tokens": size * count, "pairs": count * size * size / 2}


def voltage(e: dict, x: float) -> float:
    knee, floor = e["voltage_knee_fraction"], e["voltage_floor_fraction"]
    return floor + (1 - floor) * (max(0.0, x - knee) / (1 - knee)) ** 1.5


def draw(e: dict, p: int, activity: tuple[float, float, float], x: float = 1.0) -> float:
    time, flops, moved = activity
    core = voltage(e, x) ** 2
    active_w = e["active_w"] * p ** -e["parallel_exponent"] * x
    memory = 1 - e["memory_voltage_fraction"] * (1 - core)
    return (e["idle_loaded_w"] + (active_w + e["energy_per_flop_j"] * flops / time) * core
            + e["energy_per_byte_j"] * moved / time * memory)


def clamped(e: dict, p: int, limit_w: float, at, x: float = 1.0) -> tuple[float, tuple[float, float, float]]:
    """The highest clock ratio up to x at which a step draws at most the limit, and the step there; at(ratio) is a step."""
    low, high = 0.1, x
    if draw(e, p, at(high), high) > limit_w:
        while high - low > 1e-9:
            middle = 0.5 * (low + high)
            low, high = (low, middle) if draw(e, p, at(middle), middle) > limit_w else (middle, high)
        return low, at(low)
    return x, at(x)
