"""What holds for every silence: nobody twice, nobody left out, and numbers are only numbers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from konsento.outage.judgement.automation import Sections
from konsento.outage.judgement.judge import SlotJudgement, judge_slot, remember
from konsento.outage.judgement.memory import blank
from konsento.outage.judgement.terms import Answer, Kind, Node
from konsento.outage.judgement.view import SlotView
from konsento.outage.topology.totals import counted
from konsento.outage.topology.trees import Trees, checked
from tests.outage.small_town import METERS, SLOT, TOWN, Ints, asked, judged, seen

ROWS = st.sets(st.integers(0, METERS - 1))
PLACES = st.sets(st.sampled_from([
    *(f"T{n}" for n in range(8)), *(f"S{n}" for n in range(4)), "F0", "F1",
    *(f"R{n}" for n in range(6)), "C0", "C1",
]), max_size=3)  # fmt: skip
OUT = st.integers(0, METERS - 1)
ANSWERS = st.dictionaries(st.integers(0, METERS - 1), st.sampled_from(list(Answer)[1:]))


@st.composite
def views(draw: st.DrawFn, slot: int = SLOT, *, excluding: bool = True) -> SlotView:
    """Some places dark, some meters silent by chance, some asked, some switched off."""
    silent = [*draw(PLACES), *(f"m{row}" for row in draw(ROWS))]
    answers = draw(ANSWERS)
    return seen(
        " ".join(silent),
        mute=" ".join(draw(st.sets(st.sampled_from(["C0", "C1"])))),
        opened=" ".join(draw(st.sets(st.sampled_from(["S0", "S1", "S2", "S3"]), max_size=2))),
        speaks=draw(st.booleans()),
        answers=asked(
            " ".join(f"m{row}={answer.name.lower()}" for row, answer in answers.items()),
            draw(st.integers(1, 3)),
        ),
        since=draw(st.dictionaries(st.integers(0, METERS - 1), st.just(slot - 3), max_size=5)),
        excluded=" ".join(f"m{row}" for row in draw(st.sets(OUT, max_size=4 * excluding))),
        slot=slot,
        onset=slot - 1,
    )


def placed(judgement: SlotJudgement) -> list[int]:
    """Every meter as often as it is judged."""
    grouped = [row for each in judgement.judgements for row in each.rows.tolist()]
    return sorted([*grouped, *judgement.lone.rows.tolist()])


@given(views())
@settings(derandomize=True, max_examples=100, deadline=None)
def test_every_silent_meter_is_in_one_judgement_and_nobody_else_is(view: SlotView) -> None:
    assert placed(judged(view)) == view.silent.tolist()


@given(views(SLOT - 1), views())
@settings(derandomize=True, max_examples=100, deadline=None)
def test_so_it_is_with_a_memory_too(before: SlotView, view: SlotView) -> None:
    memory = remember(before, blank(1), judged(before))
    judgement = judge_slot(view, memory)
    assert placed(judgement) == view.silent.tolist()
    keys = [each.key for each in judgement.judgements]
    assert len(set(keys)) == len(keys)
    # What was open is still judged, or those who are no longer silent are named.
    for each in memory.open:
        back = {b.key: b for b in judgement.back}.get(each.key)
        assert back is not None or each.key in keys


@given(views())
@settings(derandomize=True, max_examples=100, deadline=None)
def test_whoever_answered_that_it_has_power_is_in_no_outage(view: SlotView) -> None:
    powered = set(view.answers.rows[view.answers.answer == Answer.POWERED].tolist())
    for judgement in judged(view).judgements:
        assert not powered & set(judgement.rows.tolist())


@given(views())
@settings(derandomize=True, max_examples=100, deadline=None)
def test_only_the_silent_are_asked_and_nobody_twice(view: SlotView) -> None:
    pings = judged(view).pings
    rows = pings.rows.tolist()
    assert len(set(rows)) == len(rows)
    assert set(rows) <= set(view.silent.tolist())
    own = view.answers.of(pings.rows)
    assert pings.attempt.tolist() == (own.attempts + 1).tolist()
    assert (own.attempts < 3).all()


@given(views())
@settings(derandomize=True, max_examples=60, deadline=None)
def test_nothing_is_told_that_is_not_an_outage_or_somebodys_own_premises(view: SlotView) -> None:
    judgement = judged(view)
    assert {j.kind for j in judgement.judgements if j.tell} <= {Kind.OUTAGE}
    told = set(judgement.lone.kind[judgement.lone.tell].tolist())
    assert told <= {Kind.OUTAGE, Kind.OWN_PREMISES}


KINDS = {Node.TRANSFORMER: 8, Node.SECTION: 4, Node.FEEDER: 2, Node.RELAY: 8,
         Node.CONCENTRATOR: 2, Node.HEAD_END: 1}  # fmt: skip
LINKS: dict[str, tuple[Node, Node]] = {
    "transformer_of_meter": (Node.METER, Node.TRANSFORMER),
    "section_of_transformer": (Node.TRANSFORMER, Node.SECTION),
    "feeder_of_section": (Node.SECTION, Node.FEEDER),
    "relay_of_meter": (Node.METER, Node.RELAY),
    "concentrator_of_relay": (Node.RELAY, Node.CONCENTRATOR),
    "head_end_of_concentrator": (Node.CONCENTRATOR, Node.HEAD_END),
    "feed_of_concentrator": (Node.CONCENTRATOR, Node.TRANSFORMER),
    "feed_of_relay": (Node.RELAY, Node.TRANSFORMER),
}
Numbers = dict[Node, NDArray[np.int64]]


def renumbered(trees: Trees, old: Numbers) -> Trees:
    """The same town, where each node that is now `n` was `old[n]`."""
    links = {}
    for link, (child, parent) in LINKS.items():
        before: Ints = getattr(trees, link)
        if child != Node.METER:
            before = before[old[child]]
        new = np.argsort(old[parent])
        links[link] = np.where(before >= 0, new[before], -1).astype(np.int32)
    direct = trees.relay_is_direct[old[Node.RELAY]]
    return checked(Trees(**{**vars(trees), **links, "relay_is_direct": direct}))


def words(judgement: SlotJudgement, old: Numbers | None = None) -> set[tuple[object, ...]]:
    """What is judged, under the old numbers."""
    return {
        (j.kind, j.node_kind, int(old[j.node_kind][j.node]) if old else j.node,
         tuple(j.rows.tolist()), j.evidence, j.tell)
        for j in judgement.judgements
    }  # fmt: skip


@given(views(excluding=False), st.integers(0, 1_000))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_the_numbers_of_the_nodes_change_nothing(view: SlotView, seed: int) -> None:
    chance = np.random.default_rng(seed)
    old = {kind: chance.permutation(count) for kind, count in KINDS.items()}
    trees, sections = renumbered(TOWN, old), old[Node.SECTION]
    said = Sections(view.sections.state[sections], view.sections.opened_ms[sections])
    other = SlotView(**{
        **vars(view), "trees": trees, "sections": said,
        "totals": counted(trees, np.ones(METERS, np.bool_)),
        "batches": view.batches[old[Node.CONCENTRATOR]],
    })  # fmt: skip
    here, there = judged(view), judged(other)
    assert words(here) == words(there, old)
    assert here.lone.kind.tolist() == there.lone.kind.tolist()
    assert len(here.pings) == len(there.pings)
