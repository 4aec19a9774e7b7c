"""Reading sweep.json: its points, and which of its axes go their own way."""

import argparse
import json
from pathlib import Path

from results import InputError, read_json

IMPACT = "/impact_fraction"


def load(directory: Path) -> dict:
    sweep = read_json(directory, "sweep.json", command="headroom sweep, and complete")
    if not isinstance(sweep, dict) or not sweep["points"]:
        raise InputError(f"{directory / 'sweep.json'}: has no points")
    return sweep


def axis_values(sweep: dict, axis: str) -> list:
    """The different values of an axis, in the order of the points; None where it does not apply."""
    values = []
    for point in sweep["points"]:
        if point.get(axis) not in values:
            values.append(point.get(axis))
    return values


def is_linked(sweep: dict, axis: str, leader: str) -> bool:
    """Whether each value of the leader comes with one value of the axis."""
    seen = {}
    return all(seen.setdefault(json.dumps(point.get(leader)), point.get(axis)) == point.get(axis) for point in sweep["points"])


def leader_of(sweep: dict, axis: str, leaders: list[str]) -> str | None:
    """The first of the leaders that says which value the axis has."""
    return next((leader for leader in leaders if is_linked(sweep, axis, leader)), None)


def own_axes(sweep: dict, leaders: list[str]) -> list[str]:
    """The axes that follow neither one of the leaders nor one another."""
    chosen = []
    for axis in sweep["axes"]:
        if axis not in leaders and not leader_of(sweep, axis, [*leaders, *chosen]):
            chosen.append(axis)
    return chosen


def failed(sweep: dict) -> int:
    return sum(point["outcome"] != "done" for point in sweep["points"])


def options(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", metavar="SWEEP_DIR", type=Path, help="output directory of headroom sweep")
    return parser
