"""Prints: what they hold is what the fingerprints of the same texts are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.compiled import kernel
from ecluse.content import Fingerprinter
from ecluse.content.fingerprint import Fingerprints
from ecluse.content.prints import domains_of, print_texts, view_one, word_pair

MAKER = Fingerprinter(b"a secret of the tests")
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text("abcdefgh ", min_size=100, max_size=600),
    st.sampled_from(["", "🎉", "see a.com and b.co.uk", "http://a.com " * 20, "a long text about c.com " * 9]),
)


@kernel
def read_all(words, starts, one, read):
    for i in range(len(starts)):
        seen = view_one(words, starts[i], one)
        read.sizes[i], read.whole[i], read.points[i] = seen.sizes[0], seen.whole[0], seen.points[0]
        read.exact[i] = seen.exact[0]
        if seen.sizes[0]:
            for k in range(read.bands.shape[1]):
                read.bands[i, k] = seen.bands[0, k]
            for k in range(read.low.shape[1]):
                read.low[i, k] = seen.low[0, k]
            for k in range(seen.sizes[0]):
                read.sketch[i, k] = seen.sketch[0, k]


def read(words, starts):
    """The fingerprints of the texts that begin at ``starts``, as the index sees them."""
    found = Fingerprints.empty(len(starts))
    read_all(words, starts, Fingerprints.empty(1), found)
    return found


@given(st.lists(TEXTS, max_size=6))
def test_fingerprints_are_read_back(texts):
    made = MAKER.fingerprint(texts)
    words, starts = print_texts(MAKER, texts)
    back = read(words, starts)
    for name in ("exact", "bands", "low", "sizes", "whole", "points"):
        assert getattr(back, name).tolist() == getattr(made, name).tolist(), name
    for i, size in enumerate(made.sizes.tolist()):
        assert back.sketch[i, :size].tolist() == made.sketch[i, :size].tolist()
        count, at = domains_of.py_func(words, int(starts[i]))
        domains = [int(word_pair.py_func(words, at + 2 * k)) for k in range(count)]
        assert domains == made.domains[made.domain_ends[i] : made.domain_ends[i + 1]].tolist()


def test_any_of_them_can_be_read():
    words, starts = print_texts(MAKER, ["first", "a second one, with some more words in it", "third"])
    assert read(words, starts[[2, 0]]).exact.tolist() == read(words, starts).exact[[2, 0]].tolist()


def test_a_short_text_takes_16_bytes():
    words, starts = print_texts(MAKER, ["ok", "fine"])
    assert (words.nbytes, starts.tolist()) == (32, [0, 4])


def test_nothing_is_packed_as_nothing():
    words, starts = print_texts(MAKER, [])
    assert (len(words), len(starts), len(read(words, starts).exact)) == (0, 0, 0)
    assert words.dtype == np.uint32
