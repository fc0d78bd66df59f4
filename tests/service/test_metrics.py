from pathlib import Path

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ecluse.gate import Gate
from ecluse.service.metrics import METRICS, Histogram, Metrics
from ecluse.terms import parse_terms
from tests.service.running import TERMS, Running, now_ms, send


def values(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_histogram_counts_up_to_its_bounds() -> None:
    histogram = Histogram(np.array([1, 10]))
    histogram.add(np.array([0.5, 1.0, 1.5, 99.0]))
    histogram.add_one(10)
    assert histogram.buckets() == ([("1", 2.0), ("10", 4.0), ("+Inf", 5.0)], 112.0)


def test_rules_are_counted_by_their_ids_when_terms_change(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    first = parse_terms(TERMS)
    second = parse_terms("id: other\nversion: 1\ntitle: Other\nrules: []\n")
    gate = Gate(first, secret=bytes(16), memory_bytes=1 << 22)
    for terms in (first, second, first):
        gate.use(terms)
        metrics.decided(gate.decide([]), 0.5)
    counted = values(metrics.text().decode())
    assert counted["ecluse_rule_spoke_total", "enforce", "forwarded"] == 0
    assert counted["ecluse_gate_seconds_total",] == 1.5


def test_what_a_gate_counts(running_gate: Running) -> None:
    def read() -> dict[tuple[str, ...], float]:
        with running_gate.http("read") as http:
            return values(http.get("/metrics").text)

    before = read()
    at = now_ms()
    running_gate.post([send("counted", f"p{i}", at=at + i) for i in range(5)])
    running_gate.post([send("counted", "p0", id="twice", kind="forward")] * 2)
    running_gate.post(send("counted", "p0", at=at - 120_000))
    running_gate.post([send("counted", "p0")] * 3, "/v1/events", "observe")
    running_gate.post({"kind": "none"})
    after = read()
    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    for name in list(grown):
        if "seconds" in name[0] or "bucket" in name[0] or "bytes" in name[0]:
            del grown[name]
    assert grown == {
        ("ecluse_decisions_total", "pass"): 4,
        ("ecluse_decisions_total", "label"): 2,
        ("ecluse_decisions_total", "refuse"): 2,
        ("ecluse_rule_spoke_total", "enforce", "three-strangers"): 2,
        ("ecluse_rule_spoke_total", "enforce", "forwarded"): 1,
        ("ecluse_late_total",): 1,
        ("ecluse_duplicates_total",): 1,
        ("ecluse_observations_total",): 3,
        ("ecluse_problems_total", "invalid"): 1,
        ("ecluse_batch_events_count",): 4,
        ("ecluse_batch_events_sum",): 11,
        ("ecluse_journal_batches_total",): 4,
        ("ecluse_ledgers",): after["ecluse_ledgers",] - before["ecluse_ledgers",],
    }


def test_every_metric_that_is_shown_is_described(running_gate: Running) -> None:
    with running_gate.http("read") as http:
        families = list(text_string_to_metric_families(http.get("/metrics").text))
    shown = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    assert set(METRICS) - shown <= {"ecluse_snapshot_age_seconds"}
    assert shown <= set(METRICS)
    assert [family.name for family in families if not family.documentation] == []


@pytest.mark.parametrize("name", METRICS)
def test_metrics_are_named_as_prometheus_wants(name: str) -> None:
    assert name.startswith("ecluse_")
    assert name == name.lower()
