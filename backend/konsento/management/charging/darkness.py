"""Outlets without power: whose outage it is, asked of the outage room and kept with the session.

Without an outage room nothing is asked, and nothing is claimed.
"""

import re
from asyncio import timeout
from collections.abc import Collection, Iterable

import msgspec
import structlog

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.management.charging.dark_word import NOTHING, Word, with_word, word_of
from konsento.management.charging.record import DarkBecause, Session
from konsento.management.charging.session import State
from konsento.management.charging.store import changing, keep, session_by_id
from konsento.mdms.contract import MdmsClient, MdmsRefused, MdmsUnreachable, OutletView
from konsento.outage.contract import (
    SMID_PATTERN,
    OutageClient,
    OutageRefused,
    OutageUnreachable,
)

log = structlog.get_logger(__name__)

NAMED = re.compile(SMID_PATTERN)  # one that is named otherwise would spoil the whole question
LOOK_EVERY_MS = 15_000
AT_ONCE_MAX = 500
WORD_KEPT_MS = 15_000
WORDS_KEPT_MAX = 5_000
WITHIN_S = 1.0  # somebody waits for the page

AWAY = (OutageRefused, OutageUnreachable, MdmsRefused, MdmsUnreachable)
INTERRUPTED = "SELECT * FROM session WHERE state = 'interrupted' ORDER BY dark_since_ms LIMIT {}"


class Darkness:
    """What the outage room says of outlets; words are kept for WORD_KEPT_MS."""

    def __init__(self, outages: OutageClient | None, mdms: MdmsClient, clock: Clock) -> None:
        self._outages = outages
        self._mdms = mdms
        self._clock = clock
        self._smids: dict[str, str] = {}  # by outlet, of those interrupted
        self._kept: dict[str, tuple[Word, int]] = {}
        self._away = False

    async def look(self) -> None:
        """Ask after every interrupted session, and keep what is new."""
        if self._outages is None:
            return
        rows = await PEOPLE.ask(INTERRUPTED, AT_ONCE_MAX)
        records = msgspec.convert(rows, list[Session], strict=False)
        self._smids = {
            record.outlet: self._smids[record.outlet]
            for record in records
            if record.outlet in self._smids
        }
        try:
            for record in records:
                await self._learn_smid(record.outlet)
            words = await self._words(self._smids.values(), self._outages)
        except AWAY as error:
            self._say_away(error)
            return
        self._away = False
        for record in records:
            word = words.get(self._smids.get(record.outlet, ""), NOTHING)
            if with_word(record, word) is not record:
                await _keep(record, word)

    async def because(self, heard: Iterable[OutletView]) -> dict[str, DarkBecause]:
        """By the control system's names, of those it says are without power, where it is known."""
        dark = {view.outlet: view.smid for view in heard if view.state == "no_power" and view.smid}
        if self._outages is None or not dark:
            return {}
        now_ms = self._clock.now_ms()
        fresh_ms = range(now_ms - WORD_KEPT_MS, now_ms + 1)
        unknown = [
            smid for smid in dark.values() if self._kept.get(smid, (NOTHING, 0))[1] not in fresh_ms
        ]
        try:
            async with timeout(WITHIN_S):
                found = await self._words(unknown, self._outages)
        except (*AWAY, TimeoutError) as error:
            self._say_away(error)
            return {}
        if len(self._kept) > WORDS_KEPT_MAX:
            self._kept.clear()
        self._kept |= {smid: (found.get(smid, NOTHING), now_ms) for smid in unknown}
        said = {outlet: self._kept[smid][0].because for outlet, smid in dark.items()}
        return {outlet: because for outlet, because in said.items() if because is not None}

    async def _learn_smid(self, outlet: str) -> None:
        """A meter that is held is not exchanged: once is enough."""
        if outlet not in self._smids:
            view = await self._mdms.outlet(outlet)
            if view.smid is not None:
                self._smids[outlet] = view.smid

    async def _words(self, smids: Collection[str], outages: OutageClient) -> dict[str, Word]:
        asked = [smid for smid in dict.fromkeys(smids) if NAMED.match(smid)]
        if not asked:
            return {}
        states = (await outages.meter_states(asked)).states
        listed = {}
        if any(state.judgement in {"area", "planned"} for state in states):
            listed = {each.outage: each for each in (await outages.outages()).outages}
        return {state.smid: word_of(state, listed) for state in states}

    def _say_away(self, error: Exception) -> None:
        if not self._away:
            log.warning("darkness not looked at", error=type(error).__name__)
        self._away = True


async def _keep(known: Session, word: Word) -> None:
    """What is known of this outage, unless it is over by now."""
    async with changing(known.id) as tx:
        before = await session_by_id(known.id)
        if before.state is State.INTERRUPTED and before.dark_since_ms == known.dark_since_ms:
            await keep(tx, with_word(before, word), before)
