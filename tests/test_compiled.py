"""Kernels are compiled once, however many processes need them at once."""

import os
import subprocess
import sys

COMPILES = """
import numpy as np
from ecluse.ledger.siphash import siphash
one = np.uint64(1)
assert siphash(np.zeros(8, np.uint8), 0, 8, one, one)
print(sum(siphash.stats.cache_misses.values()), sum(siphash.stats.cache_hits.values()))
"""
PROCESSES = 3


def test_of_several_processes_one_compiles_and_the_others_take_what_it_kept(tmp_path):
    environ = os.environ | {"ECLUSE_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", COMPILES]
    some = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    said = sorted(process.communicate()[0].split() for process in some)
    assert said == [["0", "1"]] * (PROCESSES - 1) + [["1", "0"]]


def test_a_cache_that_can_not_be_locked_is_done_without(tmp_path):
    (tmp_path / "kernels").write_text("no folder")
    environ = os.environ | {"ECLUSE_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", COMPILES], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
