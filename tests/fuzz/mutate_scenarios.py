#!/usr/bin/env python3
"""Runs mutated scenarios, and says which of them the program does not take as it should.

  HEADROOM=build/release/headroom tests/fuzz/mutate_scenarios.py [--number 1000] [--first 0] [--jobs 2] [--keep DIR]

Each case is a shipped or golden scenario, cut to some seconds, in which up to four values were changed, swapped, deleted
or added after the schema. The program must end with 0 or 2 (3 and 4: a policy, a limit), by itself or within 2 s (of CPU) of
a Ctrl-C; take no more memory than it was given; write nothing but finite numbers; and never find its books unbalanced.
Case N is the same whenever and wherever it runs: --first N --number 1 repeats it, --keep keeps what it ran.
"""

import argparse
import copy
import json
import math
import multiprocessing.pool
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("HEADROOM", ROOT / "build/release/headroom"))
BASES = sorted([*ROOT.glob("tests/golden/*/scenario.json"), *ROOT.glob("configs/scenario/*.json")])
SECONDS = 5  # of simulated time
MEMORY_MIB = 2048
PATIENCE_S = 4.0  # of CPU, for a run before it is stopped
GRACE_S = 2.0  # of CPU, from Ctrl-C to its end
LONGEST_S = 60.0  # of any clock, for either
ODD = [0, -0.0, 1, -1, 0.5, 1e-300, 5e-324, 1e-30, 1e-12, 1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9, 1e12, 1e19, 1e30, 1e300, 1.7e308, -1e300,
       2**31, 2**32 - 1, 2**32, 2**53 + 1, 2**63, 2**64 - 1]
OTHER_KINDS = [None, True, "", "NaN", "inf", "1e5", [], {}, [0], {"kind": "none"}]


def resolved(base, folder):
    """A shipped scenario with all its values, cut short."""
    out = folder / "base"
    starts = {'"jobs"': "/workload/jobs/0/start_s=1", '"grid"': "/grid/warmup_s=1",
              '"evictions"': "/incidents/evictions/0/at_s=1", '"name": "end"': "/workload/graphs/1/start_s=1"}
    cut = [f"/duration_s={SECONDS}", *(start for part, start in starts.items() if part in base.read_text())]
    done = subprocess.run([PROGRAM, "run", base, *(word for value in cut for word in ("--set", value)), "--quiet", "--force", "--out", out],
                          cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{base}: {done.stderr}")
    return json.loads((out / "resolved.json").read_text())


def inlined(schema, definitions):
    """A schema with what it refers to in place of the references."""
    if isinstance(schema, list):
        return [inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {key: inlined(part, definitions) for key, part in schema.items() if key not in ("$ref", "$defs")}
    if "$ref" in schema:
        whole |= inlined(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    return whole


def meant(value, schema):
    """The alternative of a schema that a value is of: an object by its kind, and not the name of a file."""
    for option in schema.get("anyOf", []):
        if option.get("type") != "string":
            schema = option
    for option in schema.get("oneOf", []):
        if isinstance(value, dict) and option.get("properties", {}).get("kind", {}).get("const") == value.get("kind"):
            return option
    return schema


def places(value, schema, at=()):
    """Every value of a document with its place and its schema."""
    schema = meant(value, schema)
    yield at, value, schema
    if isinstance(value, dict):
        for key, child in value.items():
            below = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            yield from places(child, below if isinstance(below, dict) else {}, (*at, key))
    if isinstance(value, list):
        for index, child in enumerate(value):
            yield from places(child, schema.get("items", {}), (*at, index))


def within(rng, schema):
    """A number of the range that the schema gives, often at its ends, else anywhere by order of magnitude."""
    ends = [schema.get("minimum", schema.get("exclusiveMinimum", 0)), schema.get("maximum", 1e9)]
    low, high = schema.get("not", {}).get("exclusiveMaximum", ends[0]), ends[1]
    choice = rng.random()
    if choice < 0.3:
        number = rng.choice(ends)
    elif low >= 0:
        number = math.exp(rng.uniform(math.log(max(low, high * 1e-12, 1e-300)), math.log(max(high, 1e-300))))
    else:
        number = rng.uniform(low, high)
    return int(number) if schema.get("type") == "integer" else number


def fitting(rng, schema, depth=0):
    """Some value that the schema allows."""
    schema = meant(None, schema)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if "oneOf" in schema:
        return fitting(rng, rng.choice(schema["oneOf"]), depth)
    kind = schema.get("type")
    if kind in ("number", "integer"):
        return within(rng, schema)
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "array":
        return [fitting(rng, schema.get("items", {}), depth + 1) for _ in range(rng.randint(0, 3))]
    if kind == "object":
        required = schema.get("required", [])
        return {key: fitting(rng, child, depth + 1) for key, child in schema.get("properties", {}).items()
                if key in required or rng.random() < 0.3 / (1 + depth)}
    return rng.choice(["site", "row", "default", "x"])


def changed(rng, value, schema):
    """Another value for a place."""
    if rng.random() < 0.12:
        return rng.choice(OTHER_KINDS)
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        choice = rng.random()
        if choice < 0.3:
            return rng.choice(ODD)
        if choice < 0.7:
            return within(rng, schema)
        number = value * 10 ** rng.uniform(-6, 6) if choice < 0.95 else -value
        return int(number) if schema.get("type") == "integer" else number
    if isinstance(value, list) and value:
        return value + [copy.deepcopy(rng.choice(value))] if rng.random() < 0.5 else value[1:]
    return fitting(rng, schema) if schema else rng.choice(OTHER_KINDS)


def parent_of(document, at):
    for step in at[:-1]:
        document = document[step]
    return document


def mutate(rng, document, schema):
    """Changes one thing of a document, and says what."""
    everywhere = [place for place in places(document, schema) if place[0] and place[0][0] not in ("name", "description", "duration_s")]
    leaves = [place for place in everywhere if not isinstance(place[1], (dict, list))]
    at, value, below = rng.choice(leaves if leaves and rng.random() < 0.8 else everywhere)
    parent = parent_of(document, at)
    choice = rng.random()
    if choice < 0.08:
        del parent[at[-1]]
        what = "deleted"
    elif choice < 0.14:
        other = rng.choice([place for place in leaves if place[0][:len(at)] != at] or [(at, value, below)])  # none inside of it
        parent[at[-1]], parent_of(document, other[0])[other[0][-1]] = other[1], value
        what = f"swapped with {'/'.join(map(str, other[0]))}"
    elif choice < 0.3 and isinstance(parent, dict):
        holder = rng.choice([place for place in places(document, schema) if isinstance(place[1], dict) and "properties" in place[2]])
        key = rng.choice(sorted(holder[2]["properties"]))
        if (*holder[0], key) != ("duration_s",):
            holder[1][key] = fitting(rng, holder[2]["properties"][key])
        at, what = (*holder[0], key), f"= {json.dumps(holder[1].get(key))[:200]}"
    else:
        parent[at[-1]] = changed(rng, value, below)
        what = f"= {json.dumps(parent[at[-1]])[:200]}"
    return "/" + "/".join(map(str, at)) + " " + what


def case(number, bases, schema):
    """The scenario and the command of a case, and what was changed."""
    rng = random.Random(number)
    document = copy.deepcopy(rng.choice(bases))
    changes = [mutate(rng, document, schema) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4]))]
    if rng.random() < 0.15:
        document["duration_s"] = rng.choice([1e-6, 1e-3, 0.5, SECONDS, 2 * SECONDS])
    command = ["check"] if rng.random() < 0.1 else ["run"]
    return document, command, changes, rng.random() < 0.2


def wrong_value(value, where):
    """The first number of parsed JSON that is none, or null."""
    if value is None or isinstance(value, float) and not math.isfinite(value):
        return f"{where} is {value}"
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next(filter(None, (wrong_value(child, f"{where}/{key}") for key, child in items)), None)


def wrong_output(folder):
    """What is wrong with the files of a run."""
    for file in sorted(folder.iterdir()):
        text = file.read_text()
        if file.suffix == ".json" and file.name != "resolved.json":
            try:
                if found := wrong_value(json.loads(text), file.name + ": "):
                    return found
            except ValueError as error:
                return f"{file.name} is no JSON: {error}"
        if file.suffix == ".csv" and any(cell in ("nan", "inf", "-nan", "-inf") for line in text.split("\n") for cell in line.split(",")):
            return f"{file.name} has a number that is not finite"
    return None


def cpu_s(pid):
    """What a process has used: a busy machine lets it wait, and that is not its fault."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ended(process):
    """Waits for a process, stops it where it takes long; its status, its memory in MiB, whether it had to be stopped."""
    begun, since, stopped = time.monotonic(), 0.0, False
    while True:
        used = cpu_s(process.pid)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_maxrss / 1024, stopped
        waited = time.monotonic() - begun
        if used - since > (GRACE_S if stopped else PATIENCE_S) or waited > LONGEST_S:
            process.send_signal(signal.SIGKILL if stopped else signal.SIGINT)
            begun, since, stopped = time.monotonic(), used, True
        time.sleep(0.002 if waited < 0.2 else 0.02)


def judge(number, bases, schema, folder):
    """Runs a case in a folder of its own; what is wrong, or nothing; and how the case ended."""
    document, command, changes, trace = case(number, bases, schema)
    folder.mkdir()
    file, out = folder / "scenario.json", folder / "out"
    file.write_text(json.dumps(document))
    words = [PROGRAM, *command, file, "--max-memory", str(MEMORY_MIB)]
    if command == ["run"]:
        words += ["--out", out, "--requests", *(["--trace"] if trace else [])]
    with open(folder / "stderr", "wb") as err:
        process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
        code, memory, stopped = ended(process)
    said = (folder / "stderr").read_text(errors="replace")
    wrong = None
    if code not in (0, 2, 3, 4) and not (stopped and code in (130, -signal.SIGINT)):
        wrong = f"exit code {code}" + (" after Ctrl-C" if stopped else "")
    elif memory > MEMORY_MIB:
        wrong = f"{memory:.0f} MiB of memory"
    elif code != 0 and out.exists():
        wrong = "an output was published"
    elif code > 0 and not said.startswith("headroom: "):
        wrong = "no message"
    elif out.exists():
        wrong = wrong_output(out)
    text = f"case {number}: {wrong}\n  {'; '.join(changes)}\n  {said[:600]}" if wrong else None
    return text, "stopped" if stopped else code


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="keep the folders of what was wrong here")
    return parser.parse_args()


def main():
    options = arguments()
    schema = json.loads(subprocess.check_output([PROGRAM, "describe", "--schema", "scenario"]))
    schema = inlined(schema, schema["$defs"])
    begun, codes, failures = time.monotonic(), {}, 0
    with tempfile.TemporaryDirectory(prefix="headroom-fuzz-") as name:
        root = pathlib.Path(name)
        bases = [resolved(base, root) for base in BASES]

        def work(number):
            folder = root / str(number)
            wrong, code = judge(number, bases, schema, folder)
            if wrong and options.keep:
                shutil.copytree(folder, options.keep / str(number), dirs_exist_ok=True)
            shutil.rmtree(folder)
            return wrong, code

        with multiprocessing.pool.ThreadPool(options.jobs) as pool:
            for wrong, code in pool.imap(work, range(options.first, options.first + options.number)):
                codes[code] = codes.get(code, 0) + 1
                if wrong:
                    failures += 1
                    print(wrong, flush=True)
    print(f"{options.number} cases in {time.monotonic() - begun:.0f} s, {failures} wrong; ended with "
          + ", ".join(f"{code}: {count}" for code, count in sorted(codes.items(), key=str)))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
