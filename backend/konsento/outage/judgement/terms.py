"""The words of a judgement, as small whole numbers so that columns can hold them."""

from enum import IntEnum


class Kind(IntEnum):
    """What a meter's silence is judged to be."""

    UNKNOWN = 0  # cannot be told yet: shown as unknown, told to nobody
    OUTAGE = 1  # without power, by a fault of the grid
    COMM_LOST = 2  # the way of the readings is broken: unknown, told to nobody
    OWN_PREMISES = 3  # one meter alone: its own breaker, or the line to the house
    MOMENTARY = 4  # a cut of five minutes at most: told to nobody
    READ_MISSED = 5  # it answers and has power; only a reading is missing


class Node(IntEnum):
    """What a judgement is about, in one tree or the other."""

    METER = 0
    TRANSFORMER = 1
    SECTION = 2
    FEEDER = 3
    RELAY = 4
    CONCENTRATOR = 5
    HEAD_END = 6


class Proof(IntEnum):
    """What a judgement rests on; the first that holds is named."""

    NONE = 0
    # Of a dark node of the wires:
    AUTOMATION = 1  # distribution automation says that its section is open
    NO_POWER = 2  # a meter answered that it has none
    LIVE_WAY = 3  # silent meters on a way that answers for others
    FEEDS = 4  # it feeds several dark relays or concentrators, which explains them
    ASKED_OUT = 5  # silent meters did not answer either when they were asked
    # Of a dark node of the way:
    NO_BATCH = 6  # a concentrator sent nothing, while feeders below it live
    VOUCHED = 7  # silent meters on transformers that others prove live
    ENERGISED = 8  # distribution automation says that the sections have power
    EXPLAINS = 9  # it alone explains several dark transformers
    FEED_OUT = 13  # what supplies it is in a proven outage
    UNREACHED = 12  # its meters were asked, and the way itself did not answer
    # Of one meter:
    BREAKER = 10  # it answered that its own breaker is open
    ANSWERED = 11  # it answered that it has power


class Grade(IntEnum):
    """How sure a judgement of one's own premises is (O5)."""

    NONE = 0
    CONFIRMED = 1
    LIKELY = 2
    CANNOT_TELL = 3


class Answer(IntEnum):
    """What came back when a meter was asked; of several the highest counts.

    COMMUNICATION_FAILURE: something on the way did not answer either, so nothing is known of the
    meter. UNKNOWN: the way answered up to the meter, the meter did not: its power or its radio.
    """

    NONE = 0
    UNKNOWN_METER = 1
    COMMUNICATION_FAILURE = 2
    UNKNOWN = 3
    NO_POWER = 4
    POWERED = 5


class Load(IntEnum):
    """What a meter that answered said of what lies behind it."""

    UNSEEN = 0
    DRAWN = 1
    NONE = 2
    BREAKER_OPEN = 3


class Automation(IntEnum):
    """What distribution automation says of a section, at the end of a slot."""

    UNKNOWN = 0
    ENERGISED = 1
    OPEN = 2
    MOMENTARY = 3  # was open for five minutes at most


# The column of the totals that counts the meters below a node.
METERS_OF = {
    Node.TRANSFORMER: "meters_of_transformer",
    Node.SECTION: "meters_of_section",
    Node.FEEDER: "meters_of_feeder",
    Node.RELAY: "meters_of_relay",
    Node.CONCENTRATOR: "meters_of_concentrator",
    Node.HEAD_END: "meters_of_head_end",
}
