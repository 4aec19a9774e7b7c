#!/usr/bin/python3
"""Holds `headroom predict` against measured data: writes docs/validation.md and docs/images/validation_*.png.

Reads ../shared/data (or $HEADROOM_DATA). Every prediction comes from running the program. Deterministic: a second run changes
nothing. Needs Debian's python3-matplotlib and python3-scipy.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
try:
    import matplotlib  # noqa: F401
    import scipy  # noqa: F401
except ImportError as error:
    print(f"validate.py: {error.name} is missing; install Debian's python3-{error.name} and run with /usr/bin/python3", file=sys.stderr)
    sys.exit(2)
from plot import save_figure  # noqa: E402
from results import InputError  # noqa: E402
from validation.command import run  # noqa: E402
from validation.comparisons import Program, compare  # noqa: E402
from validation.page import page  # noqa: E402
from validation.pictures import pictures  # noqa: E402

DPI = 110


def write(out: Path, program: Program) -> None:
    comparison = compare(program)
    images = out / "images"
    try:
        images.mkdir(parents=True, exist_ok=True)
        (out / "validation.md").write_text(page(comparison))
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written ({error.strerror})") from error
    for name, figure in pictures(comparison.series, program).items():
        save_figure(figure, images / f"validation_{name}.png", DPI, metadata={"Software": None})


if __name__ == "__main__":
    sys.exit(run("validate.py", __doc__, "validation.md", write))
