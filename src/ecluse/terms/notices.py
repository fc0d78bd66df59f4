"""Notices: what the sender is told, in its language, with what was measured, the limit and the time to wait filled in.

A rule may bring its own; else there is one for each outcome. Wordings: ``wordings.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal, format_percent

from ecluse.forwarding import Fault
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS, split_window
from ecluse.terms.document import Rule
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome
from ecluse.terms.program import Variant
from ecluse.terms.texts import LANGUAGES, nearest
from ecluse.terms.wordings import (
    AND_WAIT,
    FAULTS,
    FAULTY,
    LABELS,
    MEASURED,
    MEASURED_TOGETHER,
    NEVER,
    NOTICES,
    SOON,
    UNKNOWN,
    WARNING,
    WARNING_UNDATED,
)

Unit = Literal["second", "minute", "hour", "day"]

FROM: Final = "{from}"
"""The place for the date in a notice."""

_LOCALES: Final = {language: language.replace("-", "_") for language in LANGUAGES}

_UNITS_S: Final[tuple[tuple[float, Unit, int], ...]] = (
    (90, "second", 1),
    (5_400, "minute", 60),
    (129_600, "hour", 3_600),
    (math.inf, "day", 86_400),
)
"""Up to how many seconds a duration is told in a unit: it is rounded up, so that nobody comes back too early."""


def notice(variant: Variant, values: Sequence[float], language: str | None, retry_after: int | None = None) -> str:
    """What the sender of an event on which a variant spoke is told.

    values: of its conditions. language: of the sender; English if it is none of LANGUAGES. retry_after: seconds. A
    rule's own notice tells what was done, so it is no warning, unless it has a place for the date.
    """
    known = nearest(language, LANGUAGES)
    given = _places(variant, values, known, retry_after)
    own = None if variant.rule.notice is None else variant.rule.notice.in_language(language)
    if own is not None and (variant.mode is not Mode.WARN or FROM in own):
        return own.format_map(given)
    clause = variant.rule.clause.in_language(language)
    if variant.mode is Mode.WARN:
        wordings = WARNING if variant.refused_from_s is not None else WARNING_UNDATED
        return wordings[variant.rule.outcome.word][known].format(clause=clause, **{"from": given["from"]})
    parts = [NOTICES[variant.rule.outcome.word][known].format(clause=clause), _measured(variant, given, known)]
    if variant.rule.outcome in (Outcome.REFUSE, Outcome.DELAY) and retry_after is not None:
        parts.append(AND_WAIT[variant.rule.outcome.word][known].format(wait=given["wait"]))
    return " ".join(part for part in parts if part)


def shown(rule: Rule) -> dict[str, str] | None:
    """What recipients read for a rule's label, by language; None if nobody has said."""
    if rule.shown is not None:
        return dict(rule.shown.by_language)
    return None if rule.label is None else LABELS.get(rule.label)


def _measured(variant: Variant, given: dict[str, str], language: str) -> str:
    """The sentence about what was measured; none where a bare number would tell people nothing."""
    main = variant.rule.principal()
    if variant.rule.outcome is Outcome.DROP_STRANGERS:
        return ""
    unit = SIGNALS[SIGNAL_COLUMNS[main.signal]].unit
    if unit == "fault":
        return FAULTY[language].format(fault=given["value"])
    if main.comparison not in (">", ">=") or unit in ("seconds", "hops", "ratio", "share", "truth", "fact-checks"):
        return ""
    wording = MEASURED_TOGETHER if "." in split_window(main.signal)[0] else MEASURED
    return wording[language].format(value=given["value"], limit=given["limit"])


def _places(variant: Variant, values: Sequence[float], language: str, retry_after: int | None) -> dict[str, str]:
    """What may be filled in. Of value and limit: those of the rule's principal condition."""
    place = variant.rule.conditions.index(variant.rule.principal())
    condition = variant.conditions[place]
    limit = condition.number - 1 if condition.comparison == ">=" and condition.number.is_integer() else condition.number
    from_s = variant.refused_from_s
    return {
        "clause": variant.rule.clause.in_language(language),
        "value": amount(condition.signal, values[place], language),
        "limit": amount(condition.signal, limit, language),
        "wait": NEVER[language] if retry_after is None else duration(retry_after, language),
        "from": SOON[language] if from_s is None else day(from_s, language),
        "terms": variant.terms.name,
    }


def amount(signal: str, value: float, language: str) -> str:
    """A value of a signal in words.

    >>> amount("account_age", 5_400.0, "en"), amount("strangers.1h", 1051.0, "es")
    ('90 minutes', '1.051')
    """
    if math.isnan(value):
        return UNKNOWN[language]
    unit = SIGNALS[SIGNAL_COLUMNS[signal]].unit
    if unit == "seconds":
        return duration(math.ceil(value), language)
    if unit == "share":
        return format_percent(value, locale=_LOCALES[language])
    if unit == "fault" and value in FAULTS:
        return FAULTS[Fault(int(value))][language]
    return format_decimal(value, locale=_LOCALES[language])


@lru_cache(maxsize=4_096)
def duration(seconds: int, language: str) -> str:
    """A duration in words, rounded up.

    >>> duration(3_595, "en"), duration(3_595, "fr"), duration(86_400 * 3, "pt-BR")
    ('60 minutes', '60 minutes', '3 dias')
    """
    unit, unit_s = next((unit, unit_s) for most_s, unit, unit_s in _UNITS_S if seconds <= most_s)
    told = timedelta(seconds=math.ceil(seconds / unit_s) * unit_s)
    return format_timedelta(told, unit, threshold=math.inf, locale=_LOCALES[language])


@lru_cache(maxsize=256)
def day(second: int, language: str) -> str:
    """A day, in UTC, in words.

    >>> day(1_575_676_800, "en"), day(1_575_676_800, "fr")
    ('December 7, 2019', '7 décembre 2019')
    """
    return format_date(datetime.fromtimestamp(second, UTC), "long", locale=_LOCALES[language])
