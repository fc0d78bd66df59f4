import pytest

from ecluse.terms import TermsError, parse_terms
from ecluse.terms.nodes import DOCUMENT_BYTES_MAX

BOMB = "a: &a [x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcd", "bcde", strict=True)
)


def only_fault(text):
    with pytest.raises(TermsError) as caught:
        parse_terms(text)
    (fault,) = caught.value.faults
    return (fault.line, fault.column, fault.message)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", (1, 1, "the document is empty")),
        ("# nothing\n", (1, 1, "the document is empty")),
        (BOMB, (1, 4, "anchors and aliases are not taken: write it out")),
        ("id: *other", (1, 5, "anchors and aliases are not taken: write it out")),
        (
            "id: !!python/name:os.system x",
            (1, 5, "tags such as `tag:yaml.org,2002:python/name:os.system` are not taken"),
        ),
        ("[" * 100_000, (1, 9, "the document is nested deeper than 8 levels")),
        ("{a: " * 60_000, (1, 33, "the document is nested deeper than 8 levels")),
        ("id: a\ntitle: be\x07ll", (2, 10, "the character U+0007 may not stand in YAML")),
        ("id: \ud800", (1, 5, "the character U+D800 may not stand in YAML")),
        ("x" * (DOCUMENT_BYTES_MAX + 1), (1, 1, "the document is larger than 256 KiB")),
        ("é" * (DOCUMENT_BYTES_MAX // 2 + 1), (1, 1, "the document is larger than 256 KiB")),
    ],
    ids=range(11),
)
def test_only_plain_yaml_is_taken(text, fault):
    assert only_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "place"),
    [("id: a\ntitle: [x", (2, 10)), ("id: a\n\t- x", (2, 1)), ("id: a\n---\nid: b", (2, 1)), ('id: "\\ud800"', (1, 8))],
)
def test_what_is_no_yaml_has_a_place(text, place):
    line, _, message = only_fault(text)
    assert (line >= place[0], message.partition(":")[0]) == (True, "this is not YAML")


def test_a_byte_order_mark_and_other_line_ends_are_fine():
    assert parse_terms("\ufeffid: a\r\nversion: 1\r\ntitle: t\r\nrules: []\r\n").id == "a"
