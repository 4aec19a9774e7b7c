#!/usr/bin/python3
"""Prints who says what of the same requests on the same servers, and why: SplitwiseSim, Vidur and Headroom.

Runs Headroom on the inputs of the other two: with their step times and rules, with their rules and its own step times, and
the other way round. Reads their results from ../shared/peers or $HEADROOM_PEERS, which are not part of the project; needs
zstd and Debian's python3-numpy. The tables are Markdown; those of docs/results/simulators.md come from here.
"""

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.dont_write_bytecode = True
from results import InputError, exit_code, read_json  # noqa: E402

PROJECT = Path(__file__).resolve().parents[1]
PEERS = Path(os.environ.get("HEADROOM_PEERS", PROJECT / "../shared/peers"))

OUR_STEPS = {"/serving/steps": {"kind": "roofline"}, "/serving/memory": {}}
OF_2023 = {"/serving/stack": "vllm_2023"}
OF_2025 = {"/serving/stack": "vllm_2025"}
OUR_RULES = {"/policy/router": {"kind": "join_shortest_queue"}}
PROMPTS_FIRST = OUR_RULES | {"/policy/batching": {"kind": "continuous"}}
IN_CHUNKS = OUR_RULES | {"/policy/batching": {"kind": "chunked_prefill"}}

# Load, then rows: steps of whom, rules of whom, scenario, what to set; None instead of that: the result of the other simulator.
LOADS = {
    "70 requests/s for two minutes, 40 DGX-H100, Llama-2-70B": (
        ("SplitwiseSim", "SplitwiseSim", "splitwise_h40_llama_conv70_2min"),
        ("Vidur", "Vidur, `lor`", "vidur_l70h_r40_conv70_2min"),
        ("Vidur", "Vidur, round robin", "vidur_l70h_r40_conv70_2min_rr"),
    ),
    "Azure's hour of conversations, 4 DGX-H100, Llama-2-70B": (
        ("SplitwiseSim", "SplitwiseSim", "splitwise_h4_llama_azureconv_raw"),
        ("Vidur", "Vidur, `lor`", "vidur_l70h_r4_azureconv_raw"),
        ("Vidur", "Vidur, round robin", "vidur_l70h_r4_azureconv_raw_rr"),
    ),
}


def variations(steps: str, rules: str) -> tuple:
    """What else to run of a row: steps, rules, what to set."""
    if steps == "SplitwiseSim":
        return ((steps, rules, {}), (steps, "prompts first, shortest queue", PROMPTS_FIRST),
                ("Headroom, 2023", rules, OUR_STEPS | OF_2023),
                ("Headroom, 2023", "prompts first, shortest queue", OUR_STEPS | OF_2023 | PROMPTS_FIRST))
    own = ((steps, rules, {}), ("Headroom, 2025", rules, OUR_STEPS | OF_2025))
    if "robin" in rules:
        own += (("Headroom, 2025", "chunks, shortest queue", OUR_STEPS | OF_2025 | IN_CHUNKS),)
    return own


# ---- results of either


def unpacked(file: Path) -> str:
    if file.suffix != ".zst":
        return file.read_text()
    return subprocess.run(["zstd", "-dc", file], check=True, capture_output=True, text=True).stdout


def peer_times(name: str) -> np.ndarray:
    """Time to first token, between tokens, end to end, by request."""
    file, = [file for file in (PEERS / "results").iterdir() if file.name.lower() == name + ".csv.zst"]
    rows = list(csv.DictReader(io.StringIO(unpacked(file))))
    columns = ("ttft_times", "tbt_times", "response_times") if "ttft_times" in rows[0] else ("ttft", "tbt", "e2e")
    return np.array([[float(row[column]) for column in columns] for row in rows])


def simulate(headroom: str, name: str, settings: dict, out: Path) -> tuple[np.ndarray, dict]:
    """The same by request, of those that completed, and the summary."""
    command = [headroom, "run", str(PROJECT / f"configs/scenario/peers/{name}.json"), "--requests", "--quiet", "--out", str(out)]
    for pointer, value in settings.items():
        command += ["--set", f"{pointer}={json.dumps(value)}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise InputError(f"{name}: {run.stderr.strip()}")
    times = []
    with (out / "requests.csv").open() as file:
        for row in csv.DictReader(file):
            if row["outcome"] != "completed":
                continue
            first, whole = float(row["ttft_s"]), float(row["e2e_s"])
            times.append((first, (whole - first) / int(row["output_tokens"]), whole))
    return np.array(times), read_json(out, "summary.json")


# ---- tables


def cells(times: np.ndarray) -> list[str]:
    first, between, whole = times.T
    return ([f"{np.percentile(first, p) * 1e3:.0f}" for p in (50, 90, 99)]
            + [f"{np.percentile(between, p) * 1e3:.1f}" for p in (50, 99)] + [f"{np.percentile(whole, p):.2f}" for p in (50, 99)])


def print_loads(headroom: str, folder: Path) -> None:
    for load, rows in LOADS.items():
        print(f"### {load}\n")
        print("| run by | step times of | rules of | TTFT P50, ms | P90 | P99 | between tokens P50, ms | P99 | end to end P50, s | P99 | "
              "J per output token |")
        print("| --- | --- | --- |" + " ---: |" * 8)
        for steps, rules, name in rows:
            print("|", " | ".join([steps, steps, rules, *cells(peer_times(name)), ""]), "|")
            for number, (own_steps, own_rules, settings) in enumerate(variations(steps, rules)):
                times, summary = simulate(headroom, name, settings, folder / f"{name}.{number}")
                energy = f"{summary['energy']['per_output_token_j']:.1f}"
                print("|", " | ".join(["Headroom", own_steps, own_rules, *cells(times), energy]), "|", flush=True)
        print()


def split_step(tokens: int, column: str) -> float:
    rows = [row for row in csv.DictReader(io.StringIO(unpacked(PEERS / "inputs/splitwise_step_times.csv")))
            if row["model"] == "llama2-70b" and row["hardware"] == "h100-80gb" and row["tensor_parallel"] == "8"]
    knots = [(float(row["batch_tokens"]), float(row[column])) for row in rows]
    high = min(max(1, next((i for i, (x, _) in enumerate(knots) if x >= tokens), len(knots))), len(knots) - 1)
    (x0, y0), (x1, y1) = knots[high - 1], knots[high]
    return y0 + (y1 - y0) / (x1 - x0) * (tokens - x0)


class VidurTables:
    """Layer times of its tables, as docs/step_tables.md says."""

    LAYERS = 80

    def __init__(self) -> None:
        def rows(name: str) -> csv.DictReader:
            return csv.DictReader(io.StringIO(unpacked(PEERS / f"results/vidur_h100_l70b_tp8_{name}.csv.zst")))
        self.tokens = {int(float(row.pop("num_tokens"))): {k: float(v) for k, v in row.items()} for row in rows("tokens")}
        self.decode = {(int(row["batch_size"]), int(row["kv"])): float(row["ms"]) for row in rows("decode")}
        self.prefill = {(int(row["kv"]), int(row["chunk"])): float(row["ms"]) for row in rows("prefill")}

    def step(self, tokens: int, attention_ms: float) -> float:
        parts = self.tokens[-(-tokens // 8) * 8]
        return self.LAYERS * (sum(parts.values()) + parts["all_reduce_plus_launch"] + attention_ms) / 1e3

    def decode_step(self, batch: int, context: int) -> float | None:
        ms = self.decode.get((batch, -(-context // 64) * 64))
        return None if ms is None else self.step(batch, ms * (1.1 if batch > 1 else 1.0))

    def prompt(self, tokens: int, chunk: int = 512) -> float:
        return sum(self.step(chunk, self.prefill[at, chunk]) for at in range(0, tokens, chunk))


def our_steps(headroom: str, batch: int, prompt: int, context: int) -> dict[str, dict]:
    command = [headroom, "predict", "--hardware", "dgx_h100", "--model", "llama2_70b", "--stack", "vllm_2023,vllm_2025", "--batch",
               str(batch), "--prompt-tokens", str(prompt), "--context-tokens", str(context), "--format", "json"]
    return {row["stack"]: row for row in json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)}


def print_steps(headroom: str) -> None:
    vidur = VidurTables()
    print("### What a step takes, ms: Llama-2-70B on eight H100\n")
    print("| step | SplitwiseSim | Vidur | Headroom, `vllm_2023` | Headroom, `vllm_2025` |")
    print("| --- | ---: | ---: | ---: | ---: |")
    def line(name: str, seconds: list) -> None:
        print("|", name, "|", " | ".join("" if s is None else f"{s * 1e3:.1f}" for s in seconds), "|")
    for prompt in (512, 1024, 2048):
        ours = our_steps(headroom, 1, prompt, prompt)
        line(f"a prompt of {prompt:,} tokens", [split_step(prompt, "prompt_time_s"), vidur.prompt(prompt),
                                               *(row["prefill_s"] for row in ours.values())])
    for batch in (1, 8, 32, 64):
        ours = our_steps(headroom, batch, 1024, 1216)
        line(f"decode of {batch}, at 1,216 tokens of context", [split_step(batch, "token_time_s"), vidur.decode_step(batch, 1216),
                                                              *(row["decode_step_s"] for row in ours.values())])
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headroom", default=os.environ.get("HEADROOM", "headroom"), help="the program (default: %(default)s)")
    options = parser.parse_args()

    def work() -> None:
        if not PEERS.is_dir():
            raise InputError(f"{PEERS}: no results of other simulators there")
        print_steps(options.headroom)
        with tempfile.TemporaryDirectory() as folder:
            print_loads(options.headroom, Path(folder))
    return exit_code("compare_simulators.py", PEERS, work)


if __name__ == "__main__":
    sys.exit(main())
