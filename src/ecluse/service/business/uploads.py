"""Uploads: a form with a file in it, read as it comes in and never held whole. Its fields may stand in any order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from ecluse.business.codes import ApiError
from ecluse.business.media import MEDIA
from ecluse.service.rsgi import Transport

FIELD_BYTES_MAX: Final = 1_024
FIELDS_MAX: Final = 16
HEADER_BYTES_MAX: Final = 4_096
FORM_BYTES_MAX: Final = 64 << 10
"""Of all that is not the file."""


class Upload:
    """A form of ``multipart/form-data`` with one part ``file``. fields: the others, as far as they came.

    Raises ApiError 100.
    """

    def __init__(self, transport: Transport, content_type: str | None) -> None:
        kind, options = parse_options_header(content_type or "")
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise ApiError(100, "The body is not multipart/form-data with a boundary.")
        self._transport = transport
        self.fields: dict[str, str] = {}
        self.has_file = False
        self._file_type: str | None = None
        self._ready: list[bytes] = []
        self._ended = False
        self._outside = 0
        self._parts = 0
        self._headers: dict[str, str] = {}
        self._header_name = self._header_value = b""
        self._name = ""
        self._value = b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._take_header_name,
                "on_header_value": self._take_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._take_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def type_of(self) -> str | None:
        """The file's type: its part's, else the field ``type``; None while neither is known."""
        for named in (self._file_type, self.fields.get("type")):
            plain = (named or "").partition(";")[0].strip().lower()
            if plain in MEDIA:
                return plain
        return None

    async def file(self) -> AsyncIterator[bytes]:
        """The parts of the file. Raises ApiError 100."""
        async for chunk in self._transport:
            if not chunk:
                break
            try:
                self._parser.write(chunk)
            except MultipartParseError:
                raise ApiError(100, "The form is not one of its boundary.") from None
            ready, self._ready = self._ready, []
            for part in ready:
                yield part
            if self._ended:
                break
        if not self._ended:
            raise ApiError(100, "The form broke off before its end.")
        if not self.has_file:
            raise ApiError(100, "The form has no part named file.")

    def _count(self, size: int) -> None:
        self._outside += size
        if self._outside > FORM_BYTES_MAX:
            raise ApiError(100, f"What is not the file has over {FORM_BYTES_MAX} bytes.")

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > FIELDS_MAX:
            raise ApiError(100, f"The form has over {FIELDS_MAX} parts.")
        self._headers, self._name, self._value = {}, "", b""

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header_name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header_value += data[start:end]
        if len(self._header_value) > HEADER_BYTES_MAX:
            raise ApiError(100, f"A header of the form has over {HEADER_BYTES_MAX} bytes.")

    def _end_header(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = self._header_value.decode("latin-1")
        self._header_name = self._header_value = b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name == "file":
            if self.has_file:
                raise ApiError(100, "The form has two files.")
            self.has_file = True
            self._file_type = self._headers.get("content-type")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._name == "file":
            self._ready.append(data[start:end])
            return
        self._count(end - start)
        self._value += data[start:end]
        if len(self._value) > FIELD_BYTES_MAX:
            raise ApiError(100, f"A field of the form has over {FIELD_BYTES_MAX} bytes.")

    def _end_part(self) -> None:
        if self._name != "file":
            self.fields[self._name] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True
