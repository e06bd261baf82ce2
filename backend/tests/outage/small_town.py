"""The shared cast: a little town of 27 meters, small enough to be drawn and judged by hand.

    F0 ─ S0 ─ T0: 0 1 2 3    T1: 4 5 6 7          F1 ─ S2 ─ T4: 13 14 15 16   T5: 17 18
       └ S1 ─ T2: 8 9 10 11  T3: 12                  └ S3 ─ T6: 19 20 21 22   T7: 23 24 25 26

    H0 ─ C0 ─ R0: 0 1 4 5    R1: 2 3 8 9    R2: 6 7 10 11       direct (R6): 12 13
       └ C1 ─ R3: 14 15 19 20   R4: 16 17 23 24   R5: 18 21 22 25   direct (R7): 26

C0 takes its power from T4, R0 from T0; the others have batteries. Areas: T0 to T2, the meter 12
alone, and all of feeder F1.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.answers import NO_ANSWERS, Answers
from konsento.outage.judgement.automation import SectionOpened, sections_at
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.judge import SlotJudgement, judge_slot
from konsento.outage.judgement.lines import NOWHERE, lines_of
from konsento.outage.judgement.lone import as_judgement
from konsento.outage.judgement.memory import Memory, blank
from konsento.outage.judgement.terms import Answer, Grade, Kind, Load, Node
from konsento.outage.judgement.view import SlotView
from konsento.outage.limits import GRACE_MS
from konsento.outage.topology.totals import counted
from konsento.outage.topology.trees import Trees, checked

Ints: TypeAlias = NDArray[np.int32]

SLOT = 996_531
METERS = 27
TRANSFORMERS = {
    0: (0, 1, 2, 3), 1: (4, 5, 6, 7), 2: (8, 9, 10, 11), 3: (12,),
    4: (13, 14, 15, 16), 5: (17, 18), 6: (19, 20, 21, 22), 7: (23, 24, 25, 26),
}  # fmt: skip
RELAYS = {
    0: (0, 1, 4, 5), 1: (2, 3, 8, 9), 2: (6, 7, 10, 11), 6: (12, 13),
    3: (14, 15, 19, 20), 4: (16, 17, 23, 24), 5: (18, 21, 22, 25), 7: (26,),
}  # fmt: skip
KINDS = {"T": Node.TRANSFORMER, "S": Node.SECTION, "F": Node.FEEDER, "R": Node.RELAY,
         "C": Node.CONCENTRATOR, "H": Node.HEAD_END, "m": Node.METER}  # fmt: skip
LETTERS = {kind: letter for letter, kind in KINDS.items()}


class Names:
    """Nodes by letter and number, as the drawing has them."""

    def of(self, kind: Node, node: int) -> str:
        return f"{LETTERS[kind]}{node}"


def column(parents: Mapping[int, Iterable[int]], meters: int = METERS) -> Ints:
    """Children listed by parent as a parent array."""
    found = np.full(meters, -1, np.int32)
    for parent, children in parents.items():
        found[list(children)] = parent
    return found


def ints(*values: int) -> Ints:
    return np.array(values, np.int32)


def town(
    relays: Mapping[int, Iterable[int]] = RELAYS,
    *,
    feed_of_relay: Ints | None = None,
    feed_of_concentrator: Ints | None = None,
) -> Trees:
    """The town, or one whose messages go another way."""
    fed_relays = ints(0, -1, -1, -1, -1, -1, -1, -1)
    return checked(
        Trees(
            transformer_of_meter=column(TRANSFORMERS),
            section_of_transformer=ints(0, 0, 1, 1, 2, 2, 3, 3),
            feeder_of_section=ints(0, 0, 1, 1),
            relay_of_meter=column(relays),
            concentrator_of_relay=ints(0, 0, 0, 1, 1, 1, 0, 1),
            head_end_of_concentrator=ints(0, 0),
            area_of_meter=ints(*(0,) * 12, 1, *(2,) * 14),
            feed_of_concentrator=ints(4, -1) if feed_of_concentrator is None
            else feed_of_concentrator,
            feed_of_relay=fed_relays if feed_of_relay is None else feed_of_relay,
            relay_is_direct=np.arange(8) >= 6,
            feeders=2,
            head_ends=1,
            areas=3,
        )
    )  # fmt: skip


TOWN = town()


def meters_of(place: str, trees: Trees = TOWN) -> list[int]:
    """The meters below a node of the drawing: `T4`, `R0`, `C1`; `m12` is a meter itself."""
    kind, node = KINDS[place[0]], int(place[1:])
    if kind == Node.METER:
        return [node]
    section = trees.section_of_transformer[trees.transformer_of_meter]
    box = trees.concentrator_of_relay[trees.relay_of_meter]
    above = {
        Node.TRANSFORMER: trees.transformer_of_meter,
        Node.SECTION: section,
        Node.FEEDER: trees.feeder_of_section[section],
        Node.RELAY: trees.relay_of_meter,
        Node.CONCENTRATOR: box,
        Node.HEAD_END: trees.head_end_of_concentrator[box],
    }
    return [int(row) for row in np.flatnonzero(above[kind] == node)]


def rows_of(places: str, trees: Trees = TOWN) -> Ints:
    """The meters below all of these nodes, each once: `T1 m12`."""
    found = {row for place in places.split() for row in meters_of(place, trees)}
    return ints(*sorted(found))


def asked(answers: str, times: int = 1, *, trees: Trees = TOWN, at_ms: int = 0) -> Answers:
    """What meters answered, each time the same: `T1=unknown m12=powered m13=powered+breaker`."""
    found = NO_ANSWERS
    for answer in answers.split():
        place, said, load = re.fullmatch(r"(\w+)=(\w+)(\+\w+)?", answer).groups()  # type: ignore[union-attr]
        rows = rows_of(place, trees)
        behind = {None: Load.UNSEEN, "+breaker": Load.BREAKER_OPEN, "+none": Load.NONE}[load]
        for time in range(times):
            found = found.told(
                rows,
                np.full(len(rows), Answer[said.upper()], np.int8),
                np.full(len(rows), at_ms + time * 150_000, np.int64),
                np.full(len(rows), behind, np.int8),
            )
    return found


def seen(
    silent: str, *, trees: Trees = TOWN, mute: str = "", opened: str = "", speaks: bool = False,
    events: Iterable[SectionOpened] = (), answers: Answers = NO_ANSWERS, onset: int = SLOT - 1,
    since: Mapping[int, int] | None = None, excluded: str = "", slot: int = SLOT,
    waited_ms: int = 0,
) -> SlotView:  # fmt: skip
    """A slot of the town: who is silent below which nodes, and what else is known.

    `mute`: concentrators that sent no batch. `opened`: sections that automation has open since
    ten minutes before the slot's end. `since`: the last slot heard, of meters other than `onset`.
    `waited_ms`: for how long the slot has been due.
    """
    out = set(rows_of(excluded, trees).tolist())
    rows = ints(*(row for row in rows_of(silent, trees) if row not in out))
    expected = np.ones(trees.meters, np.bool_)
    expected[list(out)] = False
    batches = np.ones(trees.concentrators, np.bool_)
    batches[[int(place[1:]) for place in mute.split()]] = False
    cut_ms = slots.end_ms(slot) - 600_000
    cuts = [SectionOpened(int(place[1:]), cut_ms) for place in opened.split()]
    last = dict.fromkeys(rows.tolist(), onset) | dict(since or {})
    return SlotView(
        slot=slot,
        now_ms=slots.due_ms(slot, GRACE_MS) + waited_ms,
        trees=trees,
        totals=counted(trees, expected),
        silent=rows,
        last_slots=ints(*(last[row] for row in rows.tolist())),
        batches=batches,
        sections=sections_at(trees.sections, slot, [*cuts, *events], speaks=speaks),
        answers=answers,
    )


def judged(view: SlotView, memory: Memory | None = None) -> SlotJudgement:
    """The judgement of a view, by default with nothing remembered."""
    return judge_slot(view, memory or blank(view.trees.head_ends))


def of_meter(view: SlotView, judgement: SlotJudgement, row: int) -> Judgement | None:
    """The judgement that a meter is in, one of its own if it is alone; None if it is not silent."""
    lines, rows = lines_of(judgement), ints(row)
    group, lone = int(lines.groups(rows)[0]), int(lines.lone(rows)[0])
    if group != NOWHERE:
        return judgement.judgements[group]
    return None if lone == NOWHERE else as_judgement(view, judgement.lone, lone)


def may_be_told(judgement: SlotJudgement) -> set[str]:
    """The nodes and lone meters of which people may be told."""
    lone = judgement.lone
    return {f"{LETTERS[j.node_kind]}{j.node}" for j in judgement.judgements if j.tell} | {
        f"m{row}" for row in lone.rows[lone.tell].tolist()
    }


def told(judgement: SlotJudgement) -> dict[str, str]:
    """Each judgement by its node, in words: `{"T1": "outage live_way"}`; lone meters as `m12`."""
    found = {
        f"{LETTERS[j.node_kind]}{j.node}": f"{j.kind.name} {j.evidence.proof.name}".lower()
        for j in judgement.judgements
    }
    lone = judgement.lone
    for at, row in enumerate(lone.rows.tolist()):
        grade = f" {Grade(lone.grade[at]).name}" if lone.grade[at] else ""
        found[f"m{row}"] = f"{Kind(lone.kind[at]).name}{grade}".lower()
    return found


def scene(silent: str, beside: str = "") -> SlotView:
    """A slot as the documentation's table writes it: what is silent, and what is known beside.

    `mute C0; open S2; automation; asked T1=unknown x3; excluded m4; momentary S0; since 4=-3;
    waited 5` (minutes since the slot was due)
    """
    said = dict(each.strip().partition(" ")[::2] for each in beside.split(";") if each.strip())
    answers = NO_ANSWERS
    if "asked" in said:
        words, _, times = said["asked"].partition(" x")
        answers = asked(words, int(times or 1))
    events = []
    if "momentary" in said:
        end_ms = slots.end_ms(SLOT)
        section = int(said["momentary"][1:])
        events = [SectionOpened(section, end_ms - 120_000, end_ms + 60_000)]
    since = {}
    for pair in said.get("since", "").split():
        place, ago = pair.split("=")
        since.update(dict.fromkeys(rows_of(place).tolist(), SLOT + int(ago)))
    return seen(
        silent, mute=said.get("mute", ""), opened=said.get("open", ""),
        speaks="automation" in said, events=events, answers=answers, since=since,
        excluded=said.get("excluded", ""), waited_ms=int(said.get("waited", 0)) * 60_000,
    )  # fmt: skip
