"""What a line asks, and the lines that answer: one JSON object each. The fields are those of the page about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from ecluse.errors import InputError
from ecluse.events import decode_event, decode_events
from ecluse.gate.verdicts import Verdicts
from ecluse.service.brief import Plain
from ecluse.service.media import Media, Request, encode
from ecluse.service.problems import ProblemError
from ecluse.stores.keys import Scope

ID_MAX: Final = (1 << 53) - 1
"""The largest id of a request: what every language's numbers hold exactly."""

_EXPECTED_LINE: Final = "an object with `id` and one of `decide`, `observe` and `key`"
_EXPECTED_BRIEF: Final = "true or false, beside `decide`"
_EXPECTED_ID: Final = f"a whole number from 0 to {ID_MAX}"


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """A line as it comes; the events in it are read afterwards, so that a fault in them is said as over HTTP."""

    id: Annotated[int, Meta(ge=0, le=ID_MAX)]
    decide: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    observe: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    key: str | msgspec.UnsetType = msgspec.UNSET
    brief: bool | msgspec.UnsetType = msgspec.UNSET


class Asked(NamedTuple):
    """What a line asks. key: of an API key that is shown; else ``scope`` and ``request`` are put to the gate. brief:
    nothing but their number is to be said of events that pass with nothing to say.
    """

    id: int
    scope: Scope
    request: Request | None
    key: str | None = None
    brief: bool = False


class LineError(Exception):
    """A line that asks nothing. id: its own, None if it could not be read."""

    def __init__(self, line_id: int | None, problem: Exception) -> None:
        self.id, self.problem = line_id, problem
        super().__init__(line_id)


_decoder = msgspec.json.Decoder(_Line)
_loose = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encode = msgspec.json.encode
_WRONG = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def read_line(line: bytes, events_max: int) -> Asked:
    """Read one line. events_max: the most events in it. Raises LineError."""
    try:
        found = _decoder.decode(line)
    except _WRONG:
        raise _fault(line) from None
    asked = [part for part in (found.decide, found.observe, found.key) if part is not msgspec.UNSET]
    if len(asked) != 1:
        raise LineError(found.id, InputError("line", _names(found), _EXPECTED_LINE))
    if found.brief is not msgspec.UNSET and found.decide is msgspec.UNSET:
        raise LineError(found.id, InputError("brief", found.brief, _EXPECTED_BRIEF))
    if found.key is not msgspec.UNSET:
        return Asked(found.id, Scope.DECIDE, None, found.key)
    scope, raw = (Scope.DECIDE, found.decide) if found.decide is not msgspec.UNSET else (Scope.OBSERVE, found.observe)
    try:
        request = _events(bytes(raw), events_max)  # type: ignore[arg-type]
        return Asked(found.id, scope, request, brief=found.brief is True)
    except (InputError, ProblemError) as error:
        raise LineError(found.id, error) from None


def _events(body: bytes, events_max: int) -> Request:
    """One event, or several. Raises InputError, ProblemError."""
    if body.startswith(b"{"):
        return Request([decode_event(body)], Media.JSON, False)
    if not body.startswith(b"["):
        raise InputError("events", body[:80].decode("utf-8", "replace"), "an event, or an array of events")
    events = decode_events(body)
    if len(events) > events_max:
        raise ProblemError("too-many-events", f"{len(events)} events", members={"expected": f"up to {events_max}"})
    return Request(events, Media.JSON, True)


def _names(line: _Line) -> list[str]:
    return [name for name in ("decide", "observe", "key") if getattr(line, name) is not msgspec.UNSET]


def _fault(line: bytes) -> LineError:
    """What is wrong with a line that could not be read, and its id if it has a good one."""
    try:
        fields = _loose.decode(line)
    except _WRONG as worse:
        reason = "deep nesting" if isinstance(worse, RecursionError) else str(worse).partition(" - at `")[0]
        return LineError(None, InputError("body", line[:60].decode("utf-8", "replace"), f"{_EXPECTED_LINE} ({reason})"))
    try:
        line_id = msgspec.json.decode(
            fields.get("id", msgspec.Raw(b"null")), type=Annotated[int, Meta(ge=0, le=ID_MAX)]
        )
    except _WRONG:
        shown = bytes(fields["id"])[:80].decode("utf-8", "replace") if "id" in fields else None
        return LineError(None, InputError("id", shown, _EXPECTED_ID))
    strange = [name for name in fields if name not in _Line.__struct_fields__]
    if strange:
        return LineError(line_id, InputError(strange[0], "a field of this name", _EXPECTED_LINE))
    brief = bytes(fields.get("brief", b"true"))
    if brief not in (b"true", b"false"):
        return LineError(line_id, InputError("brief", brief[:80].decode("utf-8", "replace"), _EXPECTED_BRIEF))
    return LineError(line_id, InputError("key", "what is there", "a text: an API key"))


def verdict_line(line_id: int, request: Request, verdicts: Verdicts, start: int) -> bytes:
    """The answer to ``decide``."""
    name = b"verdicts" if request.many else b"verdict"
    return b'{"id":%d,"%s":%s}\n' % (line_id, name, encode(request, verdicts, start))


def brief_line(line_id: int, request: Request, verdicts: Verdicts, start: int, plain: Plain) -> bytes:
    """The answer to ``decide`` with ``brief``: how many passed if that is all, else the verdicts, null for each event
    that passes with nothing to say.
    """
    each = plain.each(start, len(request.events))
    if all(each):
        return b'{"id":%d,"passed":%d}\n' % (line_id, len(each))
    if not request.many:
        return verdict_line(line_id, request, verdicts, start)
    some = [None if quiet else verdicts[place] for place, quiet in enumerate(each, start)]
    return b'{"id":%d,"verdicts":%s}\n' % (line_id, _encode(some))


def taken_line(line_id: int, n: int) -> bytes:
    """The answer to ``observe``: n events were taken."""
    return b'{"id":%d,"taken":%d}\n' % (line_id, n)


def scopes_line(line_id: int, scopes: Iterable[Scope]) -> bytes:
    """The answer to ``key``: what it allows."""
    return b'{"id":%d,"scopes":%s}\n' % (line_id, _encode(sorted(scopes)))


def problem_line(line_id: int | None, problem: ProblemError) -> bytes:
    """The answer to what is wrong."""
    return b'{"id":%s,"problem":%s}\n' % (_encode(line_id), problem.body())
