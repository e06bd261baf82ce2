"""Who is told between two readings: a switch said that it opened, and the meters bear it out.

What `konsento.outage.rounds.verify` does every ten seconds, here once a minute.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.assembly.rehearsal.engine import Engine
from konsento.outage.judgement.automation import NOT_YET_MS, SectionOpened
from konsento.outage.judgement.terms import Answer
from konsento.outage.judgement.word import Borne, borne_out, is_ripe, reached, sample_below

Ints: TypeAlias = NDArray[np.int32]


class ByWord:
    """The words that were settled, and since when each meter is told to be out by one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settled: set[tuple[int, int]] = set()
        self._opened_ms = np.zeros(engine.register.trees.meters, np.int64)

    def borne_out(self, openings: list[SectionOpened], now_ms: int) -> list[Ints]:
        """The meters below each word that is believed from now on."""
        believed = []
        for word in openings:
            name = (word.section, word.opened_ms)
            ripe = word.restored_ms == NOT_YET_MS and is_ripe(word.opened_ms, now_ms)
            if not ripe or name in self._settled:
                continue
            rows = self._below(word.section)
            borne = self._ask(word, rows, now_ms)
            if borne is not Borne.NOT_YET:
                self._settled.add(name)
            if borne is Borne.OUT:
                self._opened_ms[rows] = word.opened_ms
                believed.append(rows)
        return believed

    def still_out(self, rows: Ints, slot_end_ms: int) -> NDArray[np.bool_]:
        """Whose telling a slot that ended then cannot end: the switch opened later."""
        return np.asarray(self._opened_ms[rows] >= slot_end_ms)

    def _below(self, section: int) -> Ints:
        trees = self._engine.register.trees
        under = (trees.section_of_transformer == section)[trees.transformer_of_meter]
        return np.flatnonzero(under & self._engine.speaking).astype(np.int32)

    def _ask(self, word: SectionOpened, rows: Ints, now_ms: int) -> Borne:
        sample = sample_below(rows, self._engine.register.trees)
        answer = self._engine.ask(sample, now_ms)[0] if len(sample) else np.empty(0, np.int8)
        powered = int((answer == Answer.POWERED).sum())
        known = int(reached(answer).sum())
        return borne_out(word.opened_ms, now_ms, reached=known, powered=powered)
