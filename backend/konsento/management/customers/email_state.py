"""What may happen to the mail address of a registration, as a table that can be read aloud."""

from enum import StrEnum


class EmailState(StrEnum):
    UNSET = "unset"
    TO_CONFIRM = "to_confirm"
    ON = "on"
    STOPPED = "stopped"
    BOUNCED = "bounced"


class EmailEvent(StrEnum):
    ASKED = "asked"  # an address was given, or a new link for it asked for
    CONFIRMED = "confirmed"  # by the link that was mailed to it
    TAKEN_BACK = "taken_back"  # no address any more
    STOPPED = "stopped"  # by the link in a mail
    RESUMED = "resumed"  # by the same link
    BOUNCED = "bounced"  # a mail server says for good that there is no such address


S, E = EmailState, EmailEvent
# What is not here changes nothing: a link clicked twice, a bounce that comes late.
NEXT: dict[tuple[EmailState, EmailEvent], EmailState] = {
    **{(state, E.ASKED): S.TO_CONFIRM for state in S},
    **{(state, E.TAKEN_BACK): S.UNSET for state in S},
    (S.TO_CONFIRM, E.CONFIRMED): S.ON,
    (S.ON, E.STOPPED): S.STOPPED,
    (S.STOPPED, E.RESUMED): S.ON,
    (S.TO_CONFIRM, E.BOUNCED): S.BOUNCED,
    (S.ON, E.BOUNCED): S.BOUNCED,
}


def after(state: EmailState, event: EmailEvent) -> EmailState:
    """The state that follows; the same where the event means nothing to it."""
    return NEXT.get((state, event), state)
