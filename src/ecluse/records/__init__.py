"""What an operator keeps: the audit, sanctions, notices, appeals, reports, cases. SQLite or PostgreSQL."""

from ecluse.records.store import FILE, Records, RecordsError, RecordsVersionError

__all__ = ["FILE", "Records", "RecordsError", "RecordsVersionError"]
