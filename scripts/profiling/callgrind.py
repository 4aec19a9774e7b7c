"""Runs headroom under valgrind's callgrind and reads what it counted. Counts are repeatable for the same binary and input."""

import re
import shutil
import subprocess
from pathlib import Path

TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)


def available() -> bool:
    return shutil.which("valgrind") is not None


def run(program: Path, arguments: list[str], out: Path) -> Path:
    """Runs `headroom run` with these arguments and output; returns the profile, which stands beside the output."""
    profile = out.with_suffix(".callgrind")
    subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "-q", program, "run", *arguments,
                    "--quiet", "--out", out], check=True)
    return profile


def instructions(profile: Path) -> int:
    """All instructions of a run."""
    return int(TOTAL.search(profile.read_text())[1])


def annotated(profile: Path) -> str:
    """Instructions by function, as callgrind_annotate prints them."""
    return subprocess.run(["callgrind_annotate", "--threshold=100", "--show-percs=no", profile], check=True,
                          capture_output=True, text=True).stdout
