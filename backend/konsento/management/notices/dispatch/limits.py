"""Every bound of the lane, by name."""

OWED_AT_ONCE = 200  # rows of one statement: about a millisecond
PAGE = 100  # what one process sends of one host and writes down together, or again after a kill
PAGES_AT_ONCE = 2  # for each host: one is on its way while the other is written down
HOSTS_AT_ONCE = 20
PAGE_WITHIN_MS = 20_000  # what was not answered by then is tried again
LEASE_MS = 30_000
POLL_MS = 1_000
ATTEMPTS_MAX = 14

# Requests on their way to one host: it begins with some, earns more, and halves when asked to wait.
AT_ONCE_FIRST, AT_ONCE_MIN, AT_ONCE_MAX = 16, 2, 64
AT_ONCE_MORE = 8
MAILS_AT_ONCE = 8

FAILURES_IN_A_ROW = 5  # then the host is taken to be down
REFUSALS_IN_A_ROW = 5  # then it is us who are refused, and not these browsers
PROBE_EVERY_MS = 60_000

KEPT_MS = 2 * 86_400_000  # what is over: it tells a repeat, and to whom a bounce belongs
FORGOTTEN_AT_ONCE = 1_000

SOFT_BOUNCES_MAX = 5  # mails that came back one after the other: nobody reads there
SOFT_COUNTS_FOR_MS = 14 * 86_400_000
