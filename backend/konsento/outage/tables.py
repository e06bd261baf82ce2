"""The outage room's rows. No column here can name a person."""

from piccolo.columns import BigInt, Bytea, Text
from piccolo.table import Table

from konsento.foundation.databases import GRID


class NeighbourRow(Table, tablename="outage_neighbour"):
    """Who may ask or tell: known by the hash of its key, with what it may do."""

    neighbour = Text(primary_key=True)
    key_sha256 = Text()
    role = Text()


class RecordRow(Table, tablename="outage_record"):
    """An outage as believed now; `body` is its fold.Record, the columns beside it are for finding.

    `told_overdue_ms` is the estimate whose passing was told, `kind` a said.Kind.
    """

    outage = Text(primary_key=True)
    opened_at_ms = BigInt()
    version = BigInt()
    body = Text()
    started_at_ms = BigInt(null=True)
    ended_at_ms = BigInt(null=True)
    merged_into = Text(null=True)
    told_overdue_ms = BigInt(null=True)
    kind = Text()


class EntryRow(Table, tablename="outage_entry"):
    """What somebody said; `facts` is its said.Facts."""

    entry = Text(primary_key=True)
    outage = Text()
    source = Text()
    author = Text()
    said_at_ms = BigInt()
    received_at_ms = BigInt()
    facts = Text()


class EventRow(Table, tablename="outage_event"):
    """What whoever follows is told, under a cursor without gaps."""

    cursor = BigInt(primary_key=True)
    outage = Text()
    version = BigInt()
    at_ms = BigInt()
    body = Text()


class CursorRow(Table, tablename="outage_cursor"):
    """The last cursor given, in one row; locked till the commit of whoever tells."""

    series = Text(primary_key=True)
    last = BigInt()


class JournalRow(Table, tablename="outage_journal"):
    """Evidence as it came in, by the sender's id, in the order in which it was applied."""

    seq = BigInt(primary_key=True)
    piece = Text()
    kind = Text()
    received_at_ms = BigInt()
    digest = Text()
    body = Bytea()


class QuarantineRow(Table, tablename="outage_quarantine"):
    """What came in and was not believed: which piece, which row of it, and why."""

    aside = Text(primary_key=True)
    piece = Text()
    row = BigInt()
    said = Text()
    reason = Text()
    received_at_ms = BigInt()


class PlaceRow(Table, tablename="outage_place"):
    """Where the rounds are, in one row: what a slot leaves to the next."""

    which = Text(primary_key=True)
    kept_at_ms = BigInt()
    body = Bytea()


class JudgementRow(Table, tablename="outage_judgement"):
    """Which record a judgement's key stands for, from slot to slot."""

    key = Text(primary_key=True)
    outage = Text()
    judged_at_ms = BigInt()


class DoubtRow(Table, tablename="outage_doubt"):
    """A meter of which somebody says that it has no power, until it was asked."""

    smid = Text(primary_key=True)
    raised_at_ms = BigInt()


class RegistrationsRow(Table, tablename="outage_registrations"):
    """The counts of whoever is registered, by area, in one row; `body` is Registrations."""

    which = Text(primary_key=True)
    as_of_ms = BigInt()
    body = Text()


GRID.owns(
    NeighbourRow, RecordRow, EntryRow, EventRow, CursorRow, JournalRow, QuarantineRow, PlaceRow,
    JudgementRow, DoubtRow, RegistrationsRow,
)  # fmt: skip
