import random

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.disguises import capitals, zero_width
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.content import Fingerprinter
from ecluse.content.fingerprint import NEAR_POINTS_MIN
from ecluse.content.shingles import SKETCH_MAX
from ecluse.errors import InputError
from ecluse.ledger import SecretError
from ecluse.ledger.siphash import hash_column
from tests.content.making import FINGERPRINTER, OFFER, OTHER, SECRET, normal, prints_of, texts


def same(prints, i=0, k=1):
    """Whether two texts have the same fingerprint."""
    columns = (prints.exact, prints.bands, prints.low, prints.sketch, prints.sizes, prints.whole, prints.points)
    return all(np.array_equal(column[i], column[k]) for column in columns)


DISGUISED = {
    "case": OFFER.upper(),
    "capitals": capitals(OFFER, random.Random(1)),
    "zero-width": zero_width(OFFER, random.Random(1)),
    "bidi": "\u202e" + OFFER + "\u202c",
    "accents": OFFER.replace("o", "ó").replace("e", "ê"),
    "look-alikes": OFFER.replace("a", "а").replace("o", "ο"),
    "fullwidth": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in OFFER),
    "emoji": OFFER.replace(",", " 🎉 ") + " 🏖️👍🏽",
    "numbers": OFFER + " 0800 123 456",
    "salutation": "Dear Ana, " + OFFER,
    "punctuation": "!!! " + OFFER.replace(",", " --- ") + " ...",
    "spaces": OFFER.replace(" ", " \n\u00a0 "),
    "leet": OFFER.replace("ay", "4y").replace("ol", "0l"),
    "link": OFFER + " https://example.com/a7x?utm_source=m",
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_disguise_changes_nothing(name):
    assert same(prints_of(OFFER, DISGUISED[name]))


def test_another_text_is_another():
    assert not same(prints_of(OFFER, OTHER))


@given(texts, texts)
def test_equal_normal_forms_have_equal_fingerprints(one, two):
    prints = prints_of(one, normal(one), two)
    if normal(one) and len(normal(one)) >= NEAR_POINTS_MIN:
        assert same(prints)
    if normal(one) != normal(two):
        assert prints.exact[0] != prints.exact[2] or prints.exact[0] == 0


@pytest.mark.parametrize("nothing", ["", "🎉🎉", "123456", "...", None, "\u200b", "\ud800"])
def test_of_nothing_there_is_no_fingerprint(nothing):
    assert prints_of(nothing).exact.tolist() == [0]


def test_a_short_text_is_known_by_its_whole_with_its_links():
    prints = prints_of(
        "see you", "See you!", "see you https://a.com/1?fbclid=2", "see you https://a.com/1", "https://a.com/2"
    )
    exact = prints.exact.tolist()
    assert (exact[0] == exact[1], exact[2] == exact[3], len(set(exact))) == (True, True, 3)
    assert prints.sizes.tolist() == [0] * 5


def test_domains_are_keys_that_others_can_make():
    prints = prints_of("a.example.com and https://example.org/x", OFFER, "www.example.com")
    names = hash_column(pa.array(["example.com", "example.org", "example.com"]), FINGERPRINTER.tools.keys.domain)
    assert prints.domain_ends.tolist() == [0, 2, 2, 3]
    assert prints.domains.tolist() == names.tolist()
    part = prints.slice(1, 3)
    assert (part.domain_ends.tolist(), part.domains.tolist()) == ([0, 0, 1], names.tolist()[2:])


@settings(max_examples=30)
@given(st.lists(texts | st.sampled_from([OFFER, OTHER]), max_size=6), st.integers(0, 6))
def test_how_texts_are_cut_into_columns_does_not_matter(given_texts, cut):
    whole, left, right = prints_of(*given_texts), prints_of(*given_texts[:cut]), prints_of(*given_texts[cut:])
    for one, two, three in zip(whole[:7], left[:7], right[:7], strict=True):
        assert np.array_equal(one, np.concatenate([two, three]))


def test_a_long_text_keeps_a_sample_of_its_shingles():
    rng = random.Random(1)
    long = " ".join("".join(rng.choices("abcdefgh", k=6)) for _ in range(100))
    prints = prints_of(long, OFFER)
    assert (prints.sizes[0], prints.whole.tolist()) == (SKETCH_MAX, [False, True])


def test_another_secret_makes_other_fingerprints():
    one, two = prints_of(OFFER), Fingerprinter(SECRET + b"!").fingerprint([OFFER])
    assert one.exact[0] != two.exact[0]
    assert np.intersect1d(one.sketch, two.sketch).size < 3
    assert np.intersect1d(one.bands, two.bands).size == 0


def test_what_is_wrong_is_said():
    with pytest.raises(SecretError):
        Fingerprinter(b"short")
    with pytest.raises(InputError, match="shingle: 7 is not 2 to 6"):
        Fingerprinter(SECRET, shingle=7)
