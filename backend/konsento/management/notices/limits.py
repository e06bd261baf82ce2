"""Every bound of the notices room, by name."""

SUBSCRIPTIONS_PER_VISITOR = 10
SUBSCRIPTION_KEPT_MS = 90 * 86_400_000  # as long as the visitor's cookie, from when it was seen
FAILURES_MAX = 5  # refused so often without a word of being gone: it is

TESTS = 5
TESTS_PER_MS = 600_000
CHANGES = 60  # for each asker's address: a car park may share one
CHANGES_PER_MS = 600_000

IDLE_NOTICES_MAX = 4  # of one session in
IDLE_NOTICES_PER_MS = 3_600_000
NOTICE_KEPT_MS = 30 * 86_400_000

# Doubling from fifteen seconds to half an hour: the outbox's tries then reach over hours.
AGAIN_MS_MIN = 15_000
AGAIN_MS_MAX = 1_800_000
