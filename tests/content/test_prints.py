"""Prints: what they hold is what the fingerprints of the same texts are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content import Fingerprinter
from ecluse.content.prints import domains_of, print_texts, unpack_prints, word_pair

MAKER = Fingerprinter(b"a secret of the tests")
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text("abcdefgh ", min_size=100, max_size=600),
    st.sampled_from(["", "🎉", "see a.com and b.co.uk", "http://a.com " * 20, "a long text about c.com " * 9]),
)


@given(st.lists(TEXTS, max_size=6))
def test_fingerprints_are_read_back(texts):
    made = MAKER.fingerprint(texts)
    words, starts = print_texts(MAKER, texts)
    back = unpack_prints(words, starts)
    for name in ("exact", "bands", "low", "sizes", "whole", "points"):
        assert getattr(back, name).tolist() == getattr(made, name).tolist(), name
    for i, size in enumerate(made.sizes.tolist()):
        assert back.sketch[i, :size].tolist() == made.sketch[i, :size].tolist()
        count, at = domains_of.py_func(words, int(starts[i]))
        domains = [int(word_pair.py_func(words, at + 2 * k)) for k in range(count)]
        assert domains == made.domains[made.domain_ends[i] : made.domain_ends[i + 1]].tolist()


def test_any_of_them_can_be_read():
    words, starts = print_texts(MAKER, ["first", "a second one, with some more words in it", "third"])
    assert unpack_prints(words, starts[[2, 0]]).exact.tolist() == unpack_prints(words, starts).exact[[2, 0]].tolist()


def test_a_short_text_takes_16_bytes():
    words, starts = print_texts(MAKER, ["ok", "fine"])
    assert (words.nbytes, starts.tolist()) == (32, [0, 4])


def test_nothing_is_packed_as_nothing():
    words, starts = print_texts(MAKER, [])
    assert (len(words), len(starts), len(unpack_prints(words, starts).exact)) == (0, 0, 0)
    assert words.dtype == np.uint32
