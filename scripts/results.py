"""What the scripts that read output directories share: reading JSON, and how they refuse."""

import json
import sys
from pathlib import Path


class InputError(Exception):
    """The user's input cannot be used."""


def each_target(record: dict):
    """What a record of events.json says of each of the targets that it is about."""
    if "paths" not in record:
        yield record
        return
    durations = record.get("durations_s", [])
    rest = {key: value for key, value in record.items() if key not in ("count", "paths", "durations_s")}
    for i, path in enumerate(record["paths"]):
        yield {**rest, "target": path, **({"duration_s": durations[i]} if durations else {})}


def read_json(out: Path, name: str, needed: bool = True, command: str = "headroom run") -> dict:
    if not out.is_dir():
        raise InputError(f"{out}: there is no such output directory")
    file = out / name
    if not file.exists():
        if needed:
            raise InputError(f"{file}: no such file; is {out} the output of {command}?")
        return {}
    try:
        return json.loads(file.read_text())
    except ValueError as error:
        raise InputError(f"{file}: not JSON ({error})") from error


def read_events(out: Path) -> list[dict]:
    """The events of a run, one record a target."""
    return [one for record in read_json(out, "events.json")["events"] for one in each_target(record)]


def load_run(out: Path) -> dict:
    """Summary and resolved scenario of a run, and its policy's name."""
    run = {name: read_json(out, f"{name}.json") for name in ("summary", "resolved")}
    return run | {"out": out, "policy": run["resolved"]["policy"]["name"]}


def exit_code(program: str, directory: Path, work) -> int:
    """Does the work; 0, or 2 and one sentence on stderr where the directory or an option is wrong."""
    try:
        work()
    except InputError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 2
    except KeyError as error:
        print(f"{program}: {directory}: lacks the value {error}; is it the output of this version of headroom?", file=sys.stderr)
        return 2
    return 0
