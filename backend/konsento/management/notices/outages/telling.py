"""When a customer is told of a fault, and what first: a table of where they were left and what is
seen of their meter now. Pure.

Told once; again only when something that matters to them changed. Restored is said on the word
of their own meter alone (X8), and what was wrong is taken back (X7).
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from konsento.management.notices.outages.facts import Expected, Facts, Meter, Outage
from konsento.management.notices.outages.limits import EXPECTED_MATTERS_MS
from konsento.management.notices.outages.told import Kind, Phase, Told


class Seen(StrEnum):
    """What is seen of a meter, against what its customer was told."""

    AREA = "area"  # it is without power, and not alone
    OWN = "own"  # it is, alone
    SPEAKS = "speaks"  # it has spoken since they were told
    WRONG = "wrong"  # it has, and proves that there was power when they were told
    NO_PROOF = "no_proof"  # it has, as it did all the time that its own breaker was open
    SILENT = "silent"  # nothing new
    BACK = "back"  # it is silent, but what they were told of is over
    UNPROVEN = "unproven"  # it is silent, but what they were told of was taken back
    GONE = "gone"  # it is no longer in service


class Word(StrEnum):
    """What is said first; `OWN` by its grade, `CHANGES` if any matters."""

    NOTHING = "nothing"
    AREA = "area"
    OWN = "own"
    CHANGES = "changes"
    YOURS_SILENT = "yours_silent"
    RESTORED = "restored"
    TAKEN_BACK = "taken_back"
    UNSURE = "unsure"


Left = Phase | None
STEPS: Mapping[tuple[Left, Seen], tuple[Word, Left]] = {
    (None, Seen.AREA): (Word.AREA, Phase.AREA),
    (None, Seen.OWN): (Word.OWN, Phase.OWN),
    (None, Seen.SPEAKS): (Word.NOTHING, None),
    (None, Seen.WRONG): (Word.NOTHING, None),
    (None, Seen.NO_PROOF): (Word.NOTHING, None),
    (None, Seen.SILENT): (Word.NOTHING, None),
    (None, Seen.BACK): (Word.NOTHING, None),
    (None, Seen.UNPROVEN): (Word.NOTHING, None),
    (None, Seen.GONE): (Word.NOTHING, None),
    (Phase.AREA, Seen.AREA): (Word.CHANGES, Phase.AREA),
    (Phase.AREA, Seen.OWN): (Word.OWN, Phase.OWN),
    (Phase.AREA, Seen.SPEAKS): (Word.RESTORED, None),
    (Phase.AREA, Seen.WRONG): (Word.TAKEN_BACK, None),
    (Phase.AREA, Seen.NO_PROOF): (Word.NOTHING, None),
    (Phase.AREA, Seen.SILENT): (Word.CHANGES, Phase.AREA),
    (Phase.AREA, Seen.BACK): (Word.YOURS_SILENT, Phase.WAITING),
    (Phase.AREA, Seen.UNPROVEN): (Word.UNSURE, Phase.DOUBTFUL),
    (Phase.AREA, Seen.GONE): (Word.NOTHING, None),
    (Phase.OWN, Seen.AREA): (Word.AREA, Phase.AREA),
    (Phase.OWN, Seen.OWN): (Word.CHANGES, Phase.OWN),
    (Phase.OWN, Seen.SPEAKS): (Word.RESTORED, None),
    (Phase.OWN, Seen.WRONG): (Word.TAKEN_BACK, None),
    (Phase.OWN, Seen.NO_PROOF): (Word.NOTHING, Phase.OWN),
    (Phase.OWN, Seen.SILENT): (Word.CHANGES, Phase.OWN),
    (Phase.OWN, Seen.BACK): (Word.NOTHING, Phase.OWN),
    (Phase.OWN, Seen.UNPROVEN): (Word.UNSURE, Phase.DOUBTFUL),
    (Phase.OWN, Seen.GONE): (Word.NOTHING, None),
    (Phase.WAITING, Seen.AREA): (Word.AREA, Phase.AREA),
    (Phase.WAITING, Seen.OWN): (Word.OWN, Phase.OWN),
    (Phase.WAITING, Seen.SPEAKS): (Word.RESTORED, None),
    (Phase.WAITING, Seen.WRONG): (Word.TAKEN_BACK, None),
    (Phase.WAITING, Seen.NO_PROOF): (Word.NOTHING, None),
    (Phase.WAITING, Seen.SILENT): (Word.NOTHING, Phase.WAITING),
    (Phase.WAITING, Seen.BACK): (Word.NOTHING, Phase.WAITING),
    (Phase.WAITING, Seen.UNPROVEN): (Word.UNSURE, Phase.DOUBTFUL),
    (Phase.WAITING, Seen.GONE): (Word.NOTHING, None),
    (Phase.DOUBTFUL, Seen.AREA): (Word.AREA, Phase.AREA),
    (Phase.DOUBTFUL, Seen.OWN): (Word.OWN, Phase.OWN),
    (Phase.DOUBTFUL, Seen.SPEAKS): (Word.TAKEN_BACK, None),
    (Phase.DOUBTFUL, Seen.WRONG): (Word.TAKEN_BACK, None),
    (Phase.DOUBTFUL, Seen.NO_PROOF): (Word.NOTHING, None),
    (Phase.DOUBTFUL, Seen.SILENT): (Word.NOTHING, Phase.DOUBTFUL),
    (Phase.DOUBTFUL, Seen.BACK): (Word.NOTHING, Phase.DOUBTFUL),
    (Phase.DOUBTFUL, Seen.UNPROVEN): (Word.NOTHING, Phase.DOUBTFUL),
    (Phase.DOUBTFUL, Seen.GONE): (Word.NOTHING, None),
}
KINDS: Mapping[Word, Kind] = {
    Word.AREA: Kind.AREA,
    Word.YOURS_SILENT: Kind.AREA_BACK_YOURS_SILENT,
    Word.RESTORED: Kind.RESTORED,
    Word.TAKEN_BACK: Kind.TAKEN_BACK,
    Word.UNSURE: Kind.TAKEN_BACK_UNSURE,
}
OWN_KINDS = {
    "confirmed": Kind.OWN_CONFIRMED,
    "likely": Kind.OWN_LIKELY,
    "cannot_tell": Kind.OWN_CANNOT_TELL,
}


def spoke_ms(meter: Meter) -> int:
    """The last instant at which it is known to have had power; 0 when there is none."""
    if meter.judgement != "powered":
        return meter.heard_until_ms or 0
    return max(meter.heard_until_ms or 0, meter.restored_at_ms or 0)


def _dark(facts: Facts) -> bool:
    """Part of a fault that stands and is no switch's word alone; works have their own telling."""
    outage = facts.outage
    return outage is not None and outage.stands and outage.verified and not outage.planned


def _closed(told: Told, meter: Meter) -> bool:
    """Whether the meter has said since that the breaker behind it is closed."""
    return (meter.restored_at_ms or 0) > told.first_at_ms


def seen(told: Told | None, facts: Facts) -> Seen:
    """What counts of the facts, for whoever was told this, or nothing yet."""
    meter, before = facts.meter, facts.told_outage
    if meter.judgement == "not_in_service":
        return Seen.GONE
    if told is not None and meter.judgement == "powered" and spoke_ms(meter) > told.heard_until_ms:
        over = before is not None and before.restored_at_ms is not None
        taken_back = before is not None and before.retracted
        if told.grade == "confirmed" and not over and not taken_back and not _closed(told, meter):
            return Seen.GONE if before is None else Seen.NO_PROOF
        too_early = not over and spoke_ms(meter) <= told.first_at_ms
        return Seen.WRONG if taken_back or too_early else Seen.SPEAKS
    if meter.judgement == "area" and _dark(facts):
        return Seen.AREA
    if meter.judgement == "own_premises" and _dark(facts):
        return Seen.OWN
    if before is not None and before.retracted:
        return Seen.UNPROVEN
    if before is not None and before.restored_at_ms is not None:
        return Seen.BACK
    return Seen.SILENT


def decide(told: Told | None, facts: Facts, now_ms: int) -> tuple[Kind | None, Told | None]:
    """What is to be said first, if anything, and how its customer then stands."""
    what = seen(told, facts)
    word, phase = STEPS[(None if told is None else told.phase, what)]
    if phase is None:
        return KINDS.get(word), None
    outage = facts.outage if what in (Seen.AREA, Seen.OWN) else facts.told_outage
    if word is Word.OWN:
        return _own(facts.meter), _told(told, phase, outage, facts.meter, now_ms)
    if word is Word.CHANGES and told is not None:
        kind = _changes(told, what, facts, outage)
        if kind is None:
            return None, _followed(told, outage)
        return kind, _told(told, phase, outage, facts.meter, now_ms)
    if word is Word.NOTHING:
        return None, told
    return KINDS[word], _told(told, phase, outage, facts.meter, now_ms)


def _own(meter: Meter) -> Kind:
    return OWN_KINDS[meter.grade or "cannot_tell"]


def _changes(told: Told, what: Seen, facts: Facts, outage: Outage | None) -> Kind | None:
    """The first of what changed that matters."""
    if what is Seen.OWN and (facts.meter.grade or "cannot_tell") != told.grade:
        return _own(facts.meter)
    if outage is None:
        return None
    before = facts.told_outage
    if outage.outage != told.outage and before is not None and before.restored_at_ms is not None:
        return Kind.AREA_BACK_YOURS_SILENT
    if _moved(told.expected, outage.expected):
        return Kind.EXPECTED_CHANGED
    if (outage.cause, outage.cause_text) != (told.cause, told.cause_text):
        return Kind.CAUSE_CHANGED
    return Kind.OVERDUE if outage.overdue and not told.overdue else None


def _moved(before: Expected | None, after: Expected | None) -> bool:
    """Whether an estimate is another one, and by so much that it matters."""
    if before is None or after is None or before.known is not after.known:
        return before != after
    if not after.known:
        return before.at_ms != after.at_ms  # the word that was promised
    return abs(before.at_ms - after.at_ms) >= EXPECTED_MATTERS_MS


def _followed(told: Told, outage: Outage | None) -> Told:
    """The record they were told of may have become part of another: nothing to say of it."""
    return told if outage is None else msgspec.structs.replace(told, outage=outage.outage)


def _told(
    told: Told | None, phase: Phase, outage: Outage | None, meter: Meter, now_ms: int
) -> Told:
    """What they know once this is said."""
    if outage is None:
        if told is None:
            raise ValueError("a first word is about an outage")
        return msgspec.structs.replace(told, phase=phase)
    own = phase is Phase.OWN
    return Told(
        phase=phase,
        outage=outage.outage,
        thread=outage.outage if told is None else told.thread,
        first_at_ms=now_ms if told is None else told.first_at_ms,
        heard_until_ms=meter.heard_until_ms or 0 if told is None else told.heard_until_ms,
        since_ms=_since_ms(told, outage, meter),
        grade=(meter.grade or "cannot_tell") if own else None,
        expected=outage.expected,
        cause=outage.cause,
        cause_text=outage.cause_text,
        overdue=outage.overdue,
    )


def _since_ms(told: Told | None, outage: Outage, meter: Meter) -> int | None:
    """The beginning that was said stays, unless the record knows better by now."""
    if told is not None and outage.outage != told.outage:
        return told.since_ms
    known_ms = outage.started_at_ms
    return meter.since_ms if known_ms is None else known_ms
