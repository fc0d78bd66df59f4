"""What was written by whom, so that it is written once though nobody heard whether it was."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Name, Second, Table


class Written(Table):
    """The last batch of a writer, written in one transaction with what is in it."""

    __tablename__ = "written"

    writer: Mapped[Name] = mapped_column(primary_key=True)
    """Of a process, by chance."""
    number: Mapped[Second]
    """Of the batch; a writer numbers its own from 1."""
    at_s: Mapped[Second]
