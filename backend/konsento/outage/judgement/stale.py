"""Words of distribution automation that the meters contradict: the end of a cut was never told."""

import numpy as np

from konsento.outage import slots
from konsento.outage.judgement.automation import NOT_YET_MS, Sections
from konsento.outage.judgement.view import Silent, SlotView
from konsento.outage.limits import CHILDREN_LIVE_PERCENT, WITNESSES


def still_true(view: SlotView, silent: Silent) -> Sections:
    """What automation says, without the openings that do not explain this slot's silence.

    A section is not open since an instant when a twentieth of its meters, and two at least,
    were heard of a slot that ended after it: then the word that gave it back is missing. Nor
    does an opening explain a section most of whose silent meters had fallen silent before it.
    """
    said, trees = view.sections, view.trees
    is_open = said.opened_ms != NOT_YET_MS
    opened_ms = said.opened_ms[silent.section]
    heard_until_ms = (silent.onset.astype(np.int64) + 1) * slots.SLOT_MS
    spoke = np.bincount(silent.section[heard_until_ms > opened_ms], minlength=trees.sections)
    # The slot after the last one heard was collected for as long again.
    earlier = heard_until_ms + 2 * slots.SLOT_MS < opened_ms
    before = np.bincount(silent.section[earlier], minlength=trees.sections)
    still = np.bincount(silent.section, minlength=trees.sections)
    meters = view.totals.meters_of_section.astype(np.int64)
    # Whoever is not silent was heard of this slot; that tells if it ended after the opening.
    spoke += np.where(said.opened_ms < slots.end_ms(view.slot), meters - still, 0)
    heard = (spoke * 100 > meters * CHILDREN_LIVE_PERCENT) & (spoke >= WITNESSES)
    return said.without(is_open & (heard | (2 * before > still)))
