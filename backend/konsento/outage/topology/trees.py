"""The two trees as parent arrays: what feeds a meter, and on which way its readings come.

Meters and nodes of each kind are counted from 0; -1 is none. A circle cannot be written down
here: a child is always of a lower kind than its parent. Both trees are valid in time: wires are
switched over, and a meter's radio finds another relay.

    feeder > section > transformer > meter        head-end > concentrator > relay > meter

A meter that speaks to its concentrator directly hangs on that concentrator's direct relay, which
is a place in the tree and no thing that could fail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.foundation.problems import Refusal

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
Link = Literal[
    "transformer_of_meter", "section_of_transformer", "feeder_of_section",
    "relay_of_meter", "concentrator_of_relay", "head_end_of_concentrator",
    "feed_of_concentrator", "feed_of_relay",
]  # fmt: skip

# Of which nodes the parents are, and the least that may stand there: -1 where none is known.
PARENTS: Mapping[Link, tuple[str, int]] = {
    "transformer_of_meter": ("transformers", 0),
    "section_of_transformer": ("sections", 0),
    "feeder_of_section": ("feeders", 0),
    "relay_of_meter": ("relays", 0),
    "concentrator_of_relay": ("concentrators", 0),
    "head_end_of_concentrator": ("head_ends", 0),
    "feed_of_concentrator": ("transformers", -1),
    "feed_of_relay": ("transformers", -1),
}


class ParentUnknown(Refusal):
    status, slug = 422, "parent-unknown"
    title = "A node hangs on one that does not exist."


class TreesUneven(Refusal):
    status, slug = 422, "trees-uneven"
    title = "Two columns of the trees are not of one length."


class ChangeTooEarly(Refusal):
    status, slug = 422, "change-too-early"
    title = "A change of the trees comes before one that was already made."


@dataclass(frozen=True, eq=False)
class Change:
    """From a slot on, these children hang on these parents."""

    first_slot: int
    link: Link
    children: Ints
    parents: Ints


@dataclass(frozen=True, eq=False)
class Trees:
    """Which node each meter and each node hangs on, now; and what was before (`at`)."""

    transformer_of_meter: Ints
    section_of_transformer: Ints
    feeder_of_section: Ints
    relay_of_meter: Ints
    concentrator_of_relay: Ints
    head_end_of_concentrator: Ints
    area_of_meter: Ints
    feed_of_concentrator: Ints
    feed_of_relay: Ints
    relay_is_direct: Flags
    feeders: int
    head_ends: int
    areas: int
    # What each change took away, oldest first: parents that were valid before its slot.
    undo: tuple[Change, ...] = ()

    @property
    def meters(self) -> int:
        return len(self.transformer_of_meter)

    @property
    def transformers(self) -> int:
        return len(self.section_of_transformer)

    @property
    def sections(self) -> int:
        return len(self.feeder_of_section)

    @property
    def relays(self) -> int:
        return len(self.concentrator_of_relay)

    @property
    def concentrators(self) -> int:
        return len(self.head_end_of_concentrator)

    def at(self, slot: int) -> "Trees":
        """The trees as they were in a slot."""
        later = [change for change in self.undo if change.first_slot > slot]
        if not later:
            return self
        links: dict[str, Ints] = {}
        for change in reversed(later):
            links.setdefault(change.link, getattr(self, change.link).copy())
            links[change.link][change.children] = change.parents
        return _with(self, links, tuple(c for c in self.undo if c.first_slot <= slot))

    def changed(self, *changes: Change) -> "Trees":
        """The trees with these changes, in the order of their slots.

        A column is copied once however many there are: at 80 million meters that takes longer
        than all else. Raises ParentUnknown, TreesUneven, ChangeTooEarly.
        """
        links: dict[str, Ints] = {}
        undo = list(self.undo)
        for change in changes:
            if undo and change.first_slot < undo[-1].first_slot:
                raise ChangeTooEarly(f"slot {change.first_slot} before {undo[-1].first_slot}")
            if change.link not in links:
                links[change.link] = getattr(self, change.link).copy()
            before = self._change(links[change.link], change)
            undo.append(replace(change, parents=before))
        return _with(self, links, tuple(undo)) if changes else self

    def _change(self, column: Ints, change: Change) -> Ints:
        """Write a change into its column; answers with the parents that it takes away."""
        if len(change.children) != len(change.parents):
            raise TreesUneven(f"{change.link}: {len(change.children)} children")
        if len(np.unique(change.children)) != len(change.children):
            raise ParentUnknown(f"{change.link}: a child has two parents from one slot")
        parents, lowest = PARENTS[change.link]
        _inside(change.link, "child", change.children, len(column), lowest=0)
        _inside(change.link, "parent", change.parents, getattr(self, parents), lowest=lowest)
        before = column[change.children]
        column[change.children] = change.parents
        return before

    def forgetting(self, slot: int) -> "Trees":
        """The same, no longer knowing what was before this slot."""
        return replace(self, undo=tuple(c for c in self.undo if c.first_slot > slot))


def checked(trees: Trees) -> Trees:
    """The trees, if all parents exist. Raises ParentUnknown or TreesUneven."""
    for children, *columns in (
        (trees.meters, "relay_of_meter", "area_of_meter"),
        (trees.relays, "feed_of_relay", "relay_is_direct"),
        (trees.concentrators, "feed_of_concentrator"),
    ):
        for column in columns:
            if len(getattr(trees, column)) != children:
                raise TreesUneven(f"{column}: {len(getattr(trees, column))} for {children}")
    for link, (parents, lowest) in PARENTS.items():
        _inside(link, "parent", getattr(trees, link), getattr(trees, parents), lowest=lowest)
    _inside("area_of_meter", "area", trees.area_of_meter, trees.areas, lowest=0)
    return trees


def _inside(link: str, what: str, column: Ints, count: int, *, lowest: int) -> None:
    if len(column) and not lowest <= int(column.min()) <= int(column.max()) < count:
        wrong = int(np.flatnonzero((column < lowest) | (column >= count))[0])
        raise ParentUnknown(f"{link}: {what} {int(column[wrong])} at {wrong} of {count}")


def _with(trees: Trees, links: dict[str, Ints], undo: tuple[Change, ...]) -> Trees:
    same = {field.name: getattr(trees, field.name) for field in fields(trees)}
    return Trees(**{**same, **links, "undo": undo})
