"""Every bound of the customers' room, by name."""

DAY_MS = 86_400_000
JAPAN_AHEAD_MS = 9 * 3_600_000  # no summer time

# Wrong tries to register, in a day of Japan's.
TRIES_PER_METER = 3
TRIES_PER_VISITOR = 3
TRIES_PER_ASKER = 100  # an address may be that of a whole carrier
CALLS_PER_ASKER = 60  # in a burst, right or wrong
CALLS_PER_MS = 600_000

CONFIRM_MAILS_PER_REGISTRATION = 5  # a day
CONFIRM_MAILS_PER_ADDRESS = 5  # a day, whoever asked for them

HOLDER_MAILS_PER_METER = 1  # a day
METERS_PER_VISITOR = 20
REGISTRATIONS_PER_METER = 20

CONFIRM_WITHIN_MS = 48 * 3_600_000
ENDED_KEPT_MS = 90 * DAY_MS  # what was told of it can be looked up so long

ASKED_AT_ONCE = 500  # smids in one statement
SORTED_MAX = 5_000  # meters of an outage's areas, sorted for each page of registrations
LOADED_AT_ONCE = 500  # rows of the customer table in one statement
LOAD_ROWS_MAX = 1_000_000  # of one file: they are kept in memory until all are right
