#!/usr/bin/python3
"""What a sweep of medha_mix says of the targets of docs/results/medha.md: tails of the orders over each other, and the largest rate at which the
90th percentile of the time to the first token stays below a limit.

Reads sweep.json of `headroom sweep` and nothing else.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import exit_code, read_json  # noqa: E402

BATCHING, SHARE, RATE = "/policy/batching", "/workload/synthetic/classes/1/share", "/workload/synthetic/rate_per_s"
P50, P90 = "/latency/ttft_s/p50", "/latency/ttft_s/p90"


def name_of(batching: dict) -> str:
    """As the page calls it."""
    name = batching.get("order", batching["kind"])
    return name + (", not pre-emptive" if batching.get("preemptive") is False else "")


def times(sweep: dict, share: float) -> dict:
    """Median and 90th percentile by order and rate."""
    points = [point for point in sweep["points"] if point["outcome"] == "done" and point[SHARE] == share]
    found: dict[str, dict[float, tuple[float, float]]] = {}
    for point in sorted(points, key=lambda p: p[RATE]):
        found.setdefault(name_of(point[BATCHING]), {})[point[RATE]] = (point[P50], point[P90])
    return found


def print_times(by_order: dict) -> None:
    rates = sorted({rate for row in by_order.values() for rate in row})
    print("| TTFT P50 / P90, s | " + " | ".join(f"{rate:g}/s" for rate in rates) + " |")
    print("| --- |" + " ---: |" * len(rates))
    for order, row in by_order.items():
        cells = [f"{row[rate][0]:.3g} / {row[rate][1]:.3g}" if rate in row else "-" for rate in rates]
        print(f"| {order} | " + " | ".join(cells) + " |")


def capacity(row: dict, limit_s: float) -> float:
    """The rate, linear between two of the sweep, at which the 90th percentile passes the limit; the last one where none does."""
    before = None
    for rate, (_, p90) in row.items():
        if p90 > limit_s:
            if before is None:
                return 0.0
            return before[0] + (rate - before[0]) * (limit_s - before[1]) / (p90 - before[1])
        before = (rate, p90)
    return before[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", type=Path, help="output directory of headroom sweep")
    parser.add_argument("--limit", type=float, default=10.0, metavar="S", help="acceptable 90th percentile, s (default 10)")
    args = parser.parse_args()

    def work() -> None:
        sweep = read_json(args.sweep, "sweep.json", command="headroom sweep")
        for share in sorted({point[SHARE] for point in sweep["points"]}):
            by_order = times(sweep, share)
            print(f"\nLong prompts: {100 * share:g} %\n")
            print_times(by_order)
            print("\n" + ", ".join(f"{order} {capacity(row, args.limit):.3g}/s" for order, row in by_order.items()) +
                  f" at P90 below {args.limit:g} s")

    return exit_code("medha.py", args.sweep, work)


if __name__ == "__main__":
    sys.exit(main())
