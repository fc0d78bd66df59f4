import pytest

from tests.content.making import normal


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("w1n fr33 c4sh", "win free cash"),
        ("call 08001234567 or +44 20 7946 0018", "caii or"),
        ("£1,000.50 on 12/11/2026", "on"),
        ("150ppm 18yrs", "ppm yrs"),
        ("win2026", "win"),
        ("free1500 and", "free and"),
        ("code AB12CD89", "code"),
        ("1d10t4", "idiota"),
        ("c@sh $ h!t", "cash hit"),
        ("2026年7月", "年月"),
        ("123456", ""),
    ],
)
def test_numbers_go_and_disguised_letters_come_back(text, left):
    assert normal(text) == left
