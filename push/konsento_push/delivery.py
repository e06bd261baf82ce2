"""What became of a message that was handed over."""

from enum import StrEnum


class Delivery(StrEnum):
    SENT = "sent"  # taken over by the next server; more cannot be known
    LATER = "later"  # not taken now, or the answer was lost: send the same again
    NEVER = "never"  # refused for good, or not a message that can be sent
    GONE = "gone"  # the address is no more: forget it
    QUARANTINE = "quarantine"  # it is us who are refused there: a person has to look
