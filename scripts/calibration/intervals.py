"""Intervals of predictions: how far measurements lie from what is predicted without having seen them."""

import numpy as np

from .measurements import A100, B200, H100, H200

BOARDS = 0.05  # how far boards of one type differ: no interval is narrower
PERCENTILES = (0.1, 0.9)
QUANTITIES = {"median inter-token": "step", "mean step": "step", "decode step": "step", "token of a request": "step",
              "prefill time": "prefill", "first token": "prefill", "GPU power": "power", "energy per token": "energy"}
DENSE = ("ml.energy qwen3_32b", "ml.energy llama3_1_8b", "ml.energy qwen3_14b", "ml.energy qwen3_8b", "ml.energy gemma3_12b")
MIXTURES = ("ml.energy gpt_oss_20b", "ml.energy qwen3_30b_a3b")  # Scout's own detour is fitted
FP8 = ("ml.energy qwen3_235b_a22b_fp8",)
SHEET = ("ml.energy b200",)


def reach(batch: float, tensor_parallel: int, context_tokens: float) -> dict:
    """The largest that was measured."""
    return {"largest_batch": batch, "largest_tensor_parallel": tensor_parallel, "largest_context_tokens": context_tokens}


# Stack, GPU, kind: how what was left out begins, and how far measurements reach.
KINDS = {
    ("vllm_2023", A100): {"dense": (("splitwise a100", "splitwise decode", "splitwise prefill", "tapas"), reach(64, 8, 8192))},
    ("vllm_2023", H100): {"dense": (("splitwise h100", "dynamollm fig 3"), reach(64, 8, 8192))},
    ("vllm_2025", A100): {"dense": (("vllm_2025 a100", "powertrace busy a100"), reach(254, 4, 65536))},
    ("vllm_2025", H100): {"dense": (("vllm_2025 h100", "powertrace busy h100", *DENSE), reach(691, 8, 65536)),
                          "mixture": (MIXTURES, reach(2047, 2, 4096)), "fp8": (FP8, reach(512, 4, 4096))},
    ("vllm_2025", H200): {"dense": (SHEET, reach(456, 1, 1024))},
    ("vllm_2025", B200): {"dense": (SHEET, reach(456, 1, 1024))},
    ("vllm_2025", "default"): {"dense": (SHEET, reach(456, 1, 1024))},
}


def not_seen(fitted: list, left_out: list) -> list[tuple[str, str, np.ndarray]]:
    """(what, quantity, relative errors) of all predictions that had not seen what they are held against."""
    return left_out + [(source, quantity, e) for block, source, quantity, e in fitted if block in ("not fitted", "by data sheet", "dgx_b200")]


def interval(rows: list[np.ndarray]) -> tuple[float, float]:
    """10th and 90th percentile of measured over predicted; whatever was left out counts alike."""
    ratios = np.concatenate([1 / (1 + e) for e in rows])
    weights = np.concatenate([np.full(len(e), 1 / len(e)) for e in rows])
    order = np.argsort(ratios)
    at = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    low, high = (float(np.interp(p, at, ratios[order])) for p in PERCENTILES)
    return round(min(low, 1 - BOARDS), 4), round(max(high, 1 + BOARDS), 4)


def intervals(stack: str, gpu: str, rows: list[tuple[str, str, np.ndarray]]) -> list[dict]:
    """Of a coefficient block: one a kind of model and quantity."""
    found = []
    for kind, (names, largest) in KINDS.get((stack, gpu), {}).items():
        for quantity in dict.fromkeys(QUANTITIES.values()):
            errors = [e for name, measured, e in rows if name.startswith(names) and QUANTITIES.get(measured) == quantity]
            if errors:
                low, high = interval(errors)
                found.append({"kind": kind, "quantity": quantity, "low_ratio": low, "high_ratio": high,
                              "points": sum(map(len, errors))} | largest)
    return found


def coverage(rows: list[tuple[str, str, np.ndarray]]) -> list[tuple[str, str, str, int, float, tuple[float, float]]]:
    """(block, what was left out, quantity, points, share of them inside, interval): each held against the interval that
    all others of its kind give, so that no measurement makes the interval that it is counted in."""
    table = []
    for (stack, gpu), kinds in KINDS.items():
        for kind, (names, _) in kinds.items() if gpu not in (H200, "default") else ():
            own = [(name, QUANTITIES[measured], e) for name, measured, e in rows if name.startswith(names) and measured in QUANTITIES]
            for name, quantity in dict.fromkeys((name, quantity) for name, quantity, _ in own):
                others = [e for n, q, e in own if q == quantity and n != name]
                if not others:
                    continue
                low, high = interval(others)
                ratios = np.concatenate([1 / (1 + e) for n, q, e in own if (n, q) == (name, quantity)])
                inside = float(np.mean((low <= ratios) & (ratios <= high)))
                table.append((f"{stack} {gpu[:4]} {kind}", name, quantity, len(ratios), inside, (low, high)))
    return table
