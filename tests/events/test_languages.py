import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.events import language_code, language_number, languages


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("en", "en"),
        ("PT-br", "pt-BR"),
        ("zh-Hant-TW", "zh-TW"),
        ("es-419", "es-419"),
        ("gsw", "gsw"),
        ("de-1996", "de"),
        ("en-GB-oxendict", "en-GB"),
        ("", ""),
        ("e", ""),
        ("english", ""),
        ("en_GB", ""),
        ("\u00e9n", ""),
        ("en\n", ""),
    ],
)
def test_of_a_tag_language_and_region_are_kept(language, code):
    assert language_code(language_number(language)) == code


@given(st.from_regex(r"[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?", fullmatch=True))
def test_every_code_has_a_number_of_its_own(code):
    assert 0 < language_number(code) < 1 << 25
    assert language_code(language_number(code)) == code


def test_examples():
    assert doctest.testmod(languages).failed == 0
