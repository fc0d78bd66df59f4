"""All that is held of an account, as one JSON document (GDPR, Art. 15 and 20).

Others are left out: who reported the account is not named, nor who works for the service. What lies in a case against
the account is not shown while the case is open, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse import wire
from ecluse.records.tables import (
    Appeal,
    CaseParty,
    Complaint,
    Notice,
    OpenRefusals,
    Report,
    Reporter,
    Review,
    Sanction,
    Statement,
    Strike,
    Table,
)
from ecluse.wire import maybe_time_form

ROWS_MAX: Final = 100_000
"""Rows of one table; more than an account can have of itself."""
NOT_SHOWN: Final = frozenset(
    {"decided_by", "assigned_to", "ended_by", "by", "reviewer", "sent_by", "lifted_by", "found_by", "request", "once"}
)
"""Columns about people who work for the service, and what it calls its own requests."""
OF_OTHERS: Final = frozenset({"reporter", "reporter_name", "city", "state", "words", "content", "details", "event"})
"""Columns of a report that are about who reported."""


def held_of(session: Session, account: str, ledger: wire.Account | None) -> dict[str, Any]:
    """What the records and, if given, the gate hold of an account."""
    about = {"subject_kind": "account", "subject": account}
    sanctions = _rows(session, Sanction, **about)
    shown = [{**_shown(row), "restrictions": [_shown(one) for one in row.restrictions]} for row in sanctions]
    statements = [
        _shown(row)
        for sanction in sanctions
        for row in session.scalars(select(Statement).where(Statement.sanction_id == sanction.id))
    ]
    reporter = session.get(Reporter, account)
    in_cases = _rows(session, CaseParty, **about)
    return {
        "account": account,
        "ledger": None if ledger is None else msgspec.to_builtins(ledger),
        "strikes": [_shown(row) for row in _rows(session, Strike, **about)],
        "refusals_being_counted": [_shown(row) for row in _rows(session, OpenRefusals, **about)],
        "sanctions": shown,
        "statements_of_reasons": statements,
        "notices": [_shown(row) for row in _rows(session, Notice, **about)],
        "appeals": [_shown(row) for row in _rows(session, Appeal, **about)],
        "reviews": [_shown(row) for row in _rows(session, Review, **about)],
        "complaints": [_shown(row) for row in _rows(session, Complaint, by=account)],
        "reports_made": [_shown(row) for row in _rows(session, Report, reporter=account)],
        "standing_as_reporter": None if reporter is None else _shown(reporter),
        "reports_about": [_shown(row, OF_OTHERS) for row in _rows(session, Report, subject=account)],
        "withheld": [
            {
                "what": "cases",
                "rows": len(in_cases),
                "why": "establishment, exercise or defence of legal claims (GDPR, Art. 23(1)(j))",
            }
        ]
        if in_cases
        else [],
    }


def _rows(session: Session, table: type[Any], **fields: str) -> list[Any]:
    return list(session.scalars(select(table).filter_by(**fields).limit(ROWS_MAX)))


def _shown(row: Table, but: Iterable[str] = ()) -> dict[str, Any]:
    """A row as data: seconds as times, without what is about others."""
    left_out = {*NOT_SHOWN, *but}
    found = {}
    for column in row.__table__.columns.keys():  # noqa: SIM118
        if column in left_out:
            continue
        value = getattr(row, column)
        if column.endswith("_s"):
            found[column.removesuffix("_s")] = maybe_time_form(value)
        else:
            found[column] = value
    return found
