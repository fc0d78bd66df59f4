import random
import unicodedata

import pyarrow as pa
import pytest
from benchmarks.disguises import HOMOGLYPHS, ZERO_WIDTH
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content.confusables import look_alikes
from ecluse.content.folding import LETTER
from ecluse.content.normal import POINTS_MAX, normalise
from tests.content.making import OFFER, normal, texts
from tests.content.test_folding import entry_of


@given(texts)
def test_normalising_twice_changes_nothing(text):
    assert normal(normal(text)) == normal(text)


@given(texts)
def test_words_stand_with_one_space_between(text):
    assert normal(text) == " ".join(normal(text).split(" ")).strip(" ")


@given(st.text(max_size=60))
def test_the_four_forms_of_unicode_are_one(text):
    forms = {normal(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) == 1


@given(st.text("abcdefghijklmnopqrstuvwxyzáéçñ ,.", max_size=60))
def test_case_does_not_matter(text):
    assert normal(text.upper()) == normal(text)


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя ", max_size=60))
def test_nor_does_it_in_another_script(text):
    assert normal(text.upper()) == normal(text)


@given(st.lists(st.integers(0, len(OFFER)), max_size=20), st.sampled_from(ZERO_WIDTH + "\u202e\u2066\u00ad\ufe0f"))
def test_what_nobody_sees_does_not_matter(places, character):
    text = OFFER
    for place in places:
        text = text[:place] + character + text[place:]
    assert normal(text) == normal(OFFER)


@given(st.sampled_from(sorted(c for c, _ in look_alikes().items() if entry_of(c)[0] == LETTER)), st.integers(0, 1))
def test_a_look_alike_inside_a_word_is_its_letter(character, place):
    letter = look_alikes()[character]
    word = ["xxq" + letter, letter + "xxq"][place]
    disguised = ["xxq" + character, character + "xxq"][place]
    assert normal(disguised) == normal(word)


@given(st.integers(0, 2**32), st.floats(0, 1))
def test_homoglyphs_of_most_letters_do_not_matter(seed, share):
    rng = random.Random(seed)
    disguised = "".join(HOMOGLYPHS.get(c, c) if rng.random() < share / 2 else c for c in OFFER)
    kept = [(one, two) for one, two in zip(normal(OFFER).split(), normal(disguised).split(), strict=True) if one != two]
    assert all(not any("a" <= letter <= "z" for letter in two) for _, two in kept)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("сору", "сору"),
        ("see the сору of my file", "see the copy of my fiie"),
        ("НОС", "нос"),
        ("ΝΌΜΟΣ νόμος", "νομοσ νομοσ"),
        ("ru$ский", "ruscкии"),
        ("ру$ский", "рускии"),
        ("ᄒ1ᅡ", "하"),
        ("ㅎㅏㄴ", "하ᄂ"),
        ("🎉🎉", ""),
        ("é́́́́", "e"),
        ("𝕱𝖗𝖊𝖊 Ⓦⓘⓝ", "free win"),
        ("مرحبا بكم", "مرحبا بكم"),
        ("मुफ़्त", "मुफ्त"),
    ],
)
def test_what_is_left_of(text, left):
    assert normal(text) == left


def test_a_column_keeps_its_nulls_and_its_length():
    column = pa.chunked_array([["A b", None], ["", "🎉"]])
    assert normalise(column).to_pylist() == ["a b", None, "", ""]
    assert normalise([]).to_pylist() == []


def test_what_is_too_long_is_cut_off():
    assert len(normal("x" * (POINTS_MAX + 5))) == POINTS_MAX
    assert len(normal("ﷺ" * POINTS_MAX)) <= POINTS_MAX
    assert len(normal("x y " * POINTS_MAX)) <= POINTS_MAX
