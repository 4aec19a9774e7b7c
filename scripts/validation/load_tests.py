"""One instance under load: by `predict --rate`, by a run, and as others measured it."""

import json
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

from calibration.fitting import SERVER
from calibration.measurements import DYNAMOLLM_TOKENS, H100, ML_ENERGY_MODELS, ml_energy_rows, rows

from .comparisons import MODELS, Program

PERCENTILES = ("p50", "p90", "p99")
SHARES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)  # of the capacity
REQUESTS = 6000
STEP_TOKENS = {"vllm_2023": ("continuous", "prefill_budget_tokens", 2048), "vllm_2025": ("chunked_prefill", "step_budget_tokens", 8192)}


@dataclass(frozen=True)
class Instance:
    server: str
    model: str
    stack: str
    gpus: int
    most: int = 256

    @property
    def name(self) -> str:
        return f"{MODELS[self.model]} on {self.gpus} {'A100' if 'a100' in self.server else 'H100'}, {self.stack}"


def fixed(tokens: float) -> dict:
    return {"kind": "fixed", "tokens": round(tokens)}


def run(program: Program, instance: Instance, rate: float, prompt: dict, output: dict, duration: float, clock_mhz: float | None = None) -> dict:
    """The summary of a server with instances of this kind, of which each gets the rate."""
    per_server = 8 // instance.gpus
    batching, budget, tokens = STEP_TOKENS[instance.stack]
    workload = {"synthetic": {"rate_per_s": rate * per_server, "classes": [{"input": prompt, "output": output}]}}
    sets = {"/site/servers": 1, "/site/levels/0/budget_w": 20000, "/duration_s": duration, "/policy": "none", "/serving/pools": [],
            "/hardware": instance.server, "/serving/stack": instance.stack, "/serving/model": instance.model,
            "/serving/tensor_parallel": instance.gpus, "/policy/batching/kind": batching, f"/policy/batching/{budget}": tokens,
            "/policy/batching/max_batch_sequences": instance.most, "/workload": workload}
    if clock_mhz:
        sets["/hardware/gpu/max_clock_mhz"] = clock_mhz
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        options = [word for pointer, value in sets.items() for word in
                   ("--set", f"{pointer}={value if isinstance(value, str) else json.dumps(value)}")]
        program.says("--quiet", "run", "configs/scenario/polca_row.json", "--out", str(out), *options)
        return json.loads((out / "summary.json").read_text())


def ask(program: Program, instance: Instance, rate: float, prompt: float, output: float, **more) -> dict:
    gpu = next(gpu for gpu, server in SERVER.items() if server == instance.server)
    row, = program.predict(gpu, instance.model, instance.stack, tensor_parallel=instance.gpus, prompt_tokens=prompt, output_tokens=output,
                           rate=rate, max_batch_sequences=instance.most, **more)
    return row


@dataclass(frozen=True)
class AtRate:
    instance: Instance
    request: str
    share: float
    rate: float
    seen: dict  # by "ttft p50" and its like, seconds
    said: dict


def against_runs(program: Program) -> list[AtRate]:
    result = []
    for instance, prompt, output, cv in ((Instance("dgx_h100", "llama2_70b", "vllm_2025", 8), 1000, 200, 0),
                                         (Instance("dgx_h100", "llama3_1_8b", "vllm_2025", 8), 500, 300, 1),
                                         (Instance("dgx_a100", "llama2_70b", "vllm_2023", 8, 64), 1000, 200, 0),
                                         (Instance("dgx_h100", "llama3_1_70b", "vllm_2025", 8), 12000, 150, 0)):
        capacity = ask(program, instance, 1e-3, prompt, output, output_cv=cv)["open_capacity_per_s"]
        lengths = fixed(output) if cv == 0 else {"kind": "lognormal", "median_tokens": output / math.sqrt(1 + cv * cv),
                                                 "sigma": math.sqrt(math.log(1 + cv * cv))}
        for share in SHARES:
            rate = share * capacity
            latency = run(program, instance, rate, fixed(prompt), lengths, REQUESTS / rate)["latency"]
            row = ask(program, instance, rate, prompt, output, output_cv=cv)
            keys = [("ttft", what) for what in ("mean", *PERCENTILES)] + [("tbt", what) for what in ("mean", *PERCENTILES)] + [("e2e", "mean")]
            result.append(AtRate(instance, f"{prompt} in, {output} out{', cv 1' if cv else ''}", share, rate,
                                 {f"{q} {what}": latency[f"{q}_s"][what] for q, what in keys},
                                 {f"{q} {what}": row[f"open_{q}_{what}_s"] for q, what in keys}))
    return result


@dataclass(frozen=True)
class HeldBatch:
    system: str
    batch: float
    measured: dict  # percentiles of the time between tokens, seconds
    said: dict


def held_batches(program: Program) -> list[HeldBatch]:
    """ML.ENERGY's percentiles of the time between tokens. A run whose queue is never empty holds the batch as its client did."""
    key = lambda r: (r["task"], r["model_id"], r["gpu_model"], int(r["num_gpus"]), int(float(r["max_num_seqs"])))  # noqa: E731
    lengths = {key(r): r for r in rows("ml-energy-v3/output_lengths.csv")}
    usable = {(d["model"], d["task"], d["p"], round(d["batch"], 6)) for d in ml_energy_rows() if d["gpu"] == H100}
    result = []
    for r in rows("ml-energy-v3/h100_llama31-8b_qwen3-32b.csv") + rows("ml-energy-v3/h100_b200_more.csv"):
        model, batch, gpus = ML_ENERGY_MODELS[r["model_id"]], float(r["avg_batch_size"]), int(r["num_gpus"])
        if r["gpu_model"] != "H100" or r["task"] != "lm-arena-chat" or (model, r["task"], gpus, round(batch, 6)) not in usable:
            continue
        of = lengths[key(r)]
        points = [[0.0, 1]] + [[q / 100, max(1, round(float(of[f"q{q:02d}"])))] for q in range(5, 100, 10)] + [[1.0, 3 * round(float(of["q95"]))]]
        output = {"kind": "empirical", "points": [{"tokens": tokens, "cumulative_fraction": share} for share, tokens in points]}
        instance = Instance(SERVER[H100], model, "vllm_2025", gpus, max(1, round(batch)))
        rate = 1.3 * float(r["output_throughput_tokens_per_sec"]) / float(r["avg_output_len"])
        tbt = run(program, instance, rate, fixed(150), output, 600)["latency"]["tbt_s"]
        result.append(HeldBatch(f"{MODELS[model]}, {gpus} H100", batch, {p: float(r[f"{'median' if p == 'p50' else p}_itl_ms"]) / 1e3 for p in PERCENTILES},
                                {p: tbt[p] for p in PERCENTILES}))
    return result


TTFT_S, TBT_S = {"S": 0.25, "M": 0.4, "L": 2.0}, 0.1  # its table IV, at the 99th percentile


@dataclass(frozen=True)
class Cell:
    request: str
    gpus: int
    ghz: float
    measured: bool  # the paper has an energy there: the SLO is kept
    said: bool


def dynamollm_mask(program: Program) -> list[Cell]:
    """Which configurations keep the SLO of a type of request at 2000 prompt tokens/s (Llama-2-70B, eight H100 at most)."""
    cells = []
    for r in rows("papers/dynamollm_table1_wh.csv"):
        prompt, output = DYNAMOLLM_TOKENS[r["type"][0]][0], DYNAMOLLM_TOKENS[r["type"][1]][1]
        for gpus in (2, 4, 8):
            for ghz in (0.8, 1.2, 1.6, 2.0):
                row = ask(program, Instance("dgx_h100", "llama2_70b", "vllm_2025", gpus), 2000 / prompt, prompt, output,
                          clock_mhz=min(1980, 1000 * ghz))
                kept = not row["open_saturated"] and row["open_ttft_p99_s"] <= TTFT_S[r["type"][0]] and row["open_tbt_p99_s"] <= TBT_S
                cells.append(Cell(r["type"], gpus, ghz, bool(r[f"TP{gpus}@{ghz}"]), kept))
    return cells
