"""A statement of reasons as the European Commission's transparency database takes it (Art. 24(5) of the DSA).

Fields, bounds and conditions are those of the database's API (its page api-documentation, attributes in force since
July 2025). A statement that ``check_statement`` lets pass is one that the database takes, as far as its documentation
says. It must not hold personal data: ids and hashes of accounts have no place in it.
Source: https://transparency.dsa.ec.europa.eu/page/api-documentation
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from ecluse.errors import InputError
from ecluse.transparency.keywords import KEYWORDS

FACTS_CHARACTERS_MAX: Final = 5_000
EXPLANATION_CHARACTERS_MAX: Final = 2_000
SHORT_CHARACTERS_MAX: Final = 500

_DATE: Final = r"^\d{4}-\d\d-\d\d$(?!\n)"
_PUID: Final = r"^[A-Za-z0-9_-]+$(?!\n)"

Short = Annotated[str, Meta(min_length=1, max_length=SHORT_CHARACTERS_MAX)]
Explanation = Annotated[str, Meta(min_length=1, max_length=EXPLANATION_CHARACTERS_MAX)]
Day = Annotated[str, Meta(pattern=_DATE)]
YesNo = Literal["Yes", "No"]
Visibility = Literal[
    "DECISION_VISIBILITY_CONTENT_REMOVED",
    "DECISION_VISIBILITY_CONTENT_DISABLED",
    "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_LABELLED",
    "DECISION_VISIBILITY_OTHER",
]
Monetary = Literal["DECISION_MONETARY_SUSPENSION", "DECISION_MONETARY_TERMINATION", "DECISION_MONETARY_OTHER"]
Provision = Literal[
    "DECISION_PROVISION_PARTIAL_SUSPENSION",
    "DECISION_PROVISION_TOTAL_SUSPENSION",
    "DECISION_PROVISION_PARTIAL_TERMINATION",
    "DECISION_PROVISION_TOTAL_TERMINATION",
]
AccountDecision = Literal["DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"]
AccountType = Literal["ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE"]
Ground = Literal["DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"]
Category = Literal[
    "STATEMENT_CATEGORY_ANIMAL_WELFARE",
    "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
    "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
    "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
    "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "STATEMENT_CATEGORY_SELF_HARM",
    "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    "STATEMENT_CATEGORY_VIOLENCE",
]
ContentType = Literal[
    "CONTENT_TYPE_APP",
    "CONTENT_TYPE_AUDIO",
    "CONTENT_TYPE_IMAGE",
    "CONTENT_TYPE_PRODUCT",
    "CONTENT_TYPE_SYNTHETIC_MEDIA",
    "CONTENT_TYPE_TEXT",
    "CONTENT_TYPE_VIDEO",
    "CONTENT_TYPE_OTHER",
]
SourceType = Literal[
    "SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"
]
AutomatedDecision = Literal[
    "AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_NOT_AUTOMATED"
]
Country = Literal[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip
COUNTRIES: Final[tuple[str, ...]] = Country.__args__  # type: ignore[attr-defined]
"""The countries of the EEA."""

FIRST_DAYS: Final = {"content_date": date(2000, 1, 1), "application_date": date(2020, 1, 1)}
LAST_DAY: Final = date(2038, 1, 1)
"""The last day that the database knows."""


class Statement(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, frozen=True):
    """One statement. Days: YYYY-MM-DD; an end that is missing means "until further notice"."""

    puid: Annotated[str, Meta(pattern=_PUID, max_length=SHORT_CHARACTERS_MAX)]
    decision_visibility: tuple[Visibility, ...] | None = None
    decision_visibility_other: Short | None = None
    decision_monetary: Monetary | None = None
    decision_monetary_other: Short | None = None
    decision_provision: Provision | None = None
    decision_account: AccountDecision | None = None
    account_type: AccountType | None = None
    decision_facts: Annotated[str, Meta(min_length=1, max_length=FACTS_CHARACTERS_MAX)]
    decision_ground: Ground
    decision_ground_reference_url: Short | None = None
    illegal_content_legal_ground: Short | None = None
    illegal_content_explanation: Explanation | None = None
    incompatible_content_ground: Short | None = None
    incompatible_content_explanation: Explanation | None = None
    incompatible_content_illegal: YesNo | None = None
    category: Category
    category_addition: tuple[Category, ...] | None = None
    category_specification: tuple[str, ...] | None = None
    category_specification_other: Short | None = None
    content_type: Annotated[tuple[ContentType, ...], Meta(min_length=1)]
    content_type_other: Short | None = None
    content_date: Day
    content_language: Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)")] | None = None
    territorial_scope: tuple[Country, ...] | None = None
    application_date: Day
    end_date_visibility_restriction: Day | None = None
    end_date_monetary_restriction: Day | None = None
    end_date_service_restriction: Day | None = None
    end_date_account_restriction: Day | None = None
    source_type: SourceType
    source_identity: Short | None = None
    automated_detection: YesNo
    automated_decision: AutomatedDecision


DECISIONS: Final = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")

_ENDS: Final = {
    "end_date_visibility_restriction": "decision_visibility",
    "end_date_monetary_restriction": "decision_monetary",
    "end_date_service_restriction": "decision_provision",
    "end_date_account_restriction": "decision_account",
}
_NEEDED_WITH: Final = (
    ("illegal_content_legal_ground", "decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    ("illegal_content_explanation", "decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    ("incompatible_content_ground", "decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
    ("incompatible_content_explanation", "decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
    ("decision_visibility_other", "decision_visibility", "DECISION_VISIBILITY_OTHER"),
    ("decision_monetary_other", "decision_monetary", "DECISION_MONETARY_OTHER"),
    ("content_type_other", "content_type", "CONTENT_TYPE_OTHER"),
)
_ALLOWED_WITH: Final = (
    ("incompatible_content_illegal", "decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
    ("category_specification_other", "category_specification", "KEYWORD_OTHER"),
)


def check_statement(statement: Statement, where: str | None = None) -> Statement:
    """See that a statement is one that the database takes. where: its place, for the error. Raises InputError."""
    try:
        msgspec.convert(msgspec.to_builtins(statement), Statement)
    except msgspec.ValidationError as error:
        field = re.search(r"\$\.([a-z_]+)", str(error))
        name = field[1] if field else "statement"
        raise InputError(name, getattr(statement, name, None), f"as the database has it: {error}", where) from None
    if not any(getattr(statement, decision) for decision in DECISIONS):
        raise InputError("decision_account", None, f"there, or another of {', '.join(DECISIONS)}", where)
    for field_name, with_field, value in _NEEDED_WITH:
        _check_pair(statement, field_name, with_field, value, where, needed=True)
    for field_name, with_field, value in _ALLOWED_WITH:
        _check_pair(statement, field_name, with_field, value, where, needed=False)
    unknown = [keyword for keyword in statement.category_specification or () if keyword not in KEYWORDS]
    if unknown:
        raise InputError("category_specification", unknown[0], "a keyword of the database", where)
    if statement.source_type == "SOURCE_VOLUNTARY" and statement.source_identity is not None:
        raise InputError("source_identity", statement.source_identity, "absent for SOURCE_VOLUNTARY", where)
    url = statement.decision_ground_reference_url
    if url is not None and re.fullmatch(r"https?://[^\s/]+\.[^\s]+", url) is None:
        raise InputError("decision_ground_reference_url", url, "a URL", where)
    _check_days(statement, where)
    return statement


def _check_pair(
    statement: Statement, field: str, with_field: str, value: str, where: str | None, *, needed: bool
) -> None:
    """A field that is there only with a value of another field, and, if needed, always with it."""
    given, other = getattr(statement, field), getattr(statement, with_field)
    holds = value in other if isinstance(other, tuple) else value == other
    if holds and needed and given is None:
        raise InputError(field, None, f"there: {with_field} is {value}", where)
    if not holds and given is not None:
        raise InputError(field, given, f"absent unless {with_field} is {value}", where)


def _check_days(statement: Statement, where: str | None) -> None:
    begins = _day(statement, "application_date", where)
    _day(statement, "content_date", where)
    for field, decision in _ENDS.items():
        if getattr(statement, field) is None:
            continue
        if getattr(statement, decision) is None:
            raise InputError(field, getattr(statement, field), f"absent without {decision}", where)
        if _day(statement, field, where) < begins:
            raise InputError(field, getattr(statement, field), "a day from application_date on", where)


def _day(statement: Statement, field: str, where: str | None) -> date:
    text, first = getattr(statement, field), FIRST_DAYS.get(field, date(2000, 1, 1))
    expected = f"a day from {first} to {LAST_DAY}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(field, text, expected, where) from None
    if not first <= day <= LAST_DAY:
        raise InputError(field, text, expected, where)
    return day
