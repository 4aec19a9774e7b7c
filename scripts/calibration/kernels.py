"""What single kernels reach, from the tables of vLLM's kernels: shares of the data sheet, all-reduces, FP8, experts."""

import math
from collections import defaultdict
from functools import cache

import numpy as np
from scipy.optimize import least_squares

from .measurements import A100, B200, H100, H200, rows
from .model import fullest

TABLE = {A100: "A100", H100: "H100", H200: "H200", B200: "B200"}
DTYPES = {"bf16": "bfloat16", "fp8": "fp8", "fp8_block": "fp8_block", "mxfp4": "w4a16_mxfp4"}
BYTES = {"bf16": 2.0, "fp8": 1.0, "fp8_block": 1.0, "mxfp4": 0.53}
TILE_TOKENS, SORT_MS, POPULARITY, UNOVERLAPPED = 16.0, 9e-6, 1.0, 0.8


@cache
def table(name: str, gpu: str) -> list[dict]:
    return [r for r in rows(f"kernels/{name}.csv") if r["gpu"] == TABLE[gpu]]


def fitted(parameters: dict, residuals) -> dict:
    """Robust least squares of logarithms; parameters are name: (low, high)."""
    low, high = (np.array([bounds[k] for bounds in parameters.values()]) for k in (0, 1))
    values = lambda u: dict(zip(parameters, (low + (high - low) * u).tolist()))  # noqa: E731
    best = least_squares(lambda u: residuals(values(u)), np.full(len(low), 0.4), bounds=(0, 1), loss="soft_l1", f_scale=0.1)
    return values(best.x)


def all_reduce(gpu: str) -> dict:
    """The faster of custom and NCCL at each size, made to rise; without points that a straight line meets within 4 %."""
    result = {}
    for gpus in ("2", "4", "8"):
        fastest = defaultdict(lambda: math.inf)
        for r in table("collectives", gpu):
            if r["operation"] == "all_reduce" and r["gpus"] == gpus:
                fastest[int(r["bytes"])] = min(fastest[int(r["bytes"])], float(r["us"]))
        sizes = [b for b in sorted(fastest) if 8192 <= b <= 2 ** 28]
        times = np.minimum.accumulate([fastest[b] for b in sizes][::-1])[::-1]
        result[gpus] = [{"payload_bytes": b, "time_ms": round(float(t) * 1e-3, 5)} for b, t in thinned(list(zip(sizes, times)))]
    return result


def thinned(points: list) -> list:
    """From each point on to the farthest whose straight line stays close to all between."""
    kept, i = [points[0]], 0
    while i < len(points) - 1:
        for j in range(len(points) - 1, i, -1):
            (b0, t0), (b1, t1) = points[i], points[j]
            if all(abs((t0 + (t1 - t0) * (b - b0) / (b1 - b0)) / t - 1) < 0.04 for b, t in points[i + 1:j]):
                break
        kept.append(points[j])
        i = j
    return kept


def attention_shares(spec: dict, gpu: str) -> dict:
    """Where they take time: caches from 256 MiB a layer with two heads or more, prompts of 8192 tokens and more."""
    held = [(int(r["batch"]) * int(r["context"]) * int(r["kv_heads"]) * 512, float(r["us"]) * 1e-6)
            for r in table("attention_decode", gpu)
            if r["kv_dtype"] == "bfloat16" and int(r["batch"]) > 1 and int(r["kv_heads"]) > 1]
    context = [size / time for size, time in held if size >= 2 ** 28]
    prompts = [int(r["batch"]) * int(r["tokens"]) ** 2 * 2 * int(r["heads"]) * 128 / (float(r["us"]) * 1e-6)
               for r in table("attention_prefill", gpu) if r["kv_dtype"] == "bfloat16" and int(r["tokens"]) >= 8192]
    return {"context_bandwidth_fraction": round(min(0.95, float(np.median(context)) / spec["memory_bytes_per_s"]), 3),
            "attention_compute_fraction": round(float(np.median(prompts)) / spec["fp16_flops_per_s"], 3)}


def product(spec: dict, gpu: str, precision: str) -> dict | None:
    """latency_us + stream and compute, of which a share of the shorter is not hidden + quantising the activations."""
    points = [(float(r["n"]), float(r["k"]), float(r["m"]), float(r["us"]) * 1e-6) for r in table("gemm", gpu)
              if r["dtype"] == DTYPES[precision] and int(r["n"]) >= 1024 and int(r["k"]) >= 1024 and int(r["n"]) * int(r["k"]) >= 8e6]
    if not points:
        return None
    n, k, m, measured = np.array(points).T

    def residuals(v):
        stream = n * k * BYTES[precision] / (v["bandwidth"] * spec["memory_bytes_per_s"])
        compute = 2 * m * n * k / (v["compute"] * spec["fp16_flops_per_s"])
        quantise = v.get("element_bytes", 0.0) * m * k / spec["memory_bytes_per_s"]
        time = v["latency_us"] * 1e-6 + np.maximum(stream, compute) + v["both"] * np.minimum(stream, compute) + quantise
        return np.log(time / measured)

    quantised = {} if precision == "bf16" else {"element_bytes": (0, 60)}
    return fitted({"latency_us": (0, 200), "bandwidth": (0.4, 1.0), "compute": (0.2, 2.0), "both": (0, 1.5)} | quantised, residuals)


def quantised(spec: dict, gpu: str) -> dict:
    """Beside BF16's. A compiled model fuses two of four quantisations of one scale a tensor with the norm before; those by
    block are launched on their own."""
    plain, result = product(spec, gpu, "bf16"), {}
    for precision, launched in (("fp8", 0.5), ("fp8_block", 1.0)):
        if own := product(spec, gpu, precision):
            result[precision] = {"compute_ratio": round(own["compute"] / plain["compute"], 2),
                                 "product_latency_ms": round(max(0.0, launched * (own["latency_us"] - plain["latency_us"])) * 1e-3, 4),
                                 "quantising_bytes": round(launched * own["element_bytes"], 1)}
    return result


def expert_seconds(spec: dict, v: dict, precision: str, r: dict) -> float:
    tokens, experts, chosen, gpus = int(r["tokens"]), int(r["experts"]), int(r["experts_per_token"]), int(r["ep"])
    touched, taken = fullest(experts, chosen, gpus, tokens, POPULARITY)
    if r["distribution"] == "balanced":
        touched, taken = min(experts / gpus, max(1.0, tokens * chosen / gpus)), tokens * chosen / gpus
    weights = 3 * int(r["hidden"]) * int(r["expert_width"]) / int(r["tp"])
    stream = touched * weights * BYTES[precision] / (v["bandwidth_fraction"] * spec["memory_bytes_per_s"])
    compute = 2 * (taken + touched * TILE_TOKENS) * weights / (v["compute_fraction"] * spec["fp16_flops_per_s"])
    return v["layer_latency_us"] * 1e-6 + max(stream, compute) + UNOVERLAPPED * min(stream, compute) + tokens * chosen * SORT_MS * 1e-3


def experts(spec: dict, gpu: str) -> dict:
    """One rate for each precision: which shapes have a tuned configuration is not known of a new model."""
    kernels = {}
    for precision, dtype in DTYPES.items():
        points = [r for r in table("moe", gpu) if r["dtype"] == dtype and r["kernel"] != "cutlass"
                  and r["distribution"] in ("balanced", "power_law_1.2")]
        if not points:
            continue
        v = fitted({"layer_latency_us": (5, 100), "bandwidth_fraction": (0.5, 0.95), "compute_fraction": (0.05, 0.95)},
                   lambda v, p=precision, points=points: [math.log(expert_seconds(spec, v, p, r) / (float(r["us"]) * 1e-6)) for r in points])
        kernels[precision] = {"layer_latency_ms": round(v["layer_latency_us"] * 1e-3, 4),
                              "bandwidth_fraction": round(v["bandwidth_fraction"], 3), "compute_fraction": round(v["compute_fraction"], 3)}
    return {"kernels": kernels, "whole_experts": True, "tile_tokens": TILE_TOKENS, "sort_time_ms": SORT_MS, "popularity_fraction": POPULARITY}


@cache
def _measured(gpu: str, spec: tuple) -> dict:
    values = dict(spec)
    return attention_shares(values, gpu) | {"all_reduce": all_reduce(gpu), "quantised": quantised(values, gpu),
                                            "experts": experts(values, gpu)}


def measured(gpu: str, spec: dict) -> dict:
    """All coefficients of a GPU that its kernels alone decide."""
    return _measured(gpu, tuple((n, spec[n]) for n in ("memory_bytes_per_s", "fp16_flops_per_s")))
