#!/usr/bin/python3
"""Makes a power record of one GPU that trains, as a meter might have taken it: time_s,power_w, gzip.

Iterations of uneven length, micro-dips, overshoot, noise of the meter and two checkpoints. It is made up, and copies no measurement. The same
program gives the same record.
"""

import argparse
import gzip
import random
from pathlib import Path

SAMPLE_S = 0.02
DURATION_S = 300.0
COMPUTE_S, COMPUTE_W = 1.9, 690.0
WAIT_S, WAIT_W = 0.6, 300.0
CHECKPOINT_S, CHECKPOINT_W = 4.0, 240.0
ITERATIONS_BETWEEN_CHECKPOINTS = 45
DIPS, DIP_S, DIP_W = 6, 0.04, 560.0
OVERSHOOT_S, OVERSHOOT_W = 0.04, 750.0
NOISE_W = 8.0


def iteration(chance: random.Random) -> list[tuple[float, float]]:
    """(duration, power) of its steps, from the rising edge on."""
    compute = COMPUTE_S * chance.uniform(0.97, 1.03)
    piece = (compute - OVERSHOOT_S - DIPS * DIP_S) / (DIPS + 1)
    steps = [(OVERSHOOT_S, OVERSHOOT_W), (piece, COMPUTE_W)]
    for _ in range(DIPS):
        steps += [(DIP_S, DIP_W), (piece, COMPUTE_W)]
    return [*steps, (WAIT_S * chance.uniform(0.85, 1.2), WAIT_W * chance.uniform(0.9, 1.1))]


def record(seed: int) -> list[tuple[float, int]]:
    chance = random.Random(seed)
    rows, steps, count, ends, power = [], [], 0, 0.0, 0.0
    for i in range(round(DURATION_S / SAMPLE_S)):
        while ends <= i * SAMPLE_S + 1e-9:
            if not steps:
                count += 1
                due = count % (ITERATIONS_BETWEEN_CHECKPOINTS + 1) == 0
                steps = [(CHECKPOINT_S, CHECKPOINT_W)] if due else iteration(chance)
            duration, power = steps.pop(0)
            ends += duration
        rows.append((i * SAMPLE_S, round(power + chance.gauss(0.0, NOISE_W))))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="FILE", type=Path, help="the .csv.gz to write")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="of lengths and noise (default: 1)")
    args = parser.parse_args()
    lines = ["time_s,power_w", *(f"{time:.2f},{power}" for time, power in record(args.seed))]
    args.out.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
