import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.content import NearIndex
from ecluse.content.near_index import MEMORY_BYTES_MIN, RETENTION_S, SHORT_POINTS, TEXT_BYTES
from ecluse.content.prints import print_texts
from ecluse.errors import InputError
from ecluse.ledger.identify import EVENT
from tests.content.making import FINGERPRINTER, OFFER, OTHER, prints_of, seconds

SEEN = "100 dating service call 0906 401210, box seven"
SPUN = OFFER.replace("holiday", "journey")
WORDS = [
    "red",
    "green",
    "blue",
    "house",
    "garden",
    "river",
    "mountain",
    "window",
    "letter",
    "morning",
    "evening",
    "winter",
    "summer",
    "music",
]
EXAMPLES = [OFFER, SPUN, OTHER, "short", "", *(" ".join(WORDS[i:] + WORDS[:i]) for i in range(3))]


def index(**options):
    return NearIndex(MEMORY_BYTES_MIN, **options)


def clusters(found):
    return found.cluster.tolist()


def test_a_near_identical_text_is_in_the_cluster_of_the_first():
    prints = prints_of(OFFER, SPUN, OTHER, OFFER.upper())
    found = index().lookup_or_add(prints, seconds(1, 2, 3, 4))
    assert clusters(found) == [prints.exact[0], prints.exact[0], prints.exact[2], prints.exact[0]]
    assert (found.similarity[[0, 2, 3]].tolist(), bool(0.3 < found.similarity[1] < 1)) == ([0, 0, 1], True)


def test_nothing_has_no_cluster():
    assert clusters(index().lookup_or_add(prints_of("", "🎉", "", None), seconds(1, 1, 1, 1))) == [0, 0, 0, 0]


def test_short_texts_are_compared_as_wholes():
    found = index().lookup_or_add(prints_of("see you soon", "see you later", "SEE YOU SOON!"), seconds(1, 1, 1))
    assert (found.cluster[0] == found.cluster[2], found.cluster[0] == found.cluster[1]) == (True, False)


def test_a_text_cut_down_to_a_short_one_is_still_found_and_another_short_one_is_not():
    asked = prints_of(SEEN, "100 d4ting s3rvice c4ll", "a journey by the sea", SEEN[:12])
    found = index().lookup_or_add(asked, seconds(1, 1, 1, 1))
    assert [cluster == found.cluster[0] for cluster in clusters(found)] == [True, True, False, False]
    assert 0 < asked.points[1] < SHORT_POINTS <= asked.points[0]


@pytest.mark.parametrize(("later_s", "known"), [(RETENTION_S - 1, True), (RETENTION_S, False)])
def test_a_cluster_is_remembered_for_thirty_days(later_s, known):
    for text in (OFFER, SPUN):
        ours = index()
        first = ours.lookup_or_add(prints_of(OFFER), seconds(100))
        again = ours.lookup_or_add(prints_of(text), seconds(100 + later_s))
        assert (clusters(again) == clusters(first)) == (known or text == OFFER)
        assert bool(again.similarity[0] > 0) == known


def test_a_text_sent_on_and_on_keeps_its_cluster():
    ours = index()
    first = clusters(ours.lookup_or_add(prints_of(OFFER), seconds(0)))
    for day in range(20, 101, 20):
        assert clusters(ours.lookup_or_add(prints_of(OFFER), seconds(day * 86_400))) == first
    assert clusters(ours.lookup_or_add(prints_of(SPUN), seconds(101 * 86_400))) == first


@settings(max_examples=40)
@given(st.lists(st.sampled_from(EXAMPLES), max_size=20), st.integers(0, 20))
def test_how_texts_are_cut_into_calls_does_not_matter(given_texts, cut):
    one, two = index(), index()
    n = len(given_texts)
    at_s = np.arange(n, dtype=np.uint32)
    whole = one.lookup_or_add(prints_of(*given_texts), at_s)
    parts = [
        two.lookup_or_add(prints_of(*part), times)
        for part, times in ((given_texts[:cut], at_s[:cut]), (given_texts[cut:], at_s[cut:]))
    ]
    assert clusters(whole) == [key for part in parts for key in clusters(part)]
    assert all(np.array_equal(one.state()[name], two.state()[name]) for name in one.state())


@settings(max_examples=40)
@given(st.lists(st.sampled_from(EXAMPLES) | st.text(max_size=60), max_size=20))
def test_an_equal_fingerprint_is_always_found(given_texts):
    ours = index()
    prints = prints_of(*given_texts)
    at_s = np.ones(len(given_texts), np.uint32)
    first = ours.lookup_or_add(prints, at_s)
    again = ours.lookup_or_add(prints, at_s)
    assert clusters(again) == clusters(first)
    assert again.similarity.tolist() == [float(key != 0) for key in prints.exact]


def test_memory_is_bounded_and_the_texts_seen_last_stay():
    ours = index()
    nbytes, room = ours.nbytes, ours.texts_max
    assert nbytes <= MEMORY_BYTES_MIN
    rng = np.random.default_rng(1)
    others = [
        " ".join(rng.choice(WORDS, 12)) + f" {''.join(rng.choice(list('abcdefghi'), 30))}" for _ in range(3 * room)
    ]
    ours.lookup_or_add(prints_of(OFFER), seconds(1))
    for start in range(0, len(others), room // 2):
        part = others[start : start + room // 2]
        ours.lookup_or_add(prints_of(*part), np.full(len(part), 2, np.uint32))
        assert ours.lookup_or_add(prints_of(OFFER), seconds(2)).similarity.tolist() == [1]
    assert (ours.texts, ours.nbytes) == (room, nbytes)
    assert ours.given_up >= 2 * room
    last = ours.lookup_or_add(prints_of(*others[-20:]), np.full(20, 2, np.uint32))
    assert last.similarity.tolist() == [1] * 20
    assert ours.lookup_or_add(prints_of(others[0]), seconds(2)).similarity[0] < 1


def test_a_snapshot_is_the_same_index():
    one, two = index(), index()
    one.lookup_or_add(prints_of(OFFER, OTHER), seconds(1, 2))
    two.restore({name: array.copy() for name, array in one.state().items()})
    asked = prints_of(SPUN, OTHER, "another text that nobody has ever sent before")
    assert clusters(one.lookup_or_add(asked, seconds(3, 3, 3))) == clusters(two.lookup_or_add(asked, seconds(3, 3, 3)))
    other = NearIndex(4 * MEMORY_BYTES_MIN)
    with pytest.raises(InputError, match="state"):
        other.restore(one.state())


def test_clusters_that_meet_are_told():
    left, right = "alpha beta gamma delta epsilon zeta", "eta theta iota kappa lambda omicron"
    ours = index(thorough=True, alike=0.3)
    found = ours.lookup_or_add(prints_of(left, right, f"{left} {right}"), seconds(1, 1, 1))
    assert found.cluster[2] in found.cluster[:2]
    assert {frozenset(pair) for pair in found.joined.tolist()} >= {frozenset(found.cluster[:2].tolist())}


def test_how_alike_texts_must_be_can_be_said():
    found = index(alike=1.0).lookup_or_add(prints_of(OFFER, SPUN), seconds(1, 1))
    assert found.cluster[0] != found.cluster[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"memory_bytes": 1000}, "memory_bytes: 1000 is not at least"), ({"alike": 0.1}, "alike: 0.1 is not 0.2 to 1")],
)
def test_what_is_wrong_is_said(options, message):
    with pytest.raises(InputError, match=message):
        NearIndex(**{"memory_bytes": MEMORY_BYTES_MIN} | options)
    with pytest.raises(InputError, match="at_s"):
        index().lookup_or_add(prints_of(OFFER), seconds(1, 2))


def test_the_bytes_of_a_text_are_what_is_said():
    assert NearIndex(1 << 24).nbytes <= 1 << 24
    assert NearIndex(1 << 24).texts_max == (1 << 24) // TEXT_BYTES


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(EXAMPLES) | st.none(), st.integers(0, 40 * 86_400)), max_size=24))
def test_the_events_of_a_batch_find_the_same_clusters(sent):
    """Texts of events, packed, against the same fingerprints as columns; what has no text is passed over."""
    events, clusters_of_events = np.zeros(len(sent), EVENT), np.full(len(sent), 7, np.uint64)
    place = [number for number, (text, _) in enumerate(sent) if text is not None]
    texts = [sent[number][0] for number in place]
    words, starts = print_texts(FINGERPRINTER, texts)
    events["at_s"] = [at_s for _, at_s in sent]
    events["text"][place] = starts + 1
    assert not index().find_clusters(events, words, clusters_of_events)
    found = index().lookup_or_add(prints_of(*texts), events["at_s"][place])
    assert clusters_of_events[place].tolist() == [key if key else 7 for key in clusters(found)]
    assert (np.delete(clusters_of_events, place) == 7).all()


def test_of_what_has_no_text_it_is_told_whether_any_has_a_fingerprint():
    events, nothing = np.zeros(2, EVENT), np.zeros(0, np.uint32)
    assert not index().find_clusters(events, nothing, np.zeros(2, np.uint64))
    events["fingerprint"][1] = 5
    assert index().find_clusters(events, nothing, np.zeros(2, np.uint64))
