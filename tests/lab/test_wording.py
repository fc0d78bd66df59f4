import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.lab import wording
from ecluse.lab.wording import disguised, same, spun, tracked

TEMPLATES = {
    name: text
    for name, text in vars(wording).items()
    if name.isupper() and isinstance(text, str) and not name.startswith("_")
}
PLAIN = {"\u0430": "a", "\u0441": "c", "\u0435": "e", "\u0456": "i", "\u0458": "j", "\u043e": "o", "\u0440": "p"}
PLAIN |= {"\u0455": "s", "\u0445": "x", "\u0410": "A", "\u0412": "B", "\u0415": "E", "\u041d": "H", "\u041a": "K"}
PLAIN |= {"\u041c": "M", "\u041e": "O", "\u0420": "P", "\u0405": "S", "\u0422": "T"}


def rng(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_filled_template_has_no_marks_left(name):
    for text in spun(rng(), TEMPLATES[name], 20, "laden"):
        assert not re.search(r"[{}|]| %$", text)


def test_one_text_for_all_is_one_with_one_link():
    (text,) = set(same(rng(), wording.SALE, 30, "laden"))
    assert re.search(r": https://laden\.example/[0-9a-z]{7}$", text)


def test_a_tracked_text_differs_in_its_link_alone():
    texts = tracked(rng(), wording.SALE, 30, "laden")
    assert len(set(texts)) == 30
    assert len({text.rpartition("/")[0] for text in texts}) == 1


def test_spun_texts_differ_in_words():
    texts = [text.rpartition("/")[0] for text in spun(rng(), wording.LOAN, 200, "laden")]
    assert len(set(texts)) > 100


@given(st.integers(0, 1_000), st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["C"]), max_size=60))
def test_a_disguised_text_looks_the_same_and_its_links_work(seed, text):
    (hidden,) = disguised(rng(seed), [f"{text} https://laden.example/abc"])
    shown = "".join(PLAIN.get(letter, letter) for letter in hidden if unicodedata.category(letter) != "Cf")
    assert (
        shown
        == "".join(letter for letter in text if unicodedata.category(letter) != "Cf") + " https://laden.example/abc"
    )
    assert hidden.endswith(" https://laden.example/abc")


def test_a_disguised_text_is_another_one():
    texts = same(rng(), wording.SALE, 30, "laden")
    hidden = disguised(rng(), texts)
    assert len(set(hidden)) == 30
    assert set(hidden).isdisjoint(texts)
