import numpy as np
import pytest

from ecluse.content.tracking import TRACKING, cleaned


def clean(link):
    points, out = np.array([ord(letter) for letter in link], np.uint32), np.zeros(len(link) + 1, np.uint32)
    return "".join(map(chr, out[: cleaned(points, 0, len(points), out, 0)]))


@pytest.mark.parametrize(
    ("link", "left"),
    [
        ("https://a.example/p", "https://a.example/p"),
        ("https://a.example/p?utm_source=x&utm_medium=y", "https://a.example/p"),
        ("https://a.example/p?fbclid=x&id=7&gclid=1&q=a#top", "https://a.example/p?id=7&q=a"),
        ("https://a.example/?", "https://a.example/"),
        ("https://a.example/?&&id", "https://a.example/?id"),
        ("a.example/#utm_source", "a.example/"),
    ],
)
def test_what_tracks_is_left_out(link, left):
    assert clean(link) == left
    assert clean(left) == left


@pytest.mark.parametrize("name", TRACKING)
def test_each_name_is_left_out(name):
    assert clean(f"a.example/?x=1&{name}=2&{name}x=3") == f"a.example/?x=1&{name}x=3"
