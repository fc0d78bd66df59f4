import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.service.media import Media, Request, decode, encode, media_of
from ecluse.service.problems import ProblemError
from ecluse.terms import parse_terms
from tests.service.running import TERMS

EVENT = b'{"kind": "send", "at": 1575676800000, "sender": "ada", "recipients": ["bob"]}'


@pytest.mark.parametrize(
    ("content_type", "media"),
    [
        ("application/json", Media.JSON),
        ("Application/JSON", Media.JSON),
        ("application/json; charset=utf-8", Media.JSON),
        ('application/json;charset="UTF-8"', Media.JSON),
        ("application/x-ndjson", Media.NDJSON),
        ("application/vnd.apache.arrow.stream", Media.ARROW),
    ],
)
def test_types(content_type: str, media: Media) -> None:
    assert media_of(content_type) is media


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/json; charset=latin-1", "\xff"])
def test_what_is_no_type_of_events(content_type: str | None) -> None:
    with pytest.raises(ProblemError) as refused:
        media_of(content_type)
    assert refused.value.code == "media-type"
    assert refused.value.headers["accept-post"].split(", ") == [media.value for media in Media]


@pytest.mark.parametrize(
    ("body", "media", "n", "many"),
    [
        (EVENT, Media.JSON, 1, False),
        (b" \n" + EVENT, Media.JSON, 1, False),
        (b"[" + EVENT + b"]", Media.JSON, 1, True),
        (b"[]", Media.JSON, 0, True),
        (EVENT, Media.NDJSON, 1, True),
        (EVENT + b"\n\n" + EVENT + b"\n", Media.NDJSON, 2, True),
        (b"", Media.NDJSON, 0, True),
    ],
)
def test_one_event_or_many(body: bytes, media: Media, n: int, many: bool) -> None:
    request = decode(body, media, 10)
    assert (len(request.events), request.many) == (n, many)


def test_too_many_events() -> None:
    body = b"[" + b",".join([EVENT] * 4) + b"]"
    assert len(decode(body, Media.JSON, 4).events) == 4
    with pytest.raises(ProblemError) as refused:
        decode(body, Media.JSON, 3)
    assert refused.value.members == {"expected": "up to 3"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nul", b"[" * 100_000, b'{"kind":' * 5_000, b"\xff", b'"\\ud800"', b"1e999"]
)
def test_what_is_no_event(body: bytes) -> None:
    with pytest.raises(InputError):
        decode(body, Media.JSON, 10)


def test_an_event_nested_too_deep_is_refused() -> None:
    event = json.loads(EVENT)
    event["recipients"] = [["bob"]]
    with pytest.raises(InputError, match="recipients"):
        decode(json.dumps(event).encode(), Media.JSON, 10)


IDS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9), max_size=9)


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(parse_terms(TERMS), secret=bytes(16), memory_bytes=1 << 22)


@given(ids=IDS, kinds=st.lists(st.sampled_from(["send", "forward"]), min_size=9, max_size=9))
def test_one_verdict_is_written_as_every_verdict_is(gate: Gate, ids: list[str | None], kinds: list[str]) -> None:
    events = [
        Event(kind=kind, at=1575676800000 - 120_000 * (place == 7), sender="ada", recipients=[f"p{place}"], id=name)
        for place, (name, kind) in enumerate(zip(ids, kinds, strict=False))
    ]
    verdicts = gate.decide(events)
    for place, event in enumerate(events):
        request = Request([event], Media.JSON, False)
        assert encode(request, verdicts, place) == msgspec.json.encode(verdicts[place])


def test_a_verdict_by_other_terms_names_them() -> None:
    gate = Gate(parse_terms(TERMS), secret=bytes(16), memory_bytes=1 << 22)
    event = Event(kind="send", at=1575676800000, sender="ada", recipients=["bob"], id="m1")
    first = encode(Request([event], Media.JSON, False), gate.decide([event]), 0)
    gate.use(parse_terms(TERMS.replace('version: "1"', 'version: "2"')))
    later = gate.decide([event, Event(kind="send", at=1575676800000, sender="ada", recipients=["bob"], id="m2")])
    assert encode(Request([event], Media.JSON, False), later, 0) == first
    assert json.loads(encode(Request([event], Media.JSON, False), later, 1))["terms"] == "test@2"
