"""The formulas of src/model/performance and src/model/power/gpu_power.cpp, for the fit and the examples."""

import json
import math
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent.parent
LARGEST = (0.0, 0.564, 0.846, 1.029, 1.163, 1.267, 1.352, 1.424)  # of as many normal numbers, expected


class Step(NamedTuple):
    """What a step costs on one GPU."""

    seconds: float
    flops: float
    bytes: float
    busy: float = 0.0  # seconds
    collective: float = 0.0  # seconds
    sequences: float = 0.0  # over the GPUs


def read_json(path: Path) -> dict:
    return json.loads(path.read_text())


def architecture(name: str) -> dict:
    m = {"gated": True, "weight_bytes": 2, "embedding_bytes": 2, "kv_bytes": 2, "precision": "bf16", "sliding_window_tokens": 0,
         "sliding_layers": 0} | read_json(PROJECT / "configs" / "model" / f"{name}.json")
    e = {"experts": 0, "experts_per_token": 0, "feed_forward": 0, "shared_feed_forward": 0, "dense_layers": 0,
         "weight_bytes": 0} | m.get("experts", {})
    width, kv_width = m["heads"] * m["head_dim"], m["kv_heads"] * m["head_dim"]
    matrices = (3 if m["gated"] else 2) * m["hidden"]
    mixed = m["layers"] - e["dense_layers"] if e["experts"] else 0
    dense, shared = m["layers"] - mixed, mixed if e["shared_feed_forward"] else 0
    common = (m["layers"] * 2 * m["hidden"] * (width + kv_width) + dense * matrices * m["feed_forward"]
              + mixed * (matrices * e["shared_feed_forward"] + m["hidden"] * e["experts"]))
    head = m["hidden"] * m["vocabulary"]
    one = matrices * e["feed_forward"]
    return {
        "name": m["name"], "precision": m["precision"], "layers": m["layers"], "kv_heads": m["kv_heads"],
        "streamed_bytes": common * m["weight_bytes"] + head * m["embedding_bytes"],
        "kv_bytes": 2 * kv_width * m["layers"] * m["kv_bytes"],
        "token_flops": 2 * common,
        "sampled_flops": 2 * head,
        "pair_flops": 4 * width * m["layers"],
        "activation_bytes": 2 * m["hidden"],
        "window": m["sliding_window_tokens"], "sliding": m["sliding_layers"] / m["layers"],
        "quantised_products": 2 * (m["layers"] + dense + shared),
        "quantised_elements": ((m["layers"] + dense + shared) * m["hidden"],
                               m["layers"] * width + dense * m["feed_forward"] + shared * e["shared_feed_forward"]),
        "expert_layers": mixed, "experts": e["experts"], "chosen": e["experts_per_token"],
        "expert_bytes": one * (e["weight_bytes"] or m["weight_bytes"]), "expert_flops": 2 * one,
    }


def stretch(clock: dict, x: float) -> tuple[float, float]:
    slowness = 1.0 / x
    measured = min(slowness, 1.0 / clock["lowest_fraction"])
    below = max(0.0, measured - 1.0 / clock["knee_fraction"])
    beyond = slowness / measured
    return tuple((1 + clock[f"{kind}_share_fraction"] * (measured - 1) + clock[f"{kind}_below_knee_fraction"] * below) * beyond
                 for kind in ("memory", "compute"))


def all_reduce_seconds(c: dict, p: int, size: float) -> float:
    degrees = [int(d) for d in c["all_reduce"]]
    if p == 1 or not degrees:
        return 0.0
    points = c["all_reduce"][str(min((d for d in degrees if d >= p), default=max(degrees)))]
    if size <= points[0]["payload_bytes"]:
        return points[0]["time_ms"] * 1e-3
    for low, high in zip(points, points[1:]):
        if size < high["payload_bytes"]:
            slope = (high["time_ms"] - low["time_ms"]) / (high["payload_bytes"] - low["payload_bytes"])
            return 1e-3 * (low["time_ms"] + slope * (size - low["payload_bytes"]))
    return 1e-3 * points[-1]["time_ms"] * size / points[-1]["payload_bytes"]


def arithmetic(arch: dict, gpu: dict) -> str:
    has_fp8 = gpu.get("fp8_flops_per_s", 0) > 0
    return "bf16" if arch["precision"].startswith("fp8") and not has_fp8 else arch["precision"]


def fullest(experts: int, chosen: int, gpus: int, tokens: float, popularity: float) -> tuple[float, float]:
    """Experts whose weights the fullest of the GPUs reads in a layer, and the tokens that they take."""
    share, variance, above = chosen / experts, popularity ** 2, LARGEST[gpus - 1]
    more = max(0.0, tokens - 1)
    missed = (1 + variance * more * share) ** (-1 / variance) if variance else (1 - share) ** more
    touched = 1 - (1 - min(tokens, 1.0) * share) * missed
    held, mean, others = experts / gpus, tokens * chosen / gpus, 1 - 1 / gpus
    spread = above * math.sqrt(mean * others + mean ** 2 * variance * others / held)
    most = min(mean + spread, tokens * min(chosen, held))
    return min(held * touched + above * math.sqrt(held * touched * (1 - touched)), held, most), most


def overlapped(c: dict, a: float, b: float) -> float:
    return max(a, b) + c["unoverlapped_fraction"] * min(a, b)


def expert_work(arch: dict, gpu: dict, c: dict, p: int, tokens: float, memory: float, compute: float) -> tuple[float, float, float]:
    """Seconds, flops and bytes of all layers on the GPU for which the others wait."""
    e = c["experts"]
    kernel = e["kernels"].get(arithmetic(arch, gpu), e["kernels"]["bf16"])
    whole = e["whole_experts"]
    experts, taken = fullest(arch["experts"], arch["chosen"], p if whole else 1, tokens, e["popularity_fraction"])
    share = arch["expert_layers"] * (1 if whole else 1 / p)
    moved = share * experts * arch["expert_bytes"]
    flops = share * (taken + experts * e["tile_tokens"]) * arch["expert_flops"]
    fixed = arch["expert_layers"] * 1e-3 * (kernel["layer_latency_ms"] + tokens * arch["chosen"] * e["sort_time_ms"])
    seconds = fixed * memory + overlapped(c, moved / (gpu["memory_bytes_per_s"] * kernel["bandwidth_fraction"]) * memory,
                                          flops / (gpu["fp16_flops_per_s"] * kernel["compute_fraction"]) * compute)
    return seconds, flops, moved


def seen(arch: dict, total: float, queries: float) -> float:
    return total - arch["sliding"] * max(0.0, total - queries * arch["window"])


def step(arch: dict, gpu: dict, c: dict, p: int, x: float = 1.0, decodes: float = 0, context: float = 0,
         sequences: float = 0, tokens: float = 0, prior: float = 0, pairs: float = 0) -> Step:
    """`decodes` with `context` in total, and prompt chunks behind `prior` tokens."""
    memory, compute = stretch(c["clock"], x)
    bandwidth, peak = gpu["memory_bytes_per_s"], gpu["fp16_flops_per_s"]
    all_tokens, all_sequences, layers = decodes + tokens, decodes + sequences, arch["layers"]
    context, prior, pairs = seen(arch, context, decodes), seen(arch, prior, sequences), seen(arch, pairs, tokens)
    kv_bytes = arch["kv_bytes"] / min(p, arch["kv_heads"])
    products = c["quantised"].get(arithmetic(arch, gpu), {"compute_ratio": 1, "product_latency_ms": 0, "quantising_bytes": 0})
    detour = c["detours"].get(arch["name"], {"layer_latency_ms": 0, "token_latency_ms": 0})

    per_flop = 1.0 / (peak * c["compute_fraction"])
    flops = (all_tokens * arch["token_flops"] + all_sequences * arch["sampled_flops"] + pairs * arch["pair_flops"]) / p
    matrices = (all_tokens * arch["token_flops"] / products["compute_ratio"] + all_sequences * arch["sampled_flops"]) / p * per_flop
    weights = arch["streamed_bytes"] / p / (bandwidth * c["bandwidth_fraction"])
    reduces = 2 * layers * all_reduce_seconds(c, p, all_tokens * arch["activation_bytes"]) * memory
    whole, shared = arch["quantised_elements"]
    small = (1e-3 * (c["step_latency_ms"] + layers * (c["layer_latency_ms"] + detour["layer_latency_ms"]
                                                      + (c["parallel_latency_ms"] if p > 1 else 0))
                     + arch["quantised_products"] * products["product_latency_ms"]
                     + all_sequences * c["sequence_latency_ms"] * layers / 32 / p
                     + all_tokens * detour["token_latency_ms"] * layers)
             + all_tokens * (whole + shared / p) * products["quantising_bytes"] / bandwidth)
    saturated = max(0.0, all_tokens - c["saturation_tokens"]) * 2 * layers * arch["activation_bytes"] * (p - 1) / c["saturated_bytes_per_s"]
    busy = (overlapped(c, weights * memory, matrices * compute) + reduces
            + (small + (prior + context) * kv_bytes / (bandwidth * c["context_bandwidth_fraction"])) * memory
            + (pairs * arch["pair_flops"] / p / (peak * c["attention_compute_fraction"]) + saturated) * compute)
    flops += context * arch["pair_flops"] / p + saturated / per_flop
    moved = arch["streamed_bytes"] / p + (prior + all_tokens + context) * kv_bytes
    if arch["experts"]:
        seconds, more_flops, more_bytes = expert_work(arch, gpu, c, p, all_tokens, memory, compute)
        busy, flops, moved = busy + seconds, flops + more_flops, moved + more_bytes
    launch = 1e-3 * layers * c["layer_launch_ms"]
    serial = 1e-3 * (c["step_overhead_ms"] + all_sequences * c["sequence_overhead_ms"]
                     + (c["prefill_overhead_ms"] if tokens > 0 else 0.0))
    time = max(busy, launch) + c["unoverlapped_launch_fraction"] * min(busy, launch) + serial
    routed = arch["experts"] and c["experts"]["whole_experts"]  # by every GPU
    return Step(time, flops, moved, busy, reduces, all_sequences / (1 if routed else p))


def prompts(size: float, count: float = 1) -> dict:
    return {"sequences": count, "tokens": size * count, "pairs": count * size * size / 2}


def voltage(e: dict, x: float) -> float:
    knee, floor = e["voltage_knee_fraction"], e["voltage_floor_fraction"]
    return floor + (1 - floor) * (max(0.0, x - knee) / (1 - knee)) ** 1.5


def draw(e: dict, tdp_w: float, step: Step, x: float = 1.0) -> float:
    """Watts of a GPU; work that would draw more than it sustains draws that."""
    core = voltage(e, x) ** 2
    memory = 1 - e["memory_voltage_fraction"] * (1 - core)
    active_w = e["active_w"] * (step.busy - step.collective) / step.seconds
    operations_w = (e["energy_per_flop_j"] * step.flops + e["energy_per_sequence_j"] * step.sequences) / step.seconds
    bytes_w = e["energy_per_byte_j"] * step.bytes / step.seconds
    sustained = min(1.0, (e["sustained_fraction"] * tdp_w - e["idle_loaded_w"]) / (active_w + operations_w + bytes_w))
    return e["idle_loaded_w"] + sustained * ((active_w * x + operations_w) * core + bytes_w * memory)


def clamped(e: dict, tdp_w: float, limit_w: float, at, x: float = 1.0) -> tuple[float, Step]:
    """The highest clock ratio up to x at which a step draws at most the limit, and the step there; at(ratio) is a step."""
    low, high = 0.1, x
    if draw(e, tdp_w, at(high), high) > limit_w:
        while high - low > 1e-9:
            middle = 0.5 * (low + high)
            low, high = (low, middle) if draw(e, tdp_w, at(middle), middle) > limit_w else (middle, high)
        return low, at(low)
    return x, at(x)
