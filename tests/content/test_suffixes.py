from pathlib import Path

import numpy as np
import publicsuffixlist
import pytest

from ecluse.content.suffixes import registered, suffixes

VECTORS = Path(publicsuffixlist.__file__).parent / "test_psl.txt"
"""checkPublicSuffix('host', 'registered part'): the list's own tests, which lie beside it."""


def registered_part(host):
    begin, known = registered(suffixes(), np.array([ord(letter) for letter in host], np.uint32), 0, len(host))
    return host[begin:], known


def vectors():
    for line in VECTORS.read_text("utf-8").splitlines():
        if line.startswith("checkPublicSuffix('") and "'," in line:
            host, _, part = line.removeprefix("checkPublicSuffix(").rstrip(");").partition(", ")
            host = host.strip("'").lower()
            if not host.startswith("."):
                yield host, None if part == "null" else part.strip("'")


def test_the_lists_own_tests_pass():
    told = dict(vectors())
    assert len(told) > 50
    assert {host: registered_part(host)[0] for host in told} == {host: part or host for host, part in told.items()}


@pytest.mark.parametrize(
    ("host", "part", "known"),
    [
        ("www.example.com", "example.com", 2), ("a.b.example.co.uk", "example.co.uk", 2),
        ("example.de", "example.de", 1),
        ("ana.github.io", "ana.github.io", 2), ("localhost", "localhost", 0), ("a.b.nowhere", "b.nowhere", 0),
        ("www.пример.рф", "пример.рф", 1),
        ("www.xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", 1),
        ("com", "com", 1),
        ("10.0.0.1", "10.0.0.1", 0),
    ],
)  # fmt: skip
def test_what_of_a_host_was_registered(host, part, known):
    assert registered_part(host) == (part, known)
