"""The one safe way to read and write, the same on SQLite and PostgreSQL."""

from konsento.foundation.database.access import Database, Transaction
from konsento.foundation.database.engine import (
    DatabaseBusy,
    RowExists,
    RowRefused,
    TransactionOfAnotherTask,
    WriteOutsideTransaction,
)

__all__ = [
    "Database",
    "DatabaseBusy",
    "RowExists",
    "RowRefused",
    "Transaction",
    "TransactionOfAnotherTask",
    "WriteOutsideTransaction",
]
