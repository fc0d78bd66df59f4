"""The three ways in which events come and verdicts go: JSON, NDJSON, Arrow. An answer is of its request's type."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import msgspec
import pyarrow as pa

from ecluse.events import Event, decode_event, decode_events, decode_lines
from ecluse.gate import Verdict
from ecluse.gate.decided import GENERATIONS_KEPT
from ecluse.gate.verdicts import Verdicts
from ecluse.service.arrow import ids_of, read_stream, write_stream
from ecluse.service.problems import ProblemError
from ecluse.terms import Outcome

Events: TypeAlias = list[Event] | pa.Table


class Media(Enum):
    """The types of bodies that hold events."""

    JSON = "application/json"
    NDJSON = "application/x-ndjson"
    ARROW = "application/vnd.apache.arrow.stream"


ACCEPTED: Final = ", ".join(media.value for media in Media)

_BY_TYPE: Final = {media.value: media for media in Media}
_ENCODER: Final = msgspec.json.Encoder()
_NO_ID: Final = b'{"event":null'


def media_of(content_type: str | None) -> Media:
    """The type that a header ``Content-Type`` names. Raises ProblemError."""
    content_type = content_type or ""
    media = _BY_TYPE.get(content_type)
    if media is not None:
        return media
    kind, _, parameters = content_type.partition(";")
    media = _BY_TYPE.get(kind.strip().lower())
    charset = parameters.strip().lower().replace('"', "")
    if media is None or (charset.startswith("charset=") and charset != "charset=utf-8"):
        members = {"value": content_type, "expected": ACCEPTED}
        raise ProblemError("media-type", headers={"accept-post": ACCEPTED}, members=members)
    return media


class Request(NamedTuple):
    """What a body asks. many: whether it is answered by many verdicts, or by one."""

    events: Events
    media: Media
    many: bool


def decode(body: bytes, media: Media, events_max: int) -> Request:
    """Decode a body; what Arrow holds is checked by the gate. Raises InputError, ProblemError."""
    if media is Media.ARROW:
        return Request(read_stream(body, events_max), media, True)
    if media is Media.JSON and body.startswith(b"{"):
        return Request([decode_event(body)], media, False)
    events = decode_events(body) if media is Media.JSON else decode_lines(body)
    if len(events) > events_max:
        raise ProblemError("too-many-events", f"{len(events)} events", members={"expected": f"up to {events_max}"})
    return Request(events, media, media is not Media.JSON or body.lstrip().startswith(b"["))


def encode(request: Request, verdicts: Verdicts, start: int) -> bytes:
    """The verdicts on a request's events, which stand from ``start`` on in ``verdicts``."""
    if not request.many:
        terms = verdicts.passed_by(start)
        if terms is None:
            return _ENCODER.encode(verdicts[start])
        return b'{"event":' + _ENCODER.encode(request.events[0].id) + _pass(terms)
    if isinstance(request.events, pa.Table):
        return write_stream(verdicts.to_arrow(ids_of(request.events)))
    some = [verdicts[place] for place in range(start, start + len(request.events))]
    return _ENCODER.encode(some) if request.media is Media.JSON else _ENCODER.encode_lines(some)


@lru_cache(GENERATIONS_KEPT)
def _pass(terms: str) -> bytes:
    """What the verdict on an event that passed says behind the event's id."""
    return _ENCODER.encode(Verdict(None, Outcome.PASS.word, [], None, [], [], False, terms)).removeprefix(_NO_ID)
