"""Every measured point beside what `headroom predict` says of it."""

import json
import statistics
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from calibration.fitting import SERVER, SPEC
from calibration.measurements import (
    A100, DVFS_BATCH, H100, decode_facts, dvfs, dynamollm, dynamollm_clocks, first_token_facts, ml_energy, ml_energy_mixtures, rows,
    splitwise, tapas_decode, tapas_prefill)
from calibration.model import PROJECT
from results import InputError

# median, p90; the reference sets none for throughput, which is held to what a decode step is, nor for a p90 of energy and clock
STEP, PREFILL, POWER, ENERGY, CLOCK = (0.04, 0.10), (0.08, 0.20), (0.04, 0.10), (0.06, None), (0.03, None)
SHORT = {A100: "A100", H100: "H100"}
MODELS = {"llama2_70b": "Llama-2-70B", "llama3_1_8b": "Llama-3.1-8B", "llama3_1_70b": "Llama-3-70B", "qwen3_32b": "Qwen3-32B",
          "qwen3_8b": "Qwen3-8B", "qwen3_14b": "Qwen3-14B", "gemma3_12b": "gemma-3-12b", "qwen3_30b_a3b": "Qwen3-30B-A3B",
          "gpt_oss_20b": "gpt-oss-20b", "llama4_scout": "Llama-4-Scout", "qwen3_235b_a22b_fp8": "Qwen3-235B-A22B FP8"}
OUTPUT_CV = 0.95  # of ML.ENERGY's chats
MIXTURES = (0.08, 0.15)
A100_TDP_W, A100_MAX_MHZ, H100_MAX_MHZ = SPEC[A100]["tdp_w"], SPEC[A100]["max_clock_mhz"], SPEC[H100]["max_clock_mhz"]
REGIMES = {"decode": "decode-like", "mixed": "mixed", "prefill": "prefill-like"}  # of BEAM
DVFS_CONTEXT, TAPAS_CONTEXT = 300, 600  # tokens of a sequence


@dataclass(frozen=True)
class Point:
    name: str
    measured: float
    predicted: float
    at: float = 0.0  # what it is drawn against, where it is: batch or clock
    at_limit: bool = False  # measured and predicted at TDP

    @property
    def error(self) -> float:
        return self.predicted / self.measured - 1


@dataclass
class Series:
    """What one source says of one quantity on one system."""

    source: str
    subject: str
    quantity: str
    target: tuple[float, float | None]
    points: list[Point] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.source, self.subject, self.quantity

    @property
    def errors(self) -> np.ndarray:
        return np.abs([p.error for p in self.points])

    @property
    def median(self) -> float:
        return float(np.median(self.errors))

    @property
    def p90(self) -> float:
        return float(np.quantile(self.errors, 0.9))

    @property
    def worst(self) -> Point:
        return max(self.points, key=lambda p: abs(p.error))

    @property
    def misses(self) -> tuple[bool, bool]:
        median, p90 = self.target
        return self.median > median, p90 is not None and self.p90 > p90


class Program:
    """`headroom`, asked for rows."""

    def __init__(self, path: str):
        self.path = path

    def says(self, *arguments: str) -> str:
        try:
            done = subprocess.run([self.path, *arguments], cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except OSError as error:
            raise InputError(f"--headroom {self.path}: cannot be run ({error.strerror})") from error
        if done.returncode:
            raise InputError(f"{self.path} {arguments[0]} ended with {done.returncode}: {done.stderr.strip() or 'without a word'}")
        return done.stdout

    def predict(self, gpu: str, model: str, stack: str, **numbers) -> list[dict]:
        """A row for each combination of numbers or lists of them; the last varies fastest in the order of `predict --help`."""
        options = ["--hardware", SERVER[gpu], "--model", model, "--stack", stack, "--format", "json"]
        for name, value in numbers.items():
            values = value if isinstance(value, (list, tuple)) else [value]
            options += ["--" + name.replace("_", "-"), ",".join(f"{v:.12g}" for v in values)]
        return json.loads(self.says("predict", *options))

    def of(self, d: dict, stack: str, **numbers) -> list[dict]:
        """Of a measured point, as the loaders give it."""
        request = {"prompt_tokens": d.get("size"), "output_tokens": d.get("output")}
        shape = {name: value for name, value in request.items() if value is not None}
        return self.predict(d["gpu"], d["model"], stack, tensor_parallel=d["p"], **({"batch": d["batch"]} | shape | numbers))


def groups(points: list[dict], *keys: str) -> list[list[dict]]:
    """The points that agree in these keys, in the order of their first."""
    found = defaultdict(list)
    for d in points:
        found[tuple(d[k] for k in keys)].append(d)
    return list(found.values())


def splitwise_series(program: Program) -> list[Series]:
    result = []
    for points in groups(splitwise(), "gpu", "p"):
        gpu, p = points[0]["gpu"], points[0]["p"]
        subject = f"{SHORT[gpu]} TP{p}, vllm_2023"
        step = Series("Splitwise", subject, "decode step", STEP)
        prefill = Series("Splitwise", subject, "prefill time", PREFILL)
        decode_w = Series("Splitwise", subject, "decode power", POWER)
        prefill_w = Series("Splitwise", subject, "prefill power", POWER)
        for d in points:
            row, = program.of(d, "vllm_2023")
            name = f"prompt {d['size']}, output {d['output']}, batch {d['batch']}"

            def add(series, measured, key):
                at_limit = key.endswith("_w") and min(measured, row[key]) > 0.995 * A100_TDP_W
                series.points.append(Point(name, measured, row[key], at_limit=at_limit))

            add(step, d["decode_s"], "decode_step_s")
            if d["output"] == 128:
                add(prefill, d["prefill_s"], "prefill_s")
            if gpu != A100:
                continue
            if d["decode_fraction"] > 0 and d["size"] < 8192:  # at 8192 the decode power is a sampling artefact
                add(decode_w, A100_TDP_W * d["decode_fraction"], "decode_gpu_w")
            if d["peak_fraction"] > 0 and d["prefill_s"] > 0.09:  # power is sampled about every 0.1 s
                add(prefill_w, A100_TDP_W * min(1.0, d["peak_fraction"]), "prefill_gpu_w")
        result += [s for s in (step, prefill, decode_w, prefill_w) if s.points]
    return result


def ml_energy_series(program: Program) -> list[Series]:
    quantities = {"inter-token latency, median": (STEP, "steady_itl_s", lambda d: d["itl_s"]),
                  "output tokens/s": (STEP, "steady_output_tokens_per_s", lambda d: d["batch"] / d["mean_s"]),
                  "GPU power": (POWER, "steady_gpu_w", lambda d: d["gpu_w"]),
                  "energy per output token": (ENERGY, "steady_energy_per_output_token_j",
                                              lambda d: d["p"] * d["gpu_w"] * d["mean_s"] / d["batch"])}
    result = []
    for source, rows_of in (("ML.ENERGY", ml_energy()), ("ML.ENERGY, mixtures", ml_energy_mixtures())):
        for points in groups(rows_of, "model", "p", "task"):
            task = ", reasoning" if points[0]["task"] == "gpqa" else ""
            subject = f"H100 TP{points[0]['p']}, {MODELS[points[0]['model']]}{task}, vllm_2025"
            answers = [program.of(d, "vllm_2025", context_tokens=d["size"] + d["held"])[0] for d in points]
            result += [Series(source, subject, quantity, target if source == "ML.ENERGY" else MIXTURES,
                              [Point(f"batch {d['batch']:.0f}", measured(d), row[key], d["batch"]) for d, row in zip(points, answers)])
                       for quantity, (target, key, measured) in quantities.items()]
    return result


def powertrace_series(program: Program) -> list[Series]:
    result = []
    for points in groups(decode_facts(), "gpu", "p"):
        gpu, p = points[0]["gpu"], points[0]["p"]
        subject = f"{SHORT[gpu]} TP{p}, {MODELS[points[0]['model']]}, vllm_2025"
        step = Series("powertrace-sim", subject, "decode step", STEP)
        for d in points:
            row, = program.of(d, "vllm_2025", context_tokens=d["tokens"])
            step.points.append(Point(f"batch {d['batch']:.0f} at {d['tokens']:.0f}", d["value"], row["decode_step_s"]))
        first = Series("powertrace-sim", subject, "first token", PREFILL)
        for d in first_token_facts():
            if d["gpu"] == gpu:
                row, = program.of(d | {"batch": 1}, "vllm_2025", prompt_tokens=d["tokens"])
                first.points.append(Point(f"{d['tokens']:.0f} tokens", d["value"], row["prefill_s"] + d["way_s"]))
        result += [step, first]
    return result


def ml_energy_curves(program: Program) -> dict[str, list[dict]]:
    """Predictions against batch, by the subject of its series; the output length is the median of the measured ones."""
    curves = {}
    for points in groups(ml_energy(), "model", "p", "task"):
        if points[0]["task"] == "gpqa":
            continue
        d = points[0] | {"output": statistics.median(d["output"] for d in points)}
        batches = np.unique(np.geomspace(4, 1.15 * max(d["batch"] for d in points), 40).round(1)).tolist()
        curves[f"H100 TP{d['p']}, {MODELS[d['model']]}, vllm_2025"] = program.of(d, "vllm_2025", batch=batches, output_cv=OUTPUT_CV)
    return curves


def paper_power_series(program: Program) -> list[Series]:
    tapas = Series("TAPAS fig. 16", "A100 TP2 to TP8, vllm_2025", "decode power", POWER)
    for d in tapas_decode():
        row, = program.of(d, "vllm_2025", context_tokens=TAPAS_CONTEXT)
        tapas.points.append(Point(f"TP{d['p']}, batch {d['batch']}", d["gpu_w"], row["decode_gpu_w"]))
    prompts = Series("TAPAS fig. 16", "A100 TP2 to TP8, vllm_2025", "prefill power", POWER)
    for d in tapas_prefill():
        row, = program.of(d, "vllm_2025")
        prompts.points.append(Point(f"TP{d['p']}, batch {d['batch']}", d["gpu_w"], row["prefill_gpu_w"]))
    figure3 = Series("DynamoLLM fig. 3", "H100 TP8, vllm_2023", "prefill power", POWER)
    for d in dynamollm():
        row, = program.of(d, "vllm_2023")
        figure3.points.append(Point(f"{d['size']:.0f} tokens", d["gpu_w"], row["prefill_gpu_w"]))
    return [tapas, prompts, figure3]


def dynamollm_clock_series(program: Program) -> list[Series]:
    result = []
    for of_degree in groups(dynamollm_clocks(), "p"):
        series = Series("DynamoLLM table 1", f"H100 TP{of_degree[0]['p']}, vllm_2025", "energy ratio to 2.0 GHz", ENERGY)
        for points in groups(of_degree, "size", "output", "batch"):
            clocks = [H100_MAX_MHZ * d["x"] for d in points]
            *here, top = energies(program, points[0], [*clocks, H100_MAX_MHZ])
            series.points += [Point(f"{d['size']} in, {d['output']} out, {mhz / 1000:.1f} GHz", d["energy"], energy / top, mhz)
                              for d, mhz, energy in zip(points, clocks, here)]
        result.append(series)
    return sorted(result, key=lambda s: int(s.subject.split("TP")[1].split(",")[0]))


def energies(program: Program, d: dict, clocks: list[float]) -> list[float]:
    return [row["steady_energy_per_output_token_j"] for row in program.of(d, "vllm_2025", clock_mhz=clocks)]


def dynamollm_clock_curves(program: Program, clocks: list[float]) -> dict[str, np.ndarray]:
    """Energy per token over that at the highest clock: a line for each type of request, by the subject of its series."""
    curves = defaultdict(list)
    for points in groups(dynamollm_clocks(), "p", "size", "output", "batch"):
        *line, top = energies(program, points[0], [*clocks, H100_MAX_MHZ])
        curves[f"H100 TP{points[0]['p']}, vllm_2025"].append(np.array(line) / top)
    return {subject: np.array(lines) for subject, lines in curves.items()}


def beam_series(program: Program) -> tuple[list[Series], int]:
    """Ratios to the highest clock; and how many of the predicted steps the clamp held below their clock."""
    result, clamped = [], 0
    for points in groups(dvfs(), "p", "regime"):
        d, batch = points[0], DVFS_BATCH[points[0]["regime"]]
        clocks = [A100_MAX_MHZ * d["x"] for d in points]
        *here, top = program.of(d | {"batch": batch}, "vllm_2025", context_tokens=DVFS_CONTEXT, clock_mhz=[*clocks, A100_MAX_MHZ])
        clamped += sum(row["decode_clock_mhz"] < row["clock_mhz"] - 1e-3 for row in here)
        subject = f"A100 TP{d['p']}, {REGIMES[d['regime']]}, vllm_2025"
        for quantity, measured, key in (("time ratio to 1410 MHz", "time", "decode_step_s"),
                                        ("power ratio to 1410 MHz", "power", "decode_gpu_w")):
            result.append(Series("BEAM", subject, quantity, CLOCK,
                                 [Point(f"{mhz:.0f} MHz", d[measured], row[key] / top[key], mhz)
                                  for d, mhz, row in zip(points, clocks, here) if mhz < A100_MAX_MHZ]))
    return result, clamped


def server_peaks(program: Program) -> list[Point]:
    """All GPUs of a server at TDP against the largest power that was seen of one."""
    observed = {f["gpu"]: 1e3 * float(f["value"]) for f in rows("facts.csv") if f["quantity"] == "observed_peak"}
    result = []
    for name, hardware in (("DGX-A100", "dgx_a100"), ("DGX-H100", "dgx_h100")):
        text = program.says("describe", "configs/scenario/polca_row.json", "--set", f"/hardware={hardware}")
        words = text.split(" W with all GPUs at TDP")[0].split()
        result.append(Point(name, observed[name], float(words[-1])))
    return result


@dataclass
class Comparison:
    series: list[Series]
    clamped: int  # of BEAM's predicted steps
    servers: list[Point]


def compare(program: Program) -> Comparison:
    clocks, clamped = beam_series(program)
    series = [*splitwise_series(program), *ml_energy_series(program), *powertrace_series(program), *paper_power_series(program),
              *dynamollm_clock_series(program), *clocks]
    return Comparison(series, clamped, server_peaks(program))
