"""What is answered about an account's rights."""

from __future__ import annotations

from typing import Any

import msgspec

from ecluse.rights.erasure import Erased


class HeldForm(msgspec.Struct, frozen=True):
    """All that is held of an account. ledger: as the gate has it; withheld: what is not shown, and why."""

    account: str
    ledger: dict[str, Any] | None
    strikes: list[dict[str, Any]]
    refusals_being_counted: list[dict[str, Any]]
    sanctions: list[dict[str, Any]]
    statements_of_reasons: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    appeals: list[dict[str, Any]]
    reviews: list[dict[str, Any]]
    complaints: list[dict[str, Any]]
    reports_made: list[dict[str, Any]]
    standing_as_reporter: dict[str, Any] | None
    reports_about: list[dict[str, Any]]
    withheld: list[dict[str, Any]]


class KeptForm(msgspec.Struct, frozen=True):
    """What was kept of an account, why, and until when."""

    table: str
    rows: int
    why: str
    until: str


class ErasedForm(msgspec.Struct, frozen=True):
    """What an erasure did: rows by table, and what was kept."""

    erasure: int
    account: str
    erased: dict[str, int]
    kept: list[KeptForm]


def erased_form(account: str, erased: Erased) -> ErasedForm:
    """An erasure as it is shown."""
    return ErasedForm(erased.number, account, erased.erased, [KeptForm(*one) for one in erased.kept])
