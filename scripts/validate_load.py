#!/usr/bin/python3
"""Holds `headroom predict --rate` against runs, and both against load tests: writes docs/validation_load.md.

Reads ../shared/data (or $HEADROOM_DATA). Deterministic: a second run changes nothing. Takes about a minute.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
from results import InputError  # noqa: E402
from validation.command import run  # noqa: E402
from validation.comparisons import Program  # noqa: E402
from validation.load_page import page  # noqa: E402
from validation.load_tests import against_runs, dynamollm_mask, held_batches  # noqa: E402


def write(out: Path, program: Program) -> None:
    text = page(against_runs(program), held_batches(program), dynamollm_mask(program))
    try:
        (out / "validation_load.md").write_text(text)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written ({error.strerror})") from error


if __name__ == "__main__":
    sys.exit(run("validate_load.py", __doc__, "validation_load.md", write))
