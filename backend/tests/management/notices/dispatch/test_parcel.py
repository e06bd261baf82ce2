"""A parcel is owed until something became of it, and stays what it became."""

from itertools import product

from konsento.management.notices.dispatch.parcel import (
    MAIL_HOST,
    NEXT,
    Channel,
    Event,
    Parcel,
    State,
    after,
)
from konsento_push.email import MESSAGE_ID, stable_id


def test_each_end_is_reached_by_one_event_and_is_an_end() -> None:
    ends = {event: after(State.OWED, event) for event in Event}
    assert ends == {
        Event.TAKEN: State.SENT, Event.NOT_NOW: State.OWED, Event.NOT_TRUE: State.DROPPED,
        Event.ADDRESS_GONE: State.GONE, Event.REFUSED: State.REFUSED,
        Event.TRIED_OUT: State.GIVEN_UP,
    }  # fmt: skip
    assert set(ends.values()) == set(State)
    assert set(NEXT) == set(product([State.OWED], Event))
    for state, event in product(set(State) - {State.OWED}, Event):
        assert after(state, event) is state


def test_its_name_is_the_same_at_every_try_and_fit_for_a_mail() -> None:
    parcel = Parcel(
        channel=Channel.MAIL, notice_id="n" * 26, to_id="r" * 26, host=MAIL_HOST, due_at_ms=0
    )
    again = Parcel(
        channel=Channel.MAIL, notice_id="n" * 26, to_id="r" * 26, host=MAIL_HOST, due_at_ms=9,
        attempts=3, page="p",
    )  # fmt: skip
    assert parcel.id == again.id == f"{'n' * 26}.mail.{'r' * 26}"
    assert MESSAGE_ID.fullmatch(stable_id(parcel.id, "konsento.example"))
