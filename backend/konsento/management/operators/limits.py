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
