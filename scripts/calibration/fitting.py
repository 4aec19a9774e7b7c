"""Robust least squares within physical limits, and what a measured step costs under given coefficients."""

import numpy as np
from scipy.optimize import least_squares

from .measurements import A100, B200, H100, H200
from .model import PROJECT, architecture, draw, read_json

SERVER = {A100: "dgx_a100", H100: "dgx_h100"}
ARCH = {path.stem: architecture(path.stem) for path in sorted((PROJECT / "configs" / "model").glob("*.json"))}
SHEETS = {H200: "dgx_h200", B200: "dgx_b200"}  # of GPUs on which nothing was fitted
HARDWARE = {gpu: read_json(PROJECT / "configs" / "hardware" / f"{name}.json") for gpu, name in (SERVER | SHEETS).items()}
SPEC = {gpu: h["gpu"] for gpu, h in HARDWARE.items()}

LIMITS = {  # physical: no negative overhead, bandwidth and matrix rate at most what the best kernels reach
    "bandwidth_fraction": (0.3, 0.95), "compute_fraction": (0.2, 0.92), "unoverlapped_fraction": (0.0, 1.0),
    "prefill_overhead_ms": (0.0, 40.0), "sequence_overhead_ms": (0.0, 1.0),
    "layer_launch_ms": (0.0, 1.0), "unoverlapped_launch_fraction": (0.0, 1.0),
    "step_latency_ms": (0.0, 3.0), "layer_latency_ms": (0.0, 0.3), "parallel_latency_ms": (0.0, 0.1), "sequence_latency_ms": (0.0, 0.2),
    "saturated_bytes_per_s": (1e10, 1e13),
    "memory_share_fraction": (0.0, 1.0), "memory_below_knee_fraction": (0.0, 2.0), "knee_fraction": (0.5, 0.8),
    "compute_share_fraction": (0.0, 1.0), "compute_below_knee_fraction": (0.0, 2.0),
    "active_w": (0.0, 250.0), "energy_per_flop_j": (2e-13, 4e-12), "energy_per_byte_j": (2e-11, 2e-10),
    "energy_per_sequence_j": (0.0, 0.06), "voltage_knee_fraction": (0.4, 0.9), "voltage_floor_fraction": (0.5, 1.0),
    "memory_voltage_fraction": (0.0, 1.0),
}


def fit(names: list[str], residuals) -> dict:
    """Robust least squares of logarithmic errors within LIMITS; a name may carry an owner, `name@gpu`."""
    low, high = (np.array([LIMITS[n.split("@")[0]][k] for n in names]) for k in (0, 1))
    geometric = (low > 0) & (high > 8 * low)

    def values(u):
        linear = low + (high - low) * u
        return dict(zip(names, np.where(geometric, np.where(geometric, low, 1) ** (1 - u) * high ** u, linear).tolist()))

    starts = (np.full(len(names), 0.4), np.linspace(0.2, 0.7, len(names)), np.linspace(0.7, 0.2, len(names)))
    fits = [least_squares(lambda u: residuals(values(u)), s, bounds=(0, 1), loss="soft_l1", f_scale=0.05,
                          xtol=1e-10, ftol=1e-10, gtol=1e-10, max_nfev=200) for s in starts]
    best = values(min(fits, key=lambda f: f.cost).x)
    return {n: float(f"{v:.4g}") if log else round(v, 5) for (n, v), log in zip(best.items(), geometric)}


def own(values: dict, gpu: str) -> dict:
    """The values that belong to this GPU or to all."""
    return {n.split("@")[0]: v for n, v in values.items() if n.endswith("@" + gpu) or "@" not in n}


def drawn(value: float, towards: float, spread: float) -> float:
    """A weak prior: a value off by `spread` weighs like one point off by 3 %."""
    return 0.03 * (value - towards) / spread


def lasts(predict, d: dict, stack: dict) -> float:
    """Seconds of the measured step `d`, as GPUs sustain it at their TDP."""
    return predict(ARCH[d["model"]], SPEC[d["gpu"]], stack[d["gpu"]], d).seconds


def run(predict, d: dict, stack: dict, power: dict, x: float = 1.0) -> tuple[float, float]:
    """Duration and watts of the measured step `d` at clock ratio x."""
    gpu = d["gpu"]
    step = predict(ARCH[d["model"]], SPEC[gpu], stack[gpu], d, x)
    return step.seconds, draw(power[gpu], SPEC[gpu]["tdp_w"], step, x)
