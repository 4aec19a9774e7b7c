"""The measured points, and what the model predicts of each."""

import csv
import functools
import math
import os
import statistics
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammainc
from scipy.stats import poisson

from .model import PROJECT, prompts, step

DATA = Path(os.environ.get("HEADROOM_DATA", PROJECT.parent / "shared" / "data"))
A100, H100, H200, B200 = "a100_sxm4_80gb", "h100_sxm5_80gb", "h200_sxm5_141gb", "b200_sxm6_180gb"
ML_ENERGY_INPUT_TOKENS = 150.0
TAPAS_PROMPT_TOKENS = 512.0  # the paper does not say


def rows(relative: str) -> list[dict]:
    with open(DATA / relative, newline="") as f:
        return list(csv.DictReader(f))


def splitwise() -> list[dict]:
    """Medians over the repetitions of a condition, without those that overflowed memory."""
    groups = defaultdict(list)
    for r in rows("splitwise-sim/perf_model_llama2-70b_tp2_tp8.csv"):
        gpu = {"a100-80gb": A100, "h100-80gb": H100}[r["hardware"]]
        key = gpu, int(r["tensor_parallel"]), int(r["prompt_size"]), int(r["batch_size"]), int(r["token_size"])
        groups[key].append([float(r[k]) for k in ("prompt_time", "token_time", "peak_power", "average_power")])
    points = []
    for (gpu, p, size, batch, output), values in sorted(groups.items()):
        if p == 2 and batch >= (32 if gpu == A100 else 64):
            continue
        prompt, token, peak, average = (statistics.median(v) for v in zip(*values))
        points.append({"gpu": gpu, "p": p, "size": size, "batch": batch, "output": output, "model": "llama2_70b", "prefill_s": prompt / 1e3,
                       "decode_s": token / 1e3, "peak_fraction": peak, "decode_fraction": average})
    return points


ML_ENERGY_MODELS = {"meta-llama/Llama-3.1-8B-Instruct": "llama3_1_8b", "Qwen/Qwen3-8B": "qwen3_8b", "Qwen/Qwen3-14B": "qwen3_14b",
                    "Qwen/Qwen3-32B": "qwen3_32b", "google/gemma-3-12b-it": "gemma3_12b",
                    "Qwen/Qwen3-30B-A3B-Instruct-2507": "qwen3_30b_a3b", "openai/gpt-oss-20b": "gpt_oss_20b",
                    "meta-llama/Llama-4-Scout-17B-16E-Instruct": "llama4_scout",
                    "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8": "qwen3_235b_a22b_fp8"}
DENSE = ("llama3_1_8b", "qwen3_8b", "qwen3_14b", "qwen3_32b", "gemma3_12b")


@functools.cache
def ml_energy_rows() -> list[dict]:
    """All rows that are fit for use: of the reasoning task none in which less than a turnover was seen, none of the broken
    engine of the small model on B200. `held` are the tokens behind the prompt of a sequence in flight."""
    key = lambda r: (r["task"], r["model_id"], r["gpu_model"], int(r["num_gpus"]), int(float(r["max_num_seqs"])))  # noqa: E731
    held = {key(r): float(r["held"]) for r in rows("ml-energy-v3/output_lengths.csv")}
    points = []
    for r in rows("ml-energy-v3/h100_llama31-8b_qwen3-32b.csv") + rows("ml-energy-v3/h100_b200_more.csv"):
        d = {"gpu": {"H100": H100, "B200": B200}[r["gpu_model"]], "model": ML_ENERGY_MODELS[r["model_id"]], "task": r["task"],
             "p": int(r["num_gpus"]), "batch": float(r["avg_batch_size"]), "size": ML_ENERGY_INPUT_TOKENS,
             "output": float(r["avg_output_len"]), "held": held[key(r)],
             "gpu_w": float(r["avg_power_watts"]) / float(r["num_gpus"]), "itl_s": float(r["median_itl_ms"]) / 1e3,
             "mean_s": float(r["avg_batch_size"]) / float(r["output_throughput_tokens_per_sec"])}
        short_window = d["task"] == "gpqa" and d["model"] == "qwen3_14b" and d["batch"] > 32
        broken = d["gpu"] == B200 and d["model"] == "llama3_1_8b" and d["batch"] > 100
        if not short_window and not broken:
            points.append(d)
    return points


def ml_energy() -> list[dict]:
    """Dense models on H100."""
    return [d for d in ml_energy_rows() if d["gpu"] == H100 and d["model"] in DENSE]


def ml_energy_mixtures() -> list[dict]:
    return [d for d in ml_energy_rows() if d["model"] not in DENSE]


def ml_energy_b200() -> list[dict]:
    return [d for d in ml_energy_rows() if d["gpu"] == B200]


def serving_facts(quantity: str) -> list[dict]:
    """Of powertrace-sim: `value` in seconds, of a token where the quantity is a rate."""
    gpus = {"A100": A100, "H100": H100}
    models = {"Llama-3-70B": "llama3_1_70b", "Llama-3-8B": "llama3_1_8b", "gpt-oss-20b": "gpt_oss_20b"}
    return [{"gpu": gpus[r["gpu"]], "model": models[r["model"]], "p": int(r["tensor_parallel"]), "batch": float(r["batch"]),
             "tokens": float(r["tokens"] or 0),
             "value": 1 / float(r["value"]) if quantity.endswith("rate_of_a_request") else float(r["value"]) / 1e3}
            for r in rows("facts_serving_2025.csv") if r["quantity"] == quantity]


def decode_facts() -> list[dict]:
    return serving_facts("decode_step")


def rate_facts() -> list[dict]:
    """Of dense models: a ShareGPT load, 200 tokens in and 250 out."""
    return [d for d in serving_facts("decode_rate_of_a_request") if d["model"] != "gpt_oss_20b"]


def first_token_facts() -> list[dict]:
    """`way_s`: through server and client, what a prompt of 8 tokens takes beyond a decode step."""
    firsts, steps = serving_facts("first_token"), serving_facts("decode_step")
    way = {d["gpu"]: d["value"] - next(s["value"] for s in steps if s["gpu"] == d["gpu"] and s["batch"] == 1)
           for d in firsts if d["tokens"] == 8}
    return [d | {"way_s": way[d["gpu"]]} for d in firsts if d["tokens"] > 8]


def busy_facts() -> list[dict]:
    """Of dense models, at the plateau of a ShareGPT load: watts of a GPU, and how long a step took at that batch."""
    rates, busy = serving_facts("decode_rate_of_a_request"), serving_facts("busy")
    points = []
    for d in busy:
        curve = sorted((r["batch"], r["value"]) for r in rates if (r["gpu"], r["model"], r["p"]) == (d["gpu"], d["model"], d["p"]))
        points.append(d | {"gpu_w": 1e3 * d["value"] / d["p"], "step_s": float(np.interp(d["batch"], *zip(*curve)))})
    return [d for d in points if d["model"] != "gpt_oss_20b"]


def fact_busy(arch, gpu, c, d, x=1.0):
    arrivals = d["batch"] / 250
    return step(arch, gpu, c, d["p"], x, decodes=d["batch"] - arrivals, context=400 * (d["batch"] - arrivals), **prompts(200, arrivals))


def fact_decode(arch, gpu, c, d, x=1.0):
    return step(arch, gpu, c, d["p"], x, decodes=d["batch"], context=d["batch"] * d["tokens"])


def fact_rate(arch, gpu, c, d, x=1.0):
    arrivals = d["batch"] / 250 if d["batch"] > 1 else 0.0
    decodes = d["batch"] - arrivals
    return step(arch, gpu, c, d["p"], x, decodes=decodes, context=400 * decodes, **prompts(200, arrivals))


STEP_TOKENS = 8192.0


def fact_first_token(arch, gpu, c, d, x=1.0):
    """In chunks, each behind those before it."""
    total, done = d["way_s"], 0.0
    while done < d["tokens"]:
        n = min(STEP_TOKENS, d["tokens"] - done)
        run = step(arch, gpu, c, d["p"], x, sequences=1, tokens=n, prior=done, pairs=n * (done + n / 2))
        total, done = total + run.seconds, done + n
    return run._replace(seconds=total)


def dynamollm() -> list[dict]:
    """Watts per GPU of Llama-2-70B on eight H100s against tokens in flight."""
    return [{"gpu": H100, "model": "llama2_70b", "p": 8, "size": float(r["tokens"]), "batch": 1,
             "gpu_w": float(r["power_kW"]) * 1e3 / 8}
            for r in rows("papers/dynamollm_fig3_power_vs_tokens.csv") if float(r["tokens"]) > 0]


DYNAMOLLM_TOKENS = {"S": (150, 60), "M": (600, 220), "L": (3000, 450)}  # prompt, output: within the paper's classes


def dynamollm_clocks() -> list[dict]:
    """Energy of a request on H100s at a clock over that at 2 GHz, by type and parallelism (table 1), 2000 prompt tokens/s."""
    points = []
    for r in rows("papers/dynamollm_table1_wh.csv"):
        size, output = DYNAMOLLM_TOKENS[r["type"][0]][0], DYNAMOLLM_TOKENS[r["type"][1]][1]
        batch = max(1.0, 2000 / size * output * 0.03)  # Little's law, 30 ms a token
        for p in (2, 4, 8):
            for ghz in (0.8, 1.2, 1.6):
                here, top = r[f"TP{p}@{ghz}"], r[f"TP{p}@2.0"]
                if here and top:
                    points.append({"gpu": H100, "model": "llama2_70b", "p": p, "batch": batch, "size": size, "output": output,
                                   "x": ghz / 1.98, "energy": float(here) / float(top)})
    return points


def dvfs() -> list[dict]:
    return [{"gpu": A100, "model": "llama3_1_70b", "p": int(r["config"][2]), "regime": r["regime"].split("_")[0], "x": float(r["sm_clock_mhz"]) / 1410,
             "time": float(r["time_ratio_vs_1410"]), "power": float(r["gpu_power_ratio_vs_1410"]),
             "gpu_w": float(r["gpu_power_w_median"])} for r in rows("a100-dvfs/a100_dvfs_curve_llama33_70b.csv")]


def splitwise_decode(arch, gpu, c, d, x=1.0):
    context = d["batch"] * (d["size"] + d["output"] / 2)
    return step(arch, gpu, c, d["p"], x, decodes=d["batch"], context=context)


def splitwise_prefill(arch, gpu, c, d, x=1.0):
    return step(arch, gpu, c, d["p"], x, **prompts(d["size"], d["batch"]))


def serving_step(arch, gpu, c, d, arrivals, x=1.0):
    """A step of continuous batching at a steady batch, in which `arrivals` prompts are prefilled (model/steady_state)."""
    decodes = d["batch"] - arrivals
    held = d.get("held", d["output"] / 2)
    return step(arch, gpu, c, d["p"], x, decodes=decodes, context=decodes * (d["size"] + held), **prompts(d["size"], arrivals))


def mean_step(arch, gpu, c, d, x=1.0):
    return serving_step(arch, gpu, c, d, d["batch"] / d["output"], x)


def median_step(arch, gpu, c, d, x=1.0):
    return serving_step(arch, gpu, c, d, median_prompts(d["batch"] / d["output"]), x)


@functools.cache
def median_prompts(mean: float) -> float:
    """Median prompt work of a step over that of a mean prompt: a Poisson number of prompts of exponential length."""
    if mean <= math.log(2):
        return 0.0
    counts = np.arange(1, int(mean + 12 * math.sqrt(mean) + 12))
    weights = poisson.pmf(counts, mean)
    return brentq(lambda y: math.exp(-mean) + float(np.dot(weights, gammainc(counts, y))) - 0.5, 0.0, 2 * mean + 2)


def tapas(phase: str) -> list[dict]:
    """Watts per GPU of a DGX-A100 with Llama-2-70B: TAPAS figure 16, unused GPUs at their bare idle of 61 W; at most TDP."""
    points = {(int(r["value"]) if r["param"] == "TP" else 8, int(r["value"]) if r["param"] == "batch" else 64):
              float(r["power_kW"]) * 1e3
              for r in rows("papers/tapas_fig16.csv") if r["phase"] == phase and r["param"] != "model"}
    return [{"gpu": A100, "model": "llama2_70b", "p": p, "batch": b, "size": TAPAS_PROMPT_TOKENS,
             "gpu_w": min(400.0, (w - (8 - p) * 61) / p)} for (p, b), w in sorted(points.items())]


def tapas_decode() -> list[dict]:
    return tapas("decode")


def tapas_prefill() -> list[dict]:
    """Without the single prompt, which is over before power is sampled."""
    return [d for d in tapas("prefill") if d["batch"] > 1]


def tapas_step(arch, gpu, c, d, x=1.0):
    return step(arch, gpu, c, d["p"], x, decodes=d["batch"], context=600 * d["batch"])


DVFS_BATCH = {"decode": 32, "mixed": 104, "prefill": 512}  # sequences in a step, within each regime's range


def dvfs_step(arch, gpu, c, d, x=1.0):
    tokens = DVFS_BATCH[d["regime"]]
    return step(arch, gpu, c, d["p"], x, decodes=tokens, context=300 * tokens)
