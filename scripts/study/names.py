"""What people call the axes of a sweep, their values, and the classes of requests."""

import json

from .sweep import axis_values

AXIS_NAMES = {"/site/servers": "servers", "/workload/synthetic/rate_per_s": "requests a second", "/site/levels/0/budget_w": "budget, W",
              "/serving/pools/0/server_fraction": "share of servers in the first pool"}


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def last_parts(pointer: str, count: int) -> str:
    return " ".join(part.replace("~1", "/").replace("~0", "~") for part in pointer.strip("/").split("/")[-count:])


def axis_name(axis: str) -> str:
    return AXIS_NAMES.get(axis) or last_parts(axis, 1)


def short(value) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:g}" if is_number(value) else json.dumps(value)


def parts_of(value) -> dict:
    """The fields of the objects in a list, or of an object; a kind stands first."""
    objects = value if isinstance(value, list) else [value]
    if not objects or not all(isinstance(part, dict) for part in objects):
        return {}
    fields = {key: field for part in objects for key, field in part.items()}
    return {key: fields[key] for key in sorted(fields, key=lambda key: (key != "kind", key))}


def value_name(sweep: dict, axis: str, value) -> str:
    """A name that tells a value from the others of its axis; of objects, the fields in which they differ."""
    parts = parts_of(value)
    if not parts:
        return short(value)
    others = axis_values(sweep, axis)
    differ = [key for key in parts if key == "kind" or any(parts_of(other).get(key) != parts[key] for other in others)]
    return ", ".join(short(parts[key]) if key == "kind" else f"{key.removesuffix('_fraction')} {short(parts[key])}" for key in differ)


def class_and_rest(pointer: str) -> tuple[str | None, list[str]]:
    """The class of requests that a pointer into summary.json is about, if one, and its steps below that."""
    steps = pointer.strip("/").split("/")
    return (steps[1], steps[2:]) if steps[0] == "classes" and len(steps) > 2 else (None, steps)
