import unicodedata

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecluse.content import folding as module
from ecluse.content.folding import (
    BITS,
    DIGIT,
    DROPPED,
    LETTER,
    LOW,
    NO_PAGE,
    PAGE,
    SEVERAL,
    SPACE,
    UNSEEN,
    fold_alone,
    folding,
    folding_name,
)

characters = st.characters(exclude_categories=())


def entry_of(character):
    """(kind, plain, alike) of a character in the table."""
    table, point = folding(), ord(character)
    if table.pages[point >> 8] == NO_PAGE:
        return LETTER, point, point
    entry = int(table.entries[table.pages[point >> 8] + point % PAGE])
    return entry >> 2 * BITS, entry & LOW, entry >> BITS & LOW


@pytest.mark.parametrize(
    ("character", "kind", "plain"),
    [
        ("é", LETTER, "e"), ("Ж", LETTER, "ж"), ("中", LETTER, "中"), ("한", LETTER, "한"), ("ａ", LETTER, "a"),
        ("٣", DIGIT, "3"), ("𝟗", DIGIT, "9"), ("🎉", SPACE, "🎉"), ("\u200b", UNSEEN, "\0"), ("\u202e", UNSEEN, "\0"),
        ("\u0301", DROPPED, "\0"), ("\ufe0f", UNSEEN, "\0"), ("\U000e0041", UNSEEN, "\0"),
    ],
)  # fmt: skip
def test_what_a_character_becomes(character, kind, plain):
    assert entry_of(character)[:2] == (kind, ord(plain))


@given(characters)
def test_folding_twice_changes_nothing(character):
    if not "\ud800" <= character <= "\udfff":
        once = fold_alone(character)
        assert "".join(fold_alone(part) for part in once) == once


@given(characters)
def test_the_table_says_what_folding_says(character):
    if "\ud800" <= character <= "\udfff":
        return
    kind, plain, alike = entry_of(character)
    folded = fold_alone(character)
    if kind == SEVERAL:
        parts = [int(part) & LOW for part in folding().several[plain : plain + alike]]
    else:
        parts = [] if kind in (DROPPED, UNSEEN) else [plain]
    assert "".join(map(chr, parts)) == folded


@given(st.characters(categories=["Lu", "Ll", "Lt"]))
def test_case_does_not_matter(character):
    assume(character.upper().casefold() == character.casefold())
    assert "".join(map(fold_alone, character.upper())) == fold_alone(character)


@given(characters)
def test_all_normal_forms_are_folded_alike(character):
    if "가" <= character <= "힣" or "\ud800" <= character <= "\udfff":
        return
    decomposed = unicodedata.normalize("NFKD", character)
    assert "".join(map(fold_alone, decomposed)) == fold_alone(character)


def test_the_table_is_kept_and_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("ECLUSE_CACHE_DIR", str(tmp_path))
    folding.cache_clear()
    made = folding()
    (kept,) = (tmp_path / "content").iterdir()
    assert kept.name == f"folding-{folding_name()}.npz"
    folding.cache_clear()
    read = folding()
    assert all(np.array_equal(one, two) for one, two in zip(made, read, strict=True))
    kept.write_bytes(b"damaged")
    folding.cache_clear()
    assert np.array_equal(folding().entries, made.entries)


def test_without_a_place_to_keep_it_the_table_is_made(monkeypatch):
    monkeypatch.setenv("ECLUSE_CACHE_DIR", "/dev/null")
    folding.cache_clear()
    assert len(folding().pages) == module.POINTS // PAGE
