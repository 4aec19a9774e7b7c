#!/usr/bin/env python3
"""Runs every golden case (a folder with scenario.json) and compares its summary with expected.json, /host aside.

  HEADROOM=build/dev/headroom tests/golden/run.py [CASE ...]
  UPDATE_GOLDEN=1 tests/golden/run.py     writes what the program says now as expected.json
  tests/golden/run.py --same A B          two programs give the same bytes in all cases, and the same fingerprints

Values must be equal unless the case's tolerance.json maps a JSON pointer (it and all below it) to a relative tolerance.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def run(program, case):
    """The output files of a case as text, by name; not host.json, which differs between equal runs."""
    with tempfile.TemporaryDirectory(prefix="headroom-golden-") as folder:
        scenario = (case / "scenario.json").relative_to(ROOT)
        done = subprocess.run([os.path.abspath(program), "run", str(scenario), "--out", f"{folder}/out", "--requests", "--quiet"],
                              cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{case.name}: exit code {done.returncode}\n{done.stderr}")
        return {file.name: file.read_text() for file in pathlib.Path(folder, "out").iterdir() if file.name != "host.json"}


def tolerance_at(tolerances, pointer):
    """The tolerance of the longest prefix of the pointer, 0 where there is none."""
    while pointer not in tolerances and pointer:
        pointer = pointer.rpartition("/")[0]
    return tolerances.get(pointer, 0)


def differences(expected, actual, tolerances, pointer=""):
    """What differs, one line each."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in [*expected, *(key for key in actual if key not in expected)]:
            below = pointer + "/" + key.replace("~", "~0").replace("/", "~1")
            if key not in actual:
                yield f"{below}: is gone"
            elif key not in expected:
                yield f"{below}: is new"
            else:
                yield from differences(expected[key], actual[key], tolerances, below)
        return
    tolerance = tolerance_at(tolerances, pointer)
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (expected, actual))
    if expected == actual or numbers and abs(actual - expected) <= tolerance * abs(expected):
        return
    by = f", {(actual - expected) / expected:+.3g} relative" if numbers and expected else ""
    yield f"{pointer}: expected {expected}, is {actual}{by}"


def check(program, case):
    """True where the case gives what is expected, or was updated."""
    actual = run(program, case)["summary.json"]
    expected = case / "expected.json"
    if os.environ.get("UPDATE_GOLDEN"):
        changed = not expected.exists() or expected.read_text() != actual
        expected.write_text(actual)
        print(f"{case.name}: {'updated' if changed else 'unchanged'}")
        return True
    if not expected.exists():
        print(f"{case.name}: FAILED, has no expected.json; UPDATE_GOLDEN=1 writes it")
        return False
    tolerances = json.loads((case / "tolerance.json").read_text()) if (case / "tolerance.json").exists() else {}
    lines = list(differences(json.loads(expected.read_text()), json.loads(actual), tolerances))
    print(f"{case.name}: {'FAILED' if lines else 'fine'}", *lines, sep="\n  ")
    return not lines


def same(first, second, case):
    """True where two programs agree on every byte."""
    one, two = run(first, case), run(second, case)
    differing = [name for name in sorted({*one, *two}) if one.get(name) != two.get(name)]
    print(f"{case.name}: {'FAILED, differ in ' + ', '.join(differing) if differing else 'the same bytes'}")
    return not differing


def main():
    words = sys.argv[1:]
    programs = [os.environ.get("HEADROOM", ROOT / "build/release/headroom")]
    compare = check
    if words[:1] == ["--same"]:
        programs, words, compare = words[1:3], words[3:], same
    cases = sorted(file.parent for file in HERE.glob("*/scenario.json") if not words or file.parent.name in words)
    if not cases:
        raise SystemExit("no such case")
    results = [compare(*programs, case) for case in cases]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
