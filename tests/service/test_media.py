import json

import pytest

from ecluse.errors import InputError
from ecluse.service.media import Media, decode, media_of
from ecluse.service.problems import ProblemError

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
