"""Every pair of the address's states and events."""

import itertools

import pytest

from konsento.management.customers.email_state import NEXT, EmailEvent, EmailState, after

S, E = EmailState, EmailEvent
CHANGES = {
    (S.TO_CONFIRM, E.CONFIRMED, S.ON), (S.ON, E.STOPPED, S.STOPPED), (S.STOPPED, E.RESUMED, S.ON),
    (S.TO_CONFIRM, E.BOUNCED, S.BOUNCED), (S.ON, E.BOUNCED, S.BOUNCED),
}  # fmt: skip


@pytest.mark.parametrize(("state", "event"), list(itertools.product(S, E)))
def test_each_event_means_one_thing_in_each_state(state: EmailState, event: EmailEvent) -> None:
    everywhere = {E.ASKED: S.TO_CONFIRM, E.TAKEN_BACK: S.UNSET}
    stated = {(before, what): then for before, what, then in CHANGES}
    expected = everywhere.get(event, stated.get((state, event), state))
    assert after(state, event) is expected


def test_no_mail_is_ever_sent_to_what_was_not_confirmed() -> None:
    into_on = {(state, event) for (state, event), then in NEXT.items() if then is S.ON}
    assert into_on == {(S.TO_CONFIRM, E.CONFIRMED), (S.STOPPED, E.RESUMED)}


@pytest.mark.parametrize("state", list(S))
def test_no_state_is_a_trap(state: EmailState) -> None:
    reached = {state}
    for _ in S:
        reached |= {after(each, event) for each in reached for event in E}
    assert reached >= {S.ON, S.UNSET}
