import csv

import numpy as np
import pyarrow as pa
import pytest

from ecluse.content import cluster, normalise
from ecluse.content.clustering import Clustering
from ecluse.content.near_index import SHORT_POINTS
from tests.content.making import OFFER, OTHER

VIRAL = {0.5: (1437, 477, 87), 0.7: (1209, 415, 84), 0.9: (881, 324, 79)}
"""Texts with a twin, clusters, the largest; by an independent program, exact, all pairs, shingles of 4."""


def test_groups_are_numbered_as_they_come_and_the_rest_is_alone():
    texts = [OTHER, "alone", OFFER, None, OFFER.upper(), OTHER + "!", "", ""]
    assert cluster(texts).tolist() == [0, -1, 1, -1, 1, 0, -1, -1]
    assert cluster(pa.array(texts)).tolist() == cluster(texts).tolist()


def test_a_chain_of_alike_texts_is_one_group():
    left, right = "alpha beta gamma delta epsilon zeta", "eta theta iota kappa lambda omicron"
    assert cluster([left, right, f"{left} {right}"], alike=0.3).tolist() == [0, 0, 0]
    assert cluster([left, right], alike=0.3).tolist() == [-1, -1]


def test_no_texts_have_no_groups():
    assert cluster([]).tolist() == []
    assert Clustering(0).labels().tolist() == []


def test_progress_is_told():
    told = []
    cluster([OFFER] * 5_000, watch=told.append)
    assert told == [4_096, 5_000]


@pytest.mark.parametrize("alike", VIRAL)
def test_twins_of_real_chain_messages(shared_data, alike):
    with (shared_data / "whatsapp-2018-viral.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    kept = [text for text, form in zip(texts, normalise(texts).to_pylist(), strict=True) if len(form) >= SHORT_POINTS]
    assert len(kept) == pytest.approx(5_072, rel=0.002)
    labels = cluster(kept, alike=alike)
    sizes = np.bincount(labels[labels >= 0])
    assert [int(sizes.sum()), len(sizes), int(sizes.max())] == [pytest.approx(n, rel=0.02) for n in VIRAL[alike]]
