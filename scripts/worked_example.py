#!/usr/bin/python3
"""Prints the table of the worked example in docs/models.md from the committed coefficients."""

import sys

sys.dont_write_bytecode = True
from calibration.model import (  # noqa: E402
    PROJECT, all_reduce_seconds, architecture, draw, prompts, read_json, step, stretch, voltage)

HARDWARE = read_json(PROJECT / "configs" / "hardware" / "dgx_a100.json")
GPU, POWER, SERVER = HARDWARE["gpu"], HARDWARE["gpu_power"], HARDWARE["server"]
STACK = read_json(PROJECT / "configs" / "stack" / "vllm_2023.json")["gpus"][GPU["name"]]
MODEL = architecture("llama2_70b")
PROMPTS = (1000, 500)
SECOND_ARRIVAL_S = 0.1
P = 8


def inlet(gpus_w: float) -> float:
    load = gpus_w / (SERVER["gpus"] * GPU["tdp_w"])
    output = (gpus_w + SERVER["host_idle_w"] + SERVER["host_active_w"] * load + SERVER["fan_min_w"]
              + (SERVER["fan_max_w"] - SERVER["fan_min_w"]) * load ** SERVER["fan_exponent"])
    share = output / SERVER["psu_rated_w"]
    curve = [(q["load_fraction"], q["efficiency_fraction"]) for q in SERVER["efficiency"]]
    if share <= curve[0][0]:
        return output / curve[0][1]
    for (l0, e0), (l1, e1) in zip(curve, curve[1:]):
        if share <= l1:
            return output / (e0 + (e1 - e0) * (share - l0) / (l1 - l0))
    return output / curve[-1][1]


def row(name: str, activity: tuple[float, float, float] | None, x: float = 1.0) -> None:
    if activity is None:
        watts, cells = POWER["idle_loaded_w"], ["", "", ""]
    else:
        time, flops, moved = activity[:3]
        watts = draw(POWER, GPU["tdp_w"], activity, x)
        cells = [f"{time * 1e3:#.6g}", f"{flops / time:#.6g}", f"{moved / time:#.6g}"]
    print("|", " | ".join([name, *cells, f"{watts:#.6g}", f"{inlet(SERVER['gpus'] * watts):#.6g}"]), "|")


def reduces_ms(tokens: int) -> float:
    return 2e3 * MODEL["layers"] * all_reduce_seconds(STACK, P, tokens * MODEL["activation_bytes"])


def main() -> None:
    per_byte = 1 / (GPU["memory_bytes_per_s"] * STACK["bandwidth_fraction"])
    per_flop = 1 / (GPU["fp16_flops_per_s"] * STACK["compute_fraction"])
    per_context_byte = 1 / (GPU["memory_bytes_per_s"] * STACK["context_bandwidth_fraction"])
    per_pair_flop = 1 / (GPU["fp16_flops_per_s"] * STACK["attention_compute_fraction"])
    latency = STACK["layer_latency_ms"] + STACK["parallel_latency_ms"]
    slow = 1110 / GPU["max_clock_mhz"]
    parts = {
        "weights of a GPU, read once (bytes)": MODEL["streamed_bytes"] / P,
        "their time (ms)": MODEL["streamed_bytes"] / P * per_byte * 1e3,
        "latencies of 80 layers (ms)": latency * MODEL["layers"],
        "launching 80 layers (ms)": STACK["layer_launch_ms"] * MODEL["layers"],
        "matrix work of a token (ms)": MODEL["token_flops"] / P * per_flop * 1e3,
        "output projection of a sequence (ms)": MODEL["sampled_flops"] / P * per_flop * 1e3,
        "attention of a pair in prefill (ms)": MODEL["pair_flops"] / P * per_pair_flop * 1e3,
        "KV read of a context token (ms)": MODEL["kv_bytes"] / P * per_context_byte * 1e3,
        "160 all-reduces of 1000 tokens, of two (ms)": (reduces_ms(PROMPTS[0]), reduces_ms(2)),
        "flops of a token, of a sampled token, of a pair, per GPU":
            tuple(MODEL[k] / P for k in ("token_flops", "sampled_flops", "pair_flops")),
        "KV bytes of a token, per GPU": MODEL["kv_bytes"] / P,
        "stretch of memory-like, of compute-like time at 1110 MHz": stretch(STACK["clock"], slow),
        "voltage ratio at 1110 MHz": voltage(POWER, slow),
    }
    print("| part | value |\n| --- | --- |")
    for name, value in parts.items():
        values = value if isinstance(value, tuple) else (value,)
        print(f"| {name} | {', '.join(f'{v:.6g}' for v in values)} |")
    print("\n| step | time (ms) | flops/s per GPU | bytes/s per GPU | GPU (W) | server (W) |\n| --- | --- | --- | --- | --- | --- |")
    steps = example_steps()
    row("model loaded, no work", None)
    for name, activity in steps.items():
        row(name, activity)
    row("decode of both at 1110 MHz, C = 1502", step(MODEL, GPU, STACK, P, slow, decodes=2, context=1502), slow)
    timeline(steps)
    arithmetic(parts, steps)


def arithmetic(parts: dict, steps: dict) -> None:
    """The first prefill and the first decode, term by term."""
    values = [v for value in parts.values() for v in (value if isinstance(value, tuple) else (value,))]
    (weights, weights_ms, latency, launch, token, sampled, pair, kv, reduce, reduce_two, token_flops, sampled_flops, pair_flops,
     kv_bytes) = values[:14]
    hidden, sequence, prefill = (STACK[n] for n in ("unoverlapped_launch_fraction", "sequence_overhead_ms", "prefill_overhead_ms"))
    n = PROMPTS[0]
    matrices, pairs = n * token + sampled, n * n / 2
    gpu = max(weights_ms, matrices) + latency + reduce + pairs * pair
    print(f"""
streaming = {weights_ms:.6g} ms
matrices  = {n} * {token:.6g} + {sampled:.6g} = {matrices:.6g} ms, the longer; streaming is hidden
gpu       = {matrices:.6g} + {latency:.6g} + {reduce:.6g} + {pairs:.0f} * {pair:.6g} = {gpu:.6g} ms, longer than launching
time      = {gpu:.6g} + {hidden:.6g} * {launch:.6g} + {prefill:.6g} + {sequence:.6g} = {gpu + hidden * launch + prefill + sequence:.6g} ms
""")
    matrices, context = 2 * (token + sampled), sum(PROMPTS)
    gpu = weights_ms + latency + context * kv + reduce_two
    first = steps["decode of both, C = 1500"]
    watts = draw(POWER, GPU["tdp_w"], first)
    gpus_w = SERVER["gpus"] * watts
    load = gpus_w / (SERVER["gpus"] * GPU["tdp_w"])
    output = (gpus_w + SERVER["host_idle_w"] + SERVER["host_active_w"] * load + SERVER["fan_min_w"]
              + (SERVER["fan_max_w"] - SERVER["fan_min_w"]) * load ** SERVER["fan_exponent"])
    print(f"""
matrices  = 2 * ({token:.6g} + {sampled:.6g}) = {matrices:.6g} ms, hidden behind the {weights_ms:.6g} ms of streaming
gpu       = {weights_ms:.6g} + {latency:.6g} + {context} * {kv:.6g} + {reduce_two:.6g} = {gpu:.6g} ms, shorter than launching
time      = {launch:.6g} + {hidden:.6g} * {gpu:.6g} + 2 * {sequence:.6g} = {launch + hidden * gpu + 2 * sequence:.6g} ms
flops     = 2 * ({token_flops:.6g} + {sampled_flops:.6g}) + {context} * {pair_flops:.6g},   bytes = {weights:.6g} + (2 + {context}) * {kv_bytes:.6g}
activity  = {POWER["active_w"]:.6g} * ({gpu:.6g} - {reduce_two:.6g}) / {1e3 * first.seconds:.6g} = {POWER["active_w"] * (first.busy - first.collective) / first.seconds:.6g} W: the GPU waits for the host the rest of the time
GPU       = {POWER["idle_loaded_w"]} + activity + {POWER["energy_per_flop_j"]:.6g} * flops / time + {POWER["energy_per_sequence_j"]:.6g} * 2 / {P} / time + {POWER["energy_per_byte_j"]:.6g} * bytes / time = {watts:.6g} W
server    : GPUs 8 * {watts:.6g} = {gpus_w:.6g} W, load = {gpus_w:.6g} / {SERVER["gpus"] * GPU["tdp_w"]} = {load:.6g}
            output = {gpus_w:.6g} + {SERVER["host_idle_w"]} + {SERVER["host_active_w"]} * {load:.6g} + {SERVER["fan_min_w"]} + {SERVER["fan_max_w"] - SERVER["fan_min_w"]} * {load:.6g}^3 = {output:.6g} W
            efficiency {output / inlet(gpus_w):.6g}, inlet {inlet(gpus_w):.6g} W
""")


def example_steps() -> dict[str, tuple[float, float, float]]:
    """The steps that serve the two requests, in order."""
    first, second = PROMPTS
    return {
        "prefill of the first, n = 1000": step(MODEL, GPU, STACK, P, **prompts(first)),
        "prefill of the second, n = 500": step(MODEL, GPU, STACK, P, **prompts(second)),
        "decode of both, C = 1500": step(MODEL, GPU, STACK, P, decodes=2, context=first + second),
        "decode of both, C = 1502": step(MODEL, GPU, STACK, P, decodes=2, context=first + second + 2),
        "decode of the first, C = 1002": step(MODEL, GPU, STACK, P, decodes=1, context=first + 2),
    }


def timeline(steps: dict[str, tuple[float, float, float]]) -> None:
    print("\n| from (s) | to (s) | what runs | GPU (W) | server (W) |\n| --- | --- | --- | --- | --- |")
    now, energy, ends, held = 0.0, 0.0, [], 0.0
    for name, activity in steps.items():
        if not name.endswith("C = 1502"):  # the second step of a run: its power is held from the first
            held = draw(POWER, GPU["tdp_w"], activity)
        server = inlet(SERVER["gpus"] * held)
        print(f"| {now:.6f} | {now + activity[0]:.6f} | {name} | {held:#.6g} | {server:#.6g} |")
        energy += server * activity[0]
        now += activity[0]
        ends.append(now)
    print("\n| request | arrives (s) | first token (s) | last token (s) | TTFT (s) | end to end (s) |\n| --- | --- | --- | --- | --- | --- |")
    for name, arrival, first, last in (("first", 0.0, ends[0], ends[4]), ("second", SECOND_ARRIVAL_S, ends[1], ends[3])):
        print(f"| {name} | {arrival:.6f} | {first:.6f} | {last:.6f} | {first - arrival:.6f} | {last - arrival:.6f} |")
    print(f"\nEnergy of the server until {now:.6f} s: {energy:#.6g} J.")


if __name__ == "__main__":
    main()
