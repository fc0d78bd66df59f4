"""Ordinary: which accounts are of ordinary people, and which send in bulk, told from the log itself or from a file.

From the log: an account sends in bulk if, as recorded, it wrote to more than ``BULK_PEOPLE`` people within some 30 days
and over its sends fewer than ``ANSWERED_SHARE`` of them had answered. All others are ordinary. Both are figures of the
account alone, so neither the terms compared nor other accounts change what it is. In doubt an account is ordinary, for
it is worse to overlook that one of them would be touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from ecluse.errors import InputError
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS, IdentityKeys
from ecluse.ledger.siphash import hash_column
from ecluse.replay.numbering import Numbering
from ecluse.replay.spread import Spread

BULK_PEOPLE: Final = 100
"""People within 30 days: p99 of the senders of CollegeMsg (103), where people write to strangers all the time."""

ANSWERED_SHARE: Final = 0.2
"""Mean of ``reply_ratio.30d`` over an account's sends. Of CollegeMsg's senders beyond ``BULK_PEOPLE``, 4 are below."""

ORDINARY_ROLES: Final = ("personal", "reader")
"""Roles of ordinary people in what ``ecluse lab make --accounts`` writes."""


def ordinary(spread: Spread, accounts: int) -> np.ndarray:
    """Which accounts are ordinary by the log, bool, shape (accounts,). spread: as recorded."""
    people = spread.of_accounts(SIGNALS[SIGNAL_COLUMNS["recipients.30d"]], accounts)
    answered = spread.of_accounts(SIGNALS[SIGNAL_COLUMNS["reply_ratio.30d"]], accounts)
    return ~((people > BULK_PEOPLE) & (answered < ANSWERED_SHARE))


class Roles(NamedTuple):
    """Accounts of which it is known what they are. names: string. ordinary: bool, shape (n,)."""

    names: pa.Array
    ordinary: np.ndarray

    @classmethod
    def read(cls, path: Path, roles: tuple[str, ...] = ORDINARY_ROLES) -> Self:
        """Read accounts: .parquet or .csv with a column ``account`` and maybe ``role``; else one id a line.

        roles: those of ordinary people; without a column of roles all accounts named are ordinary. Raises InputError.
        """
        try:
            table = _read(path)
        except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError("ordinary", path.name, f"a list, CSV or Parquet of accounts ({reason})") from None
        if "account" not in table.column_names:
            raise InputError("ordinary", ", ".join(table.column_names), "columns with one named account", path.name)
        table = table.set_column(table.column_names.index("account"), "account", table["account"].cast(pa.string()))
        table = table.filter(pc.not_equal(table["account"], ""))  # nulls go, too
        names = table["account"].combine_chunks()
        if "role" not in table.column_names:
            return cls(names, np.ones(len(names), np.bool_))
        known = pc.is_in(table["role"].cast(pa.string()), pa.array(roles, pa.string()))
        return cls(names, known.to_numpy())

    def numbers(self, numbering: Numbering, secret: bytes) -> np.ndarray:
        """The number of each account, int64, shape (n,); -1: not in the log. secret: what its ids are hashed with."""
        return numbering.known(hash_column(self.names, IdentityKeys.from_secret(secret).account))


def _read(path: Path) -> pa.Table:
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return pq.read_table(path)
    if suffix == ".csv":
        header = pa.schema([("account", pa.string()), ("role", pa.string())])
        return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=header))
    lines = (line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines())
    return pa.table({"account": pa.array([line for line in lines if line], pa.string())})
