#!/usr/bin/env python3
"""Makes the week of a chat service that traces/README.md describes: its load and its mix of types by the hour, and the
lengths of the nine types. Coefficients are fitted to published statistics; scatter comes from a seed. The same seed
gives the same bytes.

    scripts/week_traces.py traces
"""

import argparse
import gzip
import math
import pathlib
import random

HOURS = 168
WEEKEND = 120  # its first hour

# Logarithm of the load over its mean, on working days and on the weekend: a constant, then cosine and sine of 24, 12, 8
# and 6 hours.
WORK_LOAD = (0.102, -0.205, -0.075, -0.027, 0.057, 0.038, -0.001, 0.026, 0.097)
FREE_LOAD = (-0.396, -0.105, -0.177, 0.009, 0.038, 0.017, -0.010, -0.003, 0.032)
LOAD_SCATTER = 0.06
PERSISTENCE = 0.88  # of the scatter, from hour to hour

# Percent of the requests of each type: mean of working days, cosine and sine of 24 hours, change at the weekend, scatter.
MIX = {
    "SS": (9.99, 0.51, -1.47, 0.53, 0.60),
    "SM": (17.04, -0.59, -1.99, -1.59, 0.89),
    "SL": (6.05, 0.27, 1.09, 1.10, 1.60),
    "MS": (14.99, -0.54, -1.42, -0.80, 0.93),
    "MM": (11.20, 0.21, 0.93, -0.04, 0.69),
    "ML": (7.82, -0.09, 0.71, -0.29, 0.38),
    "LS": (10.05, 0.07, 1.03, -0.21, 0.61),
    "LM": (4.07, 0.23, 0.24, 0.45, 0.23),
    "LL": (18.77, -0.06, 0.89, 0.88, 0.48),
}
TYPES = tuple(MIX)

# Tokens of input and output of each type at these shares of its requests; linear between them.
SHARES = (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)
LENGTHS = {
    "SS": (
        (2, 120, 194, 238, 370, 375, 380, 385, 391, 396, 401, 404, 408, 408),
        (7, 14, 18, 53, 62, 70, 76, 81, 85, 88, 91, 92, 93, 93),
    ),
    "SM": (
        (7, 31, 130, 181, 200, 206, 215, 389, 396, 400, 404, 406, 408, 408),
        (94, 95, 98, 102, 109, 118, 132, 149, 163, 181, 217, 217, 255, 342),
    ),
    "SL": (
        (181, 181, 181, 181, 181, 181, 181, 181, 181, 181, 181, 314, 314, 314),
        (357, 357, 369, 418, 436, 513, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000),
    ),
    "MS": (
        (409, 410, 413, 419, 426, 437, 505, 763, 872, 935, 1022, 1060, 1099, 1104),
        (10, 40, 47, 61, 74, 80, 83, 86, 88, 90, 92, 93, 93, 93),
    ),
    "MM": (
        (409, 409, 410, 413, 417, 421, 428, 439, 504, 837, 921, 983, 1077, 1104),
        (94, 95, 95, 98, 101, 104, 109, 113, 121, 131, 149, 165, 213, 356),
    ),
    "ML": (
        (459, 960, 982, 1004, 1019, 1032, 1044, 1055, 1067, 1080, 1093, 1099, 1105, 1106),
        (360, 375, 384, 393, 396, 399, 408, 414, 423, 434, 488, 554, 654, 1000),
    ),
    "LS": (
        (1107, 1229, 1358, 1730, 2142, 2565, 4071, 4077, 4082, 4088, 4099, 4134, 5244, 14050),
        (15, 31, 36, 42, 47, 51, 56, 64, 71, 77, 85, 89, 93, 93),
    ),
    "LM": (
        (1112, 1311, 1313, 1314, 1317, 1353, 1730, 2134, 2540, 3021, 4082, 4105, 5776, 7650),
        (94, 97, 100, 108, 116, 129, 138, 150, 163, 182, 206, 231, 274, 353),
    ),
    "LL": (
        (1107, 1110, 1114, 1120, 1129, 1137, 1148, 1161, 1178, 1201, 1240, 1288, 1416, 4157),
        (360, 375, 383, 394, 396, 401, 409, 415, 425, 439, 507, 581, 690, 1000),
    ),
}
REQUESTS = 500  # of each type


def scatter(deviation, random_numbers):
    """Deviations of that size, hour by hour, that persist."""
    value = random_numbers.gauss(0, deviation)
    step = deviation * math.sqrt(1 - PERSISTENCE**2)
    while True:
        yield value
        value = PERSISTENCE * value + random_numbers.gauss(0, step)


def harmonics(coefficients, hour):
    """A constant and waves of 24, 12, ... hours."""
    value = coefficients[0]
    for wave in range(1, (len(coefficients) + 1) // 2):
        angle = 2 * math.pi * wave * hour / 24
        value += coefficients[2 * wave - 1] * math.cos(angle) + coefficients[2 * wave] * math.sin(angle)
    return value


def write_load(path, random_numbers):
    deviations = scatter(LOAD_SCATTER, random_numbers)
    with path.open("w") as file:
        file.write("t_start_s,load\n")
        for hour in range(HOURS):
            shape = WORK_LOAD if hour < WEEKEND else FREE_LOAD
            file.write(f"{hour * 3600},{math.exp(harmonics(shape, hour) + next(deviations)):.4f}\n")


def write_mix(path, random_numbers):
    deviations = {name: scatter(MIX[name][-1], random_numbers) for name in TYPES}
    with path.open("w") as file:
        file.write("hour," + ",".join(TYPES) + "\n")
        for hour in range(HOURS):
            shares = []
            for name in TYPES:
                *day, weekend, _ = MIX[name]
                share = harmonics(day, hour) + (weekend if hour >= WEEKEND else 0) + next(deviations[name])
                shares.append(max(share, 0.5))
            total = sum(shares)
            file.write(f"{hour}," + ",".join(f"{100 * share / total:.2f}" for share in shares) + "\n")


def length(quantiles, share):
    """The length that this share of the requests does not exceed."""
    upper = next(i for i in range(1, len(SHARES)) if share <= SHARES[i])
    part = (share - SHARES[upper - 1]) / (SHARES[upper] - SHARES[upper - 1])
    return round(quantiles[upper - 1] + part * (quantiles[upper] - quantiles[upper - 1]))


def spread_shares(random_numbers):
    """One share for each request of a type, evenly spread, in random order."""
    shares = [(number + random_numbers.random()) / REQUESTS for number in range(REQUESTS)]
    random_numbers.shuffle(shares)
    return shares


def write_lengths(path, random_numbers):
    shares = {name: [spread_shares(random_numbers) for _ in LENGTHS[name]] for name in TYPES}
    rows = ["TIMESTAMP,ContextTokens,GeneratedTokens,Class"]
    for number in range(REQUESTS * len(TYPES)):
        name = TYPES[number % len(TYPES)]
        inputs, outputs = (length(*side) for side in zip(LENGTHS[name], (drawn.pop() for drawn in shares[name])))
        minute, second = divmod(number, 60)
        rows.append(f"2024-01-01 {minute // 60:02}:{minute % 60:02}:{second:02},{inputs},{outputs},{name}")
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(("\n".join(rows) + "\n").encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where the three files go")
    parser.add_argument("--seed", type=int, default=5, help="of the scatter (default: 5, as shipped)")
    arguments = parser.parse_args()
    random_numbers = random.Random(arguments.seed)
    write_load(arguments.folder / "conversation_week_load.csv", random_numbers)
    write_mix(arguments.folder / "conversation_week_mix.csv", random_numbers)
    write_lengths(arguments.folder / "conversation_lengths.csv.gz", random_numbers)


if __name__ == "__main__":
    main()
