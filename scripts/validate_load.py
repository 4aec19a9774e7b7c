#!/usr/bin/python3
"""Holds `headroom predict --rate` against runs, and both against load tests: writes docs/validation_load.md.

Reads ../shared/data (or $HEADROOM_DATA). Deterministic: a second run changes nothing. Takes about a minute.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from calibration.measurements import DATA  # noqa: E402
from calibration.model import PROJECT  # noqa: E402
from results import InputError  # noqa: E402
from validation.comparisons import Program  # noqa: E402
from validation.load_page import page  # noqa: E402
from validation.load_tests import against_runs, dynamollm_mask, held_batches  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headroom", required=True, metavar="BIN", help="the program, for example build/release/headroom")
    parser.add_argument("--out", type=Path, default=PROJECT / "docs", metavar="DIR", help="where validation_load.md goes (default: docs)")
    args = parser.parse_args()
    program = Program(str(Path(args.headroom).resolve()))
    try:
        if not DATA.is_dir():
            raise InputError(f"{DATA}: there is no such folder of measurements; $HEADROOM_DATA names another")
        text = page(against_runs(program), held_batches(program), dynamollm_mask(program))
        (args.out / "validation_load.md").write_text(text)
    except InputError as error:
        print(f"validate_load.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"validate_load.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    print(args.out / "validation_load.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
