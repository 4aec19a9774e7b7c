"""docs/validation.md."""

import textwrap
from itertools import groupby

from .comparisons import Comparison, Point, Series

OPENING = """# Validation

What `headroom predict` says, held against what was measured: latency, power, energy and clock response, source by source and never
pooled. Every prediction here is a run of the program, none the fit script's own arithmetic. Written by

```sh
scripts/validate.py --headroom build/release/headroom
```

which needs the measured data in `../shared/data` (or `$HEADROOM_DATA`) and changes nothing when run again. Run it after every change of
coefficients or models.

**These errors are in-sample.** All of these measurements were used to fit the coefficients, so that the table says how well the models'
form can follow them, not how well it predicts something new. What the fit says of models, parallelisms and sources that it was not
shown stands in [calibration.md](calibration.md), and is mostly worse. How each source was read is in [models.md](models.md).
"""

TABLE = """
## Errors

Relative errors: median and 90th percentile of their absolute values, and the worst with its sign (predicted over measured, minus 1).
Targets that the project set itself for data it fits, median / p90: 4 % / 10 % for a decode step, time between tokens and power, 8 % / 20 % for
prefill, 6 % (median alone) for energy, 3 % (median alone) for a ratio of time or power to that at the highest clock. It sets none for
throughput, held here to that of a decode step, nor for a ratio of energy, held to that of energy. A figure in bold misses its target.
Where points are few, p90 is little else than the worst.
"""

READING = """
### How the points are asked for

- Splitwise: medians of five repetitions, without those that overflowed memory. A decode step holds the context prompt + output / 2; a
  prefill is one step with all prompts, and counts where the output limit is 128. Decode power is `average_power`, without the prompts
  of 8192 (a sampling artefact); prefill power is `peak_power`, at most TDP, where prefill lasts above 0.09 s (samples are 0.1 s apart).
- ML.ENERGY: the measured mean batch, mean output length and context of sequences in flight, 150 prompt tokens (its prompts are not published); mixtures were not fitted, but for
  a detour of Llama-4-Scout. powertrace-sim: first tokens have the way through server and client added, as measured on a prompt of 8 tokens. Power x time / tokens is
  energy: with throughput, power and energy each system has two measurements, not three.
- TAPAS: a decode step at 600 tokens of context a sequence, a prefill step of prompts of 512 tokens. DynamoLLM figure 3: its tokens
  as one prefill step, on eight GPUs, on the 2023 stack.
- DynamoLLM table 1: energy of a request at a clock over that at 2.0 GHz (1.98 GHz is the highest), as the steady energy of an output
  token at the batch that 2000 prompt tokens/s would give. Points are types of request; those that the paper leaves empty are left out.
- BEAM: `decode_step_s` and `decode_gpu_w` of 32 (decode-like), 104 (mixed) and 512 (prefill-like) sequences with 300 tokens each, over
  those at 1410 MHz, which itself is no point. Measured were batches of up to 64, 80 to 128 and from 256 on, with two (TP4) and four
  (TP2) pipeline stages and bubbles between them, which the program does not know; two GPUs alone have no memory for such batches.
- {clamped}
- {clamped_prefills}
"""

# Why a figure misses its target, where it does; without predicted figures, which move with the coefficients.
NODES = "idle GPUs, energies of bytes and of activity are one for all nodes; the paper's draw more at equal rates than powertrace-sim's, and the fit lies between."
BOARDS = ("boards and nodes differ by 10 to 15 % at equal rates of bytes and operations, Llama-3.1-8B and Qwen3-32B on one GPU being the warm ones, and one "
          "set of energies serves all models.")
LARGE = "long steps of many prompts are predicted too short, while a window of 1024 requests sees about one turnover and fewer prefills than a steady state."
EXPERTS = "not fitted: kernel tables give the experts, one draw of a skewed router gives the fullest GPU, and no table shows what else the engine does."
BLOCKS = ("not fitted: kernels of block FP8 were launched apart and pad the tokens of an expert to up to 128 rows, which the tables do not tell apart; time and draw "
          "both lack that work.")
REASONS = {
    ("Splitwise", "A100 TP2, vllm_2023", "decode power"): NODES,
    ("Splitwise", "A100 TP8, vllm_2023", "decode power"): NODES,
    ("Splitwise", "A100 TP8, vllm_2023", "prefill power"):
        "measured are the largest of 0.1 s samples, not means of steps. Prompts of 512 and of 1024 tokens drew the same 298 to 300 W, while "
        "2048 tokens drew 396 W as one prompt and 367 W as four; the model's draw rises smoothly with the tokens.",
    ("ML.ENERGY", "H100 TP1, Qwen3-32B, vllm_2025", "inter-token latency, median"):
        "three points of one sweep, all too slow by much the same: memory bandwidth and small kernels are those of all models.",
    ("ML.ENERGY", "H100 TP2, Qwen3-32B, vllm_2025", "output tokens/s"): LARGE,
    **{("ML.ENERGY", f"H100 {name}, vllm_2025", "GPU power"): BOARDS
       for name in ("TP1, Qwen3-32B", "TP2, Qwen3-32B", "TP1, Llama-3.1-8B", "TP1, Qwen3-14B", "TP1, Qwen3-8B", "TP1, gemma-3-12b")},
    **{("ML.ENERGY, mixtures", f"H100 {name}, vllm_2025", quantity): EXPERTS
       for name, quantities in (("TP1, gpt-oss-20b, reasoning", ("output tokens/s", "GPU power")),
                                ("TP2, Qwen3-30B-A3B", ("inter-token latency, median", "output tokens/s", "GPU power")),
                                ("TP4, Llama-4-Scout", ("GPU power",)))
       for quantity in quantities},
    **{("ML.ENERGY, mixtures", "H100 TP4, Qwen3-235B-A22B FP8, vllm_2025", quantity): BLOCKS
       for quantity in ("inter-token latency, median", "output tokens/s", "GPU power", "energy per output token")},
    ("TAPAS fig. 16", "A100 TP2 to TP8, vllm_2025", "decode power"):
        "read off a figure in which batches of 1 to 64 on eight GPUs draw the same; in the model more sequences cost more. Its stack is not known.",
    ("DynamoLLM fig. 3", "H100 TP8, vllm_2023", "prefill power"):
        "a check, not fitted: read off a figure, whose tokens in flight are taken as one prefill step. Its GPUs were at work for 71 % of the time at 8 tokens (its own "
        "counter), which no stack here knows: they wait longer on the 2023 stack.",
    ("DynamoLLM table 1", "H100 TP2, vllm_2025", "energy ratio to 2.0 GHz"):
        "five points of three types. In the table 6 % of the energy goes from 2.0 to 1.6 GHz and 19 % more to 1.2 GHz; in the model most goes "
        "above 1.6 GHz. The voltage curve is one for all parallelisms, fitted to TP4 and TP8 too, whose types scatter by over 20 % at one clock.",
    ("BEAM", "A100 TP2, prefill-like, vllm_2025", "power ratio to 1410 MHz"):
        "the model's draw at the highest clock levels off, the measured one, with the bubbles of four pipeline stages, does not.",
}
UNEXPLAINED = "no reason known."

PICTURES = """
## Pictures

The grey band is 10 % to either side of measured = predicted.

![Decode steps and prefills of Splitwise, inter-token latencies of ML.ENERGY](images/validation_latency.png)

Latency: most points lie within the band; the furthest off are prefills on eight GPUs.

![Power on A100 and on H100](images/validation_power.png)

Power of a GPU: prefills on two A100s sit at the clamp both measured and predicted, and DynamoLLM's longest prompts come to TDP too
early.

![Time between tokens, power and energy against batch](images/validation_batch.png)

ML.ENERGY's systems against batch (dots measured, lines predicted for the median output length): energy of a token falls with batch
until the GPU is busy computing.

![Time and power against SM clock on A100](images/validation_clock_response.png)

BEAM's clock response (dots measured, lines predicted): slow clocks stretch prefill-like work more than decode, and power falls steeply
first, then slowly.

![Energy against SM clock on A100 and H100](images/validation_energy_clock.png)

Energy against clock has its least in the middle on both GPUs: BEAM's A100 (time ratio x power ratio) and DynamoLLM's H100, where the
types of request scatter more than the model tells them apart.
"""

SERVERS = """
## Servers

All GPUs of a server at TDP (`headroom describe`), beside the largest power observed of one, implied by Splitwise's table IV. Draws of
host and fans were derived from these two figures ([models.md](models.md#server-power-facilityserver_power)): no check, a reminder of
what they stand on.

| server | observed peak | GPUs at TDP | difference |
| --- | --- | --- | --- |
"""

UNVALIDATED = """
## What is not validated

- Time to first token and end-to-end latency under load: no source here reports them. Which SLOs hold under load, and percentiles between tokens, stand in
  [validation_load.md](validation_load.md). What a whole run gives is compared with POLCA's figures in [results/polca_hour.md](results/polca_hour.md).
- Power over time: sampled row power, overshoot at the start of a prefill, how fast a cap acts. A draw here is the mean of a step or of
  a steady state.
- Anything beyond TDP or below a cap. Where a measurement sits at TDP it tells that the model clamps, not by how much it would exceed.
- H100 on the 2023 stack: power beyond DynamoLLM's figure 3. A100 on the 2025 stack: power beyond
  nine points of TAPAS.
- Step times at TP4 on the 2023 stack and on H100; `chunked_prefill` under load.
- The clock response of step time on H100, which borrows the A100's curve; only its energy ratios are measured.
- Dense FP8 models, other GPUs than A100, H100 and B200 (whose errors by data sheet stand in [calibration.md](calibration.md)), other precisions or engines than vLLM.
- Temperatures, which `predict` does not tell: `tests/validation/thermal_test.cpp` holds those of dies and inlets against their sources.
- Operands other than random ones (`input_data`), dependence of power on temperature, idle draws (taken from their sources as they are).
- Servers below their peak: host, fans and power supply.
"""


def percent(value: float, missed: bool = False) -> str:
    return f"**{100 * value:.1f} %**" if missed else f"{100 * value:.1f} %"


def signed(error: float) -> str:
    return f"{round(100 * error, 1) + 0.0:+.1f} %"  # + 0.0 makes -0 a 0


def target(series: Series) -> str:
    limits = " / ".join(f"{100 * limit:.0f} %" for limit in series.target if limit is not None)
    return f"{limits}, **missed**" if any(series.misses) else limits


def row(series: Series) -> str:
    median_missed, p90_missed = series.misses
    cells = [*series.key, str(len(series.points)), percent(series.median, median_missed), percent(series.p90, p90_missed),
             target(series), f"{series.worst.name}: {signed(series.worst.error)}"]
    return "| " + " | ".join(cells) + " |"


def miss(series: Series) -> str:
    """A sentence or two for a figure that misses its target."""
    return textwrap.fill(f"{series.source}, {series.subject}, {series.quantity}: {REASONS.get(series.key, UNEXPLAINED)}", 140, initial_indent="- ",
                         subsequent_indent="  ", break_on_hyphens=False)


def misses(all_series: list[Series]) -> list[str]:
    missed = [s for s in all_series if any(s.misses)]
    lines = ["", "### Where a target is missed", "", f"{len(missed)} of {len(all_series)} rows miss." if missed else "No figure misses its target."]
    for source, of_source in groupby(missed, lambda s: s.source):
        lines += ["", f"#### {source}", "", *map(miss, of_source)]
    return lines


def clamped_steps(count: int) -> str:
    held = f"The clamp at TDP held {count}" if count else "None"
    return f"{held} of the steps predicted for BEAM {'below their clock' if count else 'reaches the clamp at TDP'}."


def clamped_prefills(all_series: list[Series]) -> str:
    parts = [f"{sum(p.at_limit for p in s.points)} of {len(s.points)} on {s.subject.split(',')[0]}"
             for s in all_series if s.source == "Splitwise" and s.quantity == "prefill power"]
    return f"At TDP in both measurement and prediction, which tells nothing more, are of Splitwise's prefills: {', '.join(parts)}."


def server_row(point: Point) -> str:
    return f"| {point.name} | {point.measured:.0f} W | {point.predicted:.0f} W | {signed(point.error)} |"


def page(comparison: Comparison) -> str:
    lines = [OPENING + TABLE,
             "| source | hardware, stack | quantity | points | median | p90 | target | worst point |",
             "| --- | --- | --- | --- | --- | --- | --- | --- |",
             *(row(s) for s in comparison.series),
             *misses(comparison.series)]
    reading = READING.format(clamped=clamped_steps(comparison.clamped), clamped_prefills=clamped_prefills(comparison.series))
    servers = SERVERS + "\n".join(map(server_row, comparison.servers)) + "\n"
    return "\n".join(lines) + "\n" + reading + PICTURES + servers + UNVALIDATED
