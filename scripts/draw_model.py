#!/usr/bin/python3
"""Draws what Headroom models: the power tree, what a request becomes, and how late power is seen and acted on.

Delays are those of configs/scenario/polca_row.json. Needs Debian's python3-matplotlib.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
from plot import CLASS_COLOURS, STYLE, plt, save_figure  # noqa: E402
from results import exit_code  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "configs/scenario/polca_row.json"
BLUE, ORANGE, GREEN, PINK = CLASS_COLOURS[:4]
GREY = "#555555"
SIZE = (9.0, 6.1)  # inches, which are the units of all positions
BOX = (1.0, 0.42)
COPY = (0.06, 0.05)  # how far a frame behind another looks out, to the right and down
GPU_Y = 1.1  # where power meets the tree


@dataclass
class Box:
    """A word in a frame, by the middle of it."""
    x: float
    y: float
    text: str
    colour: str
    copies: int = 0  # frames that look out behind it

    def side(self, direction: str) -> tuple[float, float]:
        dx, dy = {"left": (-1, 0), "right": (1, 0), "top": (0, 1), "bottom": (0, -1)}[direction]
        return self.x + dx * BOX[0] / 2, self.y + dy * BOX[1] / 2


def draw_box(axes, box: Box) -> None:
    for copy in range(box.copies, -1, -1):
        left, bottom = box.x - BOX[0] / 2 + COPY[0] * copy, box.y - BOX[1] / 2 - COPY[1] * copy
        axes.add_patch(plt.Rectangle((left, bottom), *BOX, facecolor="white", edgecolor=box.colour, linewidth=1.3))
    axes.text(box.x, box.y, box.text, ha="center", va="center", fontsize=9.5, weight="bold", color=box.colour)


def arrow(axes, start, end, colour) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6,
                                              "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11})


def note(axes, x: float, y: float, text: str, colour: str = GREY, **style) -> None:
    axes.text(x, y, text, **{"va": "center", "fontsize": 8, "color": colour, "linespacing": 1.25, **style})


def heading(axes, x: float, text: str) -> None:
    axes.text(x, SIZE[1] - 0.2, text, fontsize=10.5, weight="bold", va="center")


def power_tree(axes) -> tuple[Box, Box]:
    """The row, which telemetry samples, and the GPU, which draws."""
    heading(axes, 0.15, "Where power flows")
    words = {"site": "meter", "row": "meter, budget,\nbreaker, losses", "rack": "meter; may have\nall of these too",
             "server": "host, fans and\npower supply", "GPU": "draws by its work;\nclock, cap, heat"}
    boxes = [Box(0.75, y, word, BLUE, copies=0 if word == "site" else 2) for y, word in zip((5.4, 4.66, 3.5, 2.3, GPU_Y), words)]
    for box, text in zip(boxes, words.values()):
        draw_box(axes, box)
        note(axes, box.x + 0.74, box.y - (0.3 if box.text == "GPU" else 0.08 if box.copies else 0), text)
    for lower, upper in zip(boxes[1:], boxes):
        arrow(axes, lower.side("top"), (upper.x, upper.side("bottom")[1] - COPY[1] * upper.copies), BLUE)
    return boxes[1], boxes[-1]


def request_path(axes) -> tuple[Box, Box]:
    """The step, which the clock slows, and what it draws."""
    heading(axes, 3.25, "What a request becomes")
    words = {"request": "arrives with its tokens,\nclass and priority",
             "pool": "instances that serve\nits class",
             "instance": "a model on its GPUs;\nthe router chooses it",
             "batch": "what it runs at once;\nothers wait in its queue",
             "step": "prefill or decode",
             "power": "of its GPUs in this step"}
    boxes = [Box(3.8, GPU_Y + 0.63 * (5 - i), word, GREEN) for i, word in enumerate(words)]
    for box, text in zip(boxes, words.values()):
        draw_box(axes, box)
        note(axes, box.x + 0.74, box.y + (0.1 if box.text == "step" else 0), text)
    for upper, lower in zip(boxes, boxes[1:]):
        arrow(axes, upper.side("bottom"), lower.side("top"), GREEN)
    return boxes[-2], boxes[-1]


def time_line(axes, scenario: dict, sample_y: float, effect_y: float) -> float:
    """Its place from left to right; a sample enters at one height, its effect leaves at another."""
    heading(axes, 6.45, "When it is seen and acted on")
    telemetry, actuation = scenario["telemetry"], scenario["actuation"]
    sample_s = telemetry["window_s"]
    seen_s = sample_s + telemetry["delay_s"]
    brake_s, lock_s = (seen_s + actuation[name] for name in ("power_brake_s", "clock_lock_s"))
    x = 6.72
    arrow(axes, (x, 5.62), (x, 0.55), ORANGE)
    for y, time_s, text in ((5.4, 0, "window begins"), (sample_y, sample_s, "sample: the mean\nof the window"),
                            (3.75, seen_s, "the policy sees it\nand decides"), (2.65, brake_s, "a brake acts"),
                            (effect_y, lock_s, "a lock or cap acts:\nslower steps, less\npower, more latency")):
        axes.plot([x], [y], "o", color=ORANGE, markersize=6)
        note(axes, x + 0.16, y, f"{time_s:g} s", ORANGE, weight="bold")
        note(axes, x + 0.62, y, text, "black")
    for y, text in (((sample_y + 3.75) / 2, "delay of telemetry"), (3.2, "delay of the command")):
        note(axes, x + 0.62, y, text, style="italic")
    note(axes, x + 0.16, 0.62, "delays of polca_row; not to scale", fontsize=7.5)
    return x


def draw(scenario: dict):
    figure = plt.figure(figsize=SIZE)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, SIZE[0]), ylim=(0, SIZE[1]))
    axes.set_axis_off()
    row, gpu = power_tree(axes)
    step, power = request_path(axes)
    sample_y, effect_y = row.y + 0.14, step.y - 0.1
    x = time_line(axes, scenario, sample_y, effect_y)
    behind = COPY[0] * gpu.copies
    arrow(axes, power.side("left"), (gpu.side("right")[0] + behind, gpu.y), PINK)
    arrow(axes, (row.side("right")[0], sample_y), (x - 0.06, sample_y), PINK)
    arrow(axes, (x - 0.06, effect_y), (step.side("right")[0], effect_y), PINK)
    note(axes, 4.0, sample_y + 0.12, "power of the row", ha="center")
    note(axes, (x + step.side("right")[0]) / 2, effect_y - 0.13, "lower clock", ha="center")
    return figure


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--save", metavar="FILE", type=Path, default=ROOT / "docs/images/model.png",
                        help="picture to write, .png, .pdf or .svg (default: docs/images/model.png)")
    file = parser.parse_args().save

    def work() -> None:
        with plt.rc_context(STYLE):
            save_figure(draw(json.loads(SCENARIO.read_text())), file, 200)
        print(file)

    return exit_code("draw_model.py", file, work)


if __name__ == "__main__":
    sys.exit(main())
