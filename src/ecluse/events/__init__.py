"""The vocabulary: what an event is, in JSON and in Arrow, and what is refused at the door."""

from ecluse.events.checking import check_event
from ecluse.events.columns import SCHEMA, conform, to_columns
from ecluse.events.decoding import decode_event, decode_events, decode_lines
from ecluse.events.event import BATCH_MAX, ID_CHARACTERS_MAX, RECIPIENTS_MAX, Event, milliseconds
from ecluse.events.languages import REGIONS_A_LANGUAGE, language_code, language_number, primary_code, primary_number
from ecluse.events.regions import EXPECTED_REGION, is_region, region_code, region_interval, region_number
from ecluse.events.vocabulary import AccountKind, Chat, Kind

__all__ = [
    "BATCH_MAX",
    "EXPECTED_REGION",
    "ID_CHARACTERS_MAX",
    "RECIPIENTS_MAX",
    "REGIONS_A_LANGUAGE",
    "SCHEMA",
    "AccountKind",
    "Chat",
    "Event",
    "Kind",
    "check_event",
    "conform",
    "decode_event",
    "decode_events",
    "decode_lines",
    "is_region",
    "language_code",
    "language_number",
    "milliseconds",
    "primary_code",
    "primary_number",
    "region_code",
    "region_interval",
    "region_number",
    "to_columns",
]
