"""Every bound of the desk, by name."""

IDLE_MS = 30 * 60_000
SESSION_MS = 12 * 3_600_000
SEEN_EVERY_MS = 60_000  # how finely being there is written down

TRIES_PER_ASKER = 20
TRIES_PER_NAME = 30
TRIES_PER_MS = 600_000

HASHES_AT_ONCE = 2  # 32 MiB each
HASHES_WAITING_MAX = 20

NAME_CHARS_MAX = 64
PASSWORD_CHARS_MIN = 12
PASSWORD_CHARS_MAX = 128

OUTLETS_MAX = 500  # of one facility, on one board
METERS_AT_ONCE = 16
METERS_WITHIN_S = 5
LABELS_MAX = 100  # ten sheets

REASON_CHARS_MAX = 200
ACTS_SHOWN = 50  # of one outlet
CHARGES_FOUND = 20  # by one number, the newest

WORDS_CHARS_MAX = 500
NOTE_CHARS_MAX = 500
REPORTS_PER_ASKER = 12
REPORTS_PER_MS = 3_600_000
REPORTS_OPEN_SHOWN = 300  # of one facility, the newest

LINK_TESTS_PER_FACILITY = 20  # fewer than the control system takes from all of us
LINK_TESTS_PER_MS = 60_000

# The board's stream; of real time, whatever pace the house's clock runs at.
LOOK_EVERY_MS = 1_000  # a ring may have been lost
LOOK_APART_MS = 200  # however often it rings
METERS_EVERY_MS = 1_000
METERS_PER_LOOK = 32
METERS_LOOK_WITHIN_S = 1
METER_WORD_KEPT_S = 10  # an answer that failed to come once is not yet silence
STILL_EVERY_S = 5  # even where nothing changes, the desk hears that it is so
SIGNED_IN_EVERY_S = 10
PICTURES_KEPT = 64
