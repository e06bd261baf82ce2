"""Asking which meters' switches stand open; part of the contract.

Whoever asks names the meters: nothing is told of a meter that the asker does not know, and never
for whom, or since which request, its switch is open.
"""

from typing import Annotated

from msgspec import Meta, Struct

from konsento.mdms.ping_views import Smid

OPEN_SWITCHES_PATH = "/mdms/v1/open-switches"
SWITCHES_MAX = 2_000
QUESTION_BYTES = 65_536


class SwitchQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """The meters that are asked after; strangers among them are left out of the answer."""

    smids: Annotated[tuple[Smid, ...], Meta(max_length=SWITCHES_MAX)]


class OpenSwitches(Struct, frozen=True, kw_only=True):
    """Those of them whose switch was read open last: by order, or because no order closes it."""

    smids: tuple[str, ...]
    now_ms: int
