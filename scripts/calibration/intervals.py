"""Intervals of predictions: how far measurements lie from what is predicted without having seen them."""

import numpy as np

BOARDS = 0.05  # how far boards of one type differ: no interval is narrower
PERCENTILES = (0.1, 0.9)
QUANTITIES = {"median inter-token": "step", "mean step": "step", "decode step": "step", "token of a request": "step",
              "prefill time": "prefill", "first token": "prefill", "GPU power": "power", "energy per token": "energy"}


def interval(kind: str, quantity: str, errors: list[np.ndarray], largest: dict) -> dict:
    """Of relative errors of predictions, each source, model or parallelism that was left out counting alike."""
    ratios = np.concatenate([1 / (1 + e) for e in errors])
    weights = np.concatenate([np.full(len(e), 1 / len(e)) for e in errors])
    order = np.argsort(ratios)
    at = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    low, high = (float(np.interp(p, at, ratios[order])) for p in PERCENTILES)
    return {"kind": kind, "quantity": quantity, "low_ratio": round(min(low, 1 - BOARDS), 4), "high_ratio": round(max(high, 1 + BOARDS), 4),
            "points": len(ratios)} | {f"largest_{name}": value for name, value in largest.items()}


def intervals(kind: str, rows: list[tuple[str, np.ndarray]], largest: dict) -> list[dict]:
    """One for each quantity of rows (what was measured, relative errors of what had not seen it)."""
    found = []
    for quantity in dict.fromkeys(QUANTITIES.values()):
        errors = [e for name, e in rows if QUANTITIES.get(name) == quantity and len(e)]
        if errors:
            found.append(interval(kind, quantity, errors, largest))
    return found
