"""How long the cases of the shipped terms take: ``python -m benchmarks trials``. Kernels are loaded first."""

from __future__ import annotations

import argparse
import statistics
import time

from ecluse.terms import SHIPPED
from ecluse.trials import find_suites, load_suite, run_suite


def run() -> int:
    """Read and run all cases once. Returns how many."""
    return sum(len(run_suite(load_suite(path)).cases) for path in find_suites(SHIPPED))


def main() -> None:
    """Print the best and the median of some rounds, in seconds for 100 cases."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.trials", description=__doc__)
    options.add_argument("--rounds", type=int, default=9)
    rounds = options.parse_args().rounds
    cases = run()
    wall_s, cpu_s = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        wall_s.append(100 * (time.perf_counter() - wall) / cases)
        cpu_s.append(100 * (time.process_time() - cpu) / cases)
    print(f"{cases} cases, {rounds} rounds; seconds for 100 cases, reading them included")
    for name, seconds in (("wall", wall_s), ("CPU", cpu_s)):
        print(f"  {name:<4}  best {min(seconds):.2f}  median {statistics.median(seconds):.2f}")


if __name__ == "__main__":
    main()
