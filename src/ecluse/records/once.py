"""Writing a batch once: a transaction that was kept though its answer got lost is not done again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ecluse.records.tables import Written

KEPT_S: Final = 7 * 86_400
"""Seconds for which what a writer that is gone has written is known."""


def is_new(session: Session, writer: str, number: int, now_s: int) -> bool:
    """Whether a batch was not written yet; if so it is noted as written, in this transaction of ``Records.writing``.

    number: from 1, one more for each batch that was written.
    """
    row = session.get(Written, writer)
    if row is not None and row.number >= number:
        return False
    if row is None:
        session.execute(delete(Written).where(Written.at_s < now_s - KEPT_S))
        row = Written(writer=writer, number=number, at_s=now_s)
        session.add(row)
    row.number, row.at_s = number, now_s
    return True
