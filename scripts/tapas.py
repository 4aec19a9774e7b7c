#!/usr/bin/python3
"""Tables of TAPAS (docs/results/tapas.md).

Reads output directories of `headroom run` and nothing else, several seeds of a policy as several directories. `table` prints Markdown. `figure16` asks `headroom predict` what a DGX-A100 draws and how warm its
hottest GPU gets, beside TAPAS figure 16 ($HEADROOM_DATA). `floor` draws racks by temperature and power, `time` temperatures and power of rows by policy.
"""

import argparse
import csv
import io
import os
import statistics
import subprocess
import sys
from pathlib import Path

from results import InputError, exit_code, load_run, read_events, read_json

NAMES = {"tapas_baseline": "Baseline", "tapas_place": "Place", "tapas_route": "Route", "tapas_config": "Config",
         "tapas_place_route": "Place+Route", "tapas_place_config": "Place+Config", "tapas_route_config": "Route+Config",
         "tapas": "TAPAS"}
PROJECT = Path(__file__).resolve().parent.parent


# ---- figure 16


# GPUs of a DGX-A100 without a model; the steady state of its GPU plane, and the inlet that fits the figure's own powers.
IDLE_W, GPUS = 61.0, 8
AMBIENT_AT_ZERO, PER_INLET, KELVIN_PER_WATT, INLET = 2.3, 0.97, 0.094, 23.0
STEP_TOKENS, PROMPT, CONTEXT = 2048, 512, 600  # of a prefill step of the engine; of a request
STACKS = {"70B": "vllm_2025", "13B": "vllm_2023", "7B": "vllm_2023"}
MODELS = {"70B": "llama2_70b", "13B": "llama2_13b", "7B": "llama2_7b"}


def figure_rows() -> list[dict]:
    """Size, parallelism, batch and phase of each row, and what the figure shows; rows that repeat one stand once."""
    file = Path(os.environ.get("HEADROOM_DATA", PROJECT.parent / "shared" / "data")) / "papers" / "tapas_fig16.csv"
    if not file.exists():
        raise InputError(f"{file}: there is no such file; $HEADROOM_DATA names the folder of measurements")
    rows = {}
    with file.open() as text:
        for row in csv.DictReader(text):
            of = {"model": "70B", "TP": "8", "batch": "64"} | {row["param"]: row["value"]}
            key = (of["model"], int(of["TP"]), int(of["batch"]), row["phase"])
            rows[key] = {"kw": float(row["power_kW"]), "gpu_c": float(row["gpu_temp"])}
    return [dict(zip(("model", "parallel", "batch", "phase"), key), **seen) for key, seen in rows.items()]


def predicted(program: str, row: dict) -> dict:
    batch = min(row["batch"], STEP_TOKENS // PROMPT) if row["phase"] == "prefill" else row["batch"]
    words = [program, "predict", "--hardware", "dgx_a100", "--model", MODELS[row["model"]], "--stack", STACKS[row["model"]],
             "--tensor-parallel", str(row["parallel"]), "--batch", str(batch), "--prompt-tokens", str(PROMPT),
             "--context-tokens", str(CONTEXT), "--format", "csv"]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise InputError(answer.stderr.strip())
    gpu_w = float(next(csv.DictReader(io.StringIO(answer.stdout)))[f"{row['phase']}_gpu_w"])
    return {"kw": (gpu_w * row["parallel"] + IDLE_W * (GPUS - row["parallel"])) / 1e3,
            "gpu_c": AMBIENT_AT_ZERO + PER_INLET * INLET + KELVIN_PER_WATT * gpu_w}


def compared(program: str) -> list[dict]:
    rows = figure_rows()
    for row in rows:
        model = predicted(program, row)
        row.update(said=model, power_error=model["kw"] / row["kw"] - 1, kelvin=model["gpu_c"] - row["gpu_c"])
    return rows


def figure16(args) -> None:
    rows = compared(args.headroom)
    print("| model | TP | batch | phase | kW of 8 GPUs: figure | model | | hottest GPU, degC: figure | model |")
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        print(f"| {row['model']} | {row['parallel']} | {row['batch']} | {row['phase']} | {row['kw']:.2f} | {row['said']['kw']:.2f} "
              f"| {100 * row['power_error']:+.0f} % | {row['gpu_c']:.0f} | {row['said']['gpu_c']:.0f} |")
    kelvins = [abs(row["kelvin"]) for row in rows]
    print(f"\nTemperature: median {statistics.median(kelvins):.1f} K, worst {max(kelvins):.1f} K; "
          f"power: worst {100 * max(abs(row['power_error']) for row in rows):.0f} %.")


# ---- runs


def by_policy(outs: list[Path]) -> dict[str, list[dict]]:
    """The runs of each policy, in the order of NAMES, other policies behind."""
    runs = [load_run(out) for out in outs]
    names = list(NAMES) + sorted({run["policy"] for run in runs} - set(NAMES))
    groups = {policy: [run for run in runs if run["policy"] == policy] for policy in names}
    return {policy: group for policy, group in groups.items() if group}


def hottest(run: dict) -> float:
    return run["summary"]["thermal"]["max_gpu_5min_c"]


def row_peak(run: dict) -> float:
    """Highest mean of five minutes of any row over its budget."""
    return run["summary"]["power"]["max_row_5min_fraction"]


def quality(run: dict) -> float | None:
    classes = [found for found in run["summary"]["classes"].values() if "quality_mean" in found]
    return min((found["quality_mean"] for found in classes), default=None)


WINDOW_S = 300


def capped_share(run: dict) -> float:
    """Windows of five minutes in which clocks of any server were locked, over all."""
    end = run["summary"]["simulated_s"]
    windows = set()
    for event in read_events(run["out"]):
        if event["kind"] == "clock_lock" and "effective_s" in event:
            first, last = event["effective_s"], min(end, event["effective_s"] + event.get("duration_s", end))
            windows.update(range(int(first // WINDOW_S), int(-(-last // WINDOW_S))))
    return len(windows) / max(1, -(-end // WINDOW_S))


def hot_share(run: dict) -> float:
    """Likewise in which a GPU throttled or an aisle lacked air."""
    return run["summary"]["thermal"]["limited_windows_fraction"]


def spread(values: list[float], digits: int) -> str:
    middle = f"{statistics.mean(values):.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def change(group: list[dict], base: list[dict], value) -> str:
    """Of the mean, in per cent of the first policy's."""
    return f"{100 * (statistics.mean(map(value, group)) / statistics.mean(map(value, base)) - 1):+.1f} %"


def table(args) -> None:
    groups = by_policy(args.out)
    base = next(iter(groups.values()))
    print("| policy | hottest GPU, 5 min, degC | | highest row, 5 min, of its budget | | capped | short of air or hot | TTFT P99, s | e2e P99, s | SLO | quality |")
    print("| --- |" + " ---: |" * 10)
    for policy, group in groups.items():
        latency = [run["summary"]["latency"] for run in group]
        slo = [run["summary"]["slo"]["attained_fraction"] for run in group if run["summary"].get("slo")]
        worst = [found for run in group if (found := quality(run)) is not None]
        print(f"| {NAMES.get(policy, policy)} | {spread([hottest(run) for run in group], 1)} | {change(group, base, hottest)} "
              f"| {spread([row_peak(run) for run in group], 3)} | {change(group, base, row_peak)} "
              f"| {spread([capped_share(run) for run in group], 3)} | {spread([hot_share(run) for run in group], 3)} "
              f"| {spread([found['ttft_s']['p99'] for found in latency], 2)} | {spread([found['e2e_s']['p99'] for found in latency], 1)} "
              f"| {spread(slo, 4) if slo else ''} | {spread(worst, 4) if worst else ''} |")


# ---- pictures


def pyplot(picture: Path):
    import matplotlib
    matplotlib.use("svg" if picture.suffix == ".svg" else "agg")
    matplotlib.rcParams["svg.hashsalt"] = "headroom"
    from matplotlib import pyplot as plots
    return plots


def save(figure, picture: Path) -> None:
    figure.savefig(picture, dpi=120, metadata={"Date": None} if picture.suffix == ".svg" else None)


def rows_of_racks(values: dict[str, float]) -> tuple[list[str], list[list[float]]]:
    """Racks by path, as one list a row."""
    rows: dict[str, list[float]] = {}
    for path, value in values.items():
        rows.setdefault(path.rpartition("/")[0], []).append(value)
    return list(rows), list(rows.values())


def floor(args) -> None:
    """One line of two maps a run: the hottest GPU of each rack at any sample, and its mean power."""
    plots = pyplot(args.picture)
    runs = [load_run(out) for out in args.out]
    heats = [{rack: max(series["gpu_c"]) for rack, series in read_json(run["out"], "heat.json")["racks"].items()} for run in runs]
    powers = [{rack: run["summary"]["power"][rack]["mean_w"] / 1e3 for rack in heat} for run, heat in zip(runs, heats)]
    figure, axes = plots.subplots(len(runs), 2, squeeze=False, layout="constrained", figsize=(9.6, 0.6 + 1.6 * len(runs)))
    for column, (maps, what, colours) in enumerate(((heats, "hottest GPU, degC", "inferno"), (powers, "mean power of the rack, kW", "cividis"))):
        least, most = (bound(value for values in maps for value in values.values()) for bound in (min, max))
        for line, (run, values) in enumerate(zip(runs, maps)):
            names, cells = rows_of_racks(values)
            image = axes[line][column].imshow(cells, cmap=colours, vmin=least, vmax=most, aspect="auto")
            axes[line][column].set_yticks(range(len(names)), names)
            axes[line][column].set_xticks([])
            axes[line][column].set_title(f"{NAMES.get(run['policy'], run['policy'])}: {what}", fontsize=9)
        figure.colorbar(image, ax=axes[:, column])
    save(figure, args.picture)


def over_time(args) -> None:
    """Hottest GPU of the site and highest row, policy by policy."""
    plots = pyplot(args.picture)
    figure, (hot, power) = plots.subplots(2, 1, sharex=True, layout="constrained", figsize=(9.6, 5.4))
    for out, style in zip(args.out, ("-", "--", ":", "-.") * len(args.out)):
        run = load_run(out)
        name = NAMES.get(run["policy"], run["policy"])
        heat, drawn = read_json(out, "heat.json"), read_json(out, "power.json")
        warmest = [max(values) for values in zip(*(rack["gpu_c"] for rack in heat["racks"].values()))]
        hot.plot([(i + 1) * heat["bin_s"] / 60 for i in range(len(warmest))], warmest, style, label=name)
        rows = [node["mean_w"] for path, node in drawn["nodes"].items() if "/" not in path and path != "site"]
        highest, group = [max(values) / 1e3 for values in zip(*rows)], max(1, round(heat["bin_s"] / drawn["bin_s"]))
        means = [statistics.mean(highest[i:i + group]) for i in range(0, len(highest), group)]
        power.plot([(i + 0.5) * group * drawn["bin_s"] / 60 for i in range(len(means))], means, style, label=name)
    hot.set(ylabel="hottest GPU, degC")
    power.set(ylabel="highest row, kW", xlabel="minutes", ylim=(0, None))
    for axes in (hot, power):
        axes.grid(alpha=0.3)
    hot.legend(ncols=4, fontsize=9)
    save(figure, args.picture)


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    command = commands.add_parser("figure16", help="what models say beside TAPAS figure 16")
    command.add_argument("--headroom", required=True, metavar="BIN", help="the program, for example build/release/headroom")
    command.set_defaults(work=figure16, out=[Path("figure 16")])
    command = commands.add_parser("table", help="temperatures, power, latency and quality by policy, against the first")
    command.add_argument("out", type=Path, nargs="+", metavar="OUT", help="output directories of headroom run")
    command.set_defaults(work=table)
    for name, work, help_text in (("floor", floor, "racks by their hottest GPU and by power"),
                                  ("time", over_time, "hottest GPU and highest row over time")):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("out", type=Path, nargs="+", metavar="OUT", help="output directories of headroom run")
        command.add_argument("--picture", type=Path, required=True, metavar="FILE", help="to write, .png or .svg")
        command.set_defaults(work=work)
    return parser


if __name__ == "__main__":
    args = options().parse_args()
    sys.exit(exit_code("tapas.py", args.out[0], lambda: args.work(args)))
