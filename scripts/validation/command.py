"""What the scripts that write a page of comparisons share: their options, and how they fail."""

import argparse
import sys
from pathlib import Path

from calibration.measurements import DATA
from calibration.model import PROJECT
from results import InputError
from validation.comparisons import Program


def run(script, description, page, write):
    """Calls write(folder, program), and prints where the page is; what is wrong goes to stderr. The exit code."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headroom", required=True, metavar="BIN", help="the program, for example build/release/headroom")
    parser.add_argument("--out", type=Path, default=PROJECT / "docs", metavar="DIR", help=f"where {page} goes (default: docs)")
    args = parser.parse_args()
    try:
        if not DATA.is_dir():
            raise InputError(f"{DATA}: there is no such folder of measurements; $HEADROOM_DATA names another")
        write(args.out, Program(str(Path(args.headroom).resolve())))
    except InputError as error:
        print(f"{script}: {error}", file=sys.stderr)
        return 2
    except FileNotFoundError as error:
        print(f"{script}: {error.filename}: no such file of measurements", file=sys.stderr)
        return 2
    print(args.out / page)
    return 0
