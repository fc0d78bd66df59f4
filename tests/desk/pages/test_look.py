"""Whether what is written on our pages can be read: contrasts as WCAG 2.2 counts them, in light and dark."""

import re

import pytest

from ecluse.desk.pages.seat import TEMPLATES

CSS = TEMPLATES.get_template("desk.css").render()
READABLE = 4.5
PAIRS = [
    *((text, paper) for text in ("ink", "soft", "accent") for paper in ("paper", "card")),
    *((text, paper) for text in ("ink", "soft") for paper in ("note", "mine")),
    ("bad", "card"), ("bad", "paper"), ("paper", "accent"),
]  # fmt: skip


def colours(dark):
    """The colours that hold, the later over the earlier."""
    found = {}
    for block in re.finditer(r"(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{([^}]*)\}", CSS):
        if dark or not block[1]:
            found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block[2]))
    return found


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_counted_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
def test_texts_can_be_read(dark):
    have = colours(dark)
    poor = {pair: round(contrast(have[pair[0]], have[pair[1]]), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < READABLE} == {}


def test_the_look_is_loaded_from_nowhere():
    assert not re.search(r"url\(|@import|https?:", CSS)
