"""Campaigns outlive a gate: after a crash the journal, after a stop the snapshot gives the same ones, and verdicts."""

import shutil

import pytest

from ecluse.stores.data import DataFolder
from ecluse.stores.remembering import RememberingGate
from ecluse.terms import parse_terms
from tests.gate.test_campaigns import MEMORY_BYTES, TERMS, everyday, gate_of, snowshoe

EVENTS = everyday() + snowshoe()


def remembering(folder):
    return RememberingGate(folder, parse_terms(TERMS), memory_bytes=MEMORY_BYTES, content_memory_bytes=80 << 20)


@pytest.mark.parametrize("crash", [True, False], ids=["after a crash", "after a stop"])
@pytest.mark.parametrize("stop", [190, 260])
def test_it_goes_on_as_if_it_had_never_stopped(tmp_path, crash, stop):
    with DataFolder(tmp_path / "data") as folder:
        gate = gate_of(secret=folder.secret)
    expected = list(gate.decide(EVENTS))
    first = remembering(tmp_path / "data")
    said = [verdict for at in range(0, stop, 10) for verdict in first.decide(EVENTS[at : at + 10])]
    if crash:
        shutil.copytree(tmp_path / "data", tmp_path / "left", ignore=shutil.ignore_patterns("*.lock"))
    first.close()
    with remembering(tmp_path / ("left" if crash else "data")) as again:
        said += list(again.decide(EVENTS[stop:]))
        assert str(again.campaigns()) == str(gate.campaigns())
    assert said == expected
    assert any(verdict.outcome == "refuse" for verdict in said[stop:])
