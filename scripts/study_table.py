#!/usr/bin/python3
"""Prints a sweep of headroom as a Markdown table, aligned to be read as text too.

Reads sweep.json and nothing else. The first columns are the axes that vary; of linked ones the first. A metric that the study has
an impact of is one column: the value in the row of the reference, the change against it in the others.
"""

import sys
from argparse import Namespace
from pathlib import Path

sys.dont_write_bytecode = True
from results import InputError, exit_code  # noqa: E402
from study.columns import Column, columns_of  # noqa: E402
from study.names import axis_name, is_number, value_name  # noqa: E402
from study.sweep import axis_values, failed, leader_of, load, options, own_axes  # noqa: E402


def axis_column(sweep: dict, axis: str) -> Column:
    return Column(axis, axis_name(axis), lambda point: value_name(sweep, axis, point.get(axis)),
                  is_number=all(is_number(value) for value in axis_values(sweep, axis)))


def varying(sweep: dict) -> list[str]:
    return [axis for axis in sweep["axes"] if len(axis_values(sweep, axis)) > 1]


def shown_axes(sweep: dict) -> list[str]:
    return [axis for axis in own_axes(sweep, []) if axis in varying(sweep)] or sweep["axes"][:1]


def row(point: dict, axes: list[Column], values: list[Column]) -> list[str]:
    done = point["outcome"] == "done"
    cells = [column.cell(point) for column in values] if done else [point["outcome"], *["-"] * (len(values) - 1)]
    return [text.replace("|", "\\|") for text in [*(column.cell(point) for column in axes), *cells]]


def headings(columns: list[Column]) -> list[str]:
    """Their headings, or pointers where two columns would be called the same."""
    names = [column.heading for column in columns]
    return [column.heading if names.count(column.heading) == 1 else column.pointer for column in columns]


def table(sweep: dict, axes: list[Column], values: list[Column]) -> str:
    columns = axes + values
    rows = [headings(columns), *(row(point, axes, values) for point in sweep["points"])]
    widths = [max(3, *(len(cells[i]) for cells in rows)) for i in range(len(columns))]
    lines = ["| " + " | ".join(cell.rjust(w) if column.is_number else cell.ljust(w)
                               for cell, column, w in zip(cells, columns, widths)) + " |" for cells in rows]
    rule = "|" + "|".join("-" * (w + 1) + (":" if column.is_number else "-") for column, w in zip(columns, widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def reference_name(sweep: dict) -> str:
    """The values that tell the points from those they are compared with."""
    by_name = {point["point"]: point for point in sweep["points"]}
    pairs = [(point, by_name[point["reference"]]) for point in sweep["points"] if "reference" in point]
    names = {axis: value_name(sweep, axis, reference.get(axis)) for axis in shown_axes(sweep)
             for point, reference in pairs if point.get(axis) != reference.get(axis)}
    return ", ".join(f"{axis_name(axis)} {name}" for axis, name in names.items())


def notes(sweep: dict, values: list[Column]) -> list[str]:
    shown = shown_axes(sweep)
    lines = [f"`{axis}` goes with {axis_name(leader_of(sweep, axis, shown))}."
             for axis in varying(sweep) if axis not in shown]
    lines += dict.fromkeys(column.meaning for column in values if column.meaning)
    reference = reference_name(sweep)
    if reference:
        merged = any(column.pointer in sweep["impacts"] for column in values)
        lines.append(f"%: change against {reference}{', where the value itself stands' if merged else ''}.")
    if failed(sweep):
        lines.append(f"{failed(sweep)} of {len(sweep['points'])} points failed.")
    return lines


def text_of(sweep: dict) -> str:
    axes = [axis_column(sweep, axis) for axis in shown_axes(sweep)]
    values = columns_of(sweep)
    if not values:
        raise InputError(f"{sweep['study']}: has neither metrics nor impacts")
    below = notes(sweep, values)
    return table(sweep, axes, values) + "\n" + ("\n" + "  \n".join(below) + "\n" if below else "")


def print_table(args: Namespace) -> None:
    text = text_of(load(args.directory))
    if args.save:
        try:
            args.save.write_text(text)
        except OSError as error:
            raise InputError(f"--save {args.save}: cannot be written ({error.strerror})") from error
    print(text, end="")


def arguments() -> Namespace:
    parser = options(__doc__)
    parser.add_argument("--save", metavar="FILE", type=Path, help="write it to this file too")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    return exit_code("study_table.py", args.directory, lambda: print_table(args))


if __name__ == "__main__":
    sys.exit(main())
