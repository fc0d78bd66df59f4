"""Run benchmarks, each in a process of its own: ``python -m benchmarks [NAME ...] [--quick]``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from benchmarks.machine import ONE_THREAD

QUICK = {
    "core": ["--quick"],
    "memory": ["--quick"],
    "start": ["--quick"],
    "compare": ["--quick"],
    "spread": ["--quick"],
    "trials": ["--rounds", "3"],
    "http": ["--seconds", "2"],
    "lines": ["--events", "500", "--seconds", "1"],
    "prosody": ["--rounds", "2", "--messages", "1000"],
    "synapse": ["--sends", "100"],
    "content": ["--quick"],
    "hops": ["--quick"],
    "campaigns": ["--quick"],
    "content_gate": ["--quick"],
    "rumours": ["--quick"],
    "business": ["--rounds", "2", "--seconds", "2", "--people", "2000"],
}
"""The benchmarks, and how each is told to be quick."""


def main() -> None:
    """Run those asked for, or all; leave with the first failure."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("benchmark", nargs="*", choices=[*QUICK, []], help="which (all, unless told otherwise)")
    options.add_argument("--quick", action="store_true", help="less of everything: a look, not a figure to cite")
    chosen = options.parse_args()
    for name in chosen.benchmark or QUICK:
        command = [sys.executable, "-m", f"benchmarks.{name}", *(QUICK[name] if chosen.quick else [])]
        done = subprocess.run(command, env=os.environ | ONE_THREAD)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
