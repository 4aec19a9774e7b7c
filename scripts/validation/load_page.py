"""docs/validation_load.md."""

import numpy as np

from .load_tests import PERCENTILES, AtRate, Cell, HeldBatch
from .page import signed

OPENING = """# Validation under load

Times under load: what `headroom predict --rate` says of an instance at which requests arrive by themselves, against runs of such an instance; and runs and predictions against load tests of others. Written by

```sh
scripts/validate_load.py --headroom build/release/headroom
```

which needs the measured data in `../shared/data` (or `$HEADROOM_DATA`). Times of single steps stand in [validation.md](validation.md), the formulas in [models.md](models.md#open-load-modelopen_load).

**No published load test at hand gives percentiles of the time to first token under an open load.** There are percentiles of the time between tokens at a held batch (ML.ENERGY), and which configurations keep an SLO on both at their 99th percentile (DynamoLLM's table 1).
Murakkab's curves of time per output token against load do not say how long the prompts were, TAPAS's figure 17 is normalised, and the results of other simulators are no measurements ([three simulators](results/simulators.md)).

## Open load

`--rate` against runs of one instance with Poisson arrivals, 6,000 requests each: the run's value, and the prediction over it, minus 1.
"""

HELD = """
## Percentiles between tokens

ML.ENERGY's chats, each system at its batches; by runs whose queue is never empty, which hold the batch as its client did: measured output lengths, prompts of 150 tokens. Median and largest of the absolute errors over the batches, and the mean error with its sign.

| system | batches | p50 | p90 | p99 |
| --- | --- | --- | --- | --- |
"""
HELD_END = """
The median is what was fitted. The tails are steps with prompts in them: real prompts are a chat's whole history, of lengths that were not published, while those of the runs are all 150 tokens long; a tail that is predicted too short says that.
"""

MASK = """
## Which configurations keep an SLO

DynamoLLM's table 1: Llama-2-70B at 2000 prompt tokens/s of a type of request (S, M, L in and out), by GPUs and clock; the SLO holds where the paper prints an energy. Said by `--rate`: 99th percentile of the time to first token at most 250, 400, 2000 ms (S, M, L in) and of the
time between tokens at most 100 ms. `=` agree, `+` said to keep it where the paper has it broken, `-` the other way round.

| type | TP2: 0.8, 1.2, 1.6, 2.0 GHz | TP4 | TP8 |
| --- | --- | --- | --- |
"""


def at_rate(points: list[AtRate]) -> list[str]:
    lines, shown = [], ("ttft mean", "ttft p50", "ttft p90", "ttft p99", "tbt mean", "tbt p50", "tbt p90", "tbt p99", "e2e mean")
    previous = None
    for p in points:
        if p.instance != previous:
            lines += ["", f"**{p.instance.name}**, {p.request}, at most {p.instance.most} in the batch:", "",
                      "| rate, 1/s (of capacity) | " + " | ".join(f"{name}, ms" for name in shown) + " |", "| --- |" + " --- |" * len(shown)]
            previous = p.instance
        cells = [f"{1e3 * p.seen[name]:.{1 if name.startswith('tbt') else 0}f} ({signed(p.said[name] / p.seen[name] - 1)})" for name in shown]
        lines.append(f"| {p.rate:.3g} ({p.share}) | " + " | ".join(cells) + " |")
    return lines


def held(points: list[HeldBatch]) -> list[str]:
    lines = []
    for system in dict.fromkeys(p.system for p in points):
        own = [p for p in points if p.system == system]
        cells = []
        for what in PERCENTILES:
            errors = np.array([p.said[what] / p.measured[what] - 1 for p in own])
            cells.append(f"{100 * np.median(np.abs(errors)):.1f} %, {100 * np.max(np.abs(errors)):.0f} %, {signed(float(np.mean(errors)))}")
        lines.append(f"| {system} | {len(own)} | " + " | ".join(cells) + " |")
    return lines


def mask(cells: list[Cell]) -> list[str]:
    lines = []
    for request in dict.fromkeys(c.request for c in cells):
        marks = {gpus: " ".join("=" if c.said == c.measured else "+" if c.said else "-" for c in cells if (c.request, c.gpus) == (request, gpus))
                 for gpus in (2, 4, 8)}
        lines.append(f"| {request} | {marks[2]} | {marks[4]} | {marks[8]} |")
    agree = sum(c.said == c.measured for c in cells)
    extra = sum(c.said and not c.measured for c in cells)
    return lines + ["", f"{agree} of {len(cells)} cells agree; {extra} are said to keep an SLO that the paper has broken, {len(cells) - agree - extra} the other way round."]


def page(runs: list[AtRate], batches: list[HeldBatch], cells: list[Cell]) -> str:
    return "\n".join([OPENING.rstrip("\n"), *at_rate(runs), HELD.rstrip("\n"), *held(batches), HELD_END.rstrip("\n"), MASK.rstrip("\n"), *mask(cells)]) + "\n"
