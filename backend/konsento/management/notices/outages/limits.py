"""Every bound of what customers are told of outages, by name."""

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000

# --- how often ---------------------------------------------------------------------------------
NOTICES_AN_HOUR_MAX = 4  # of one registration; then one that gathers what changed
EXPECTED_MATTERS_MS = 10 * MINUTE_MS  # an estimate that moves by less is the same estimate
EVE_BEFORE_MIDNIGHT_MS = 6 * HOUR_MS  # planned works are told once more at 18:00 the day before
WORKS_OVERDUE_MS = 15 * MINUTE_MS  # as for other estimates
WEIGH_AFTER_MS = 1_000  # an outage's changes come in bursts: one look at its people for all
LOOK_EVERY_MS = MINUTE_MS  # at the meters of those who were told and wait for more
WEIGH_AGAIN_EVERY_MS = 10 * MINUTE_MS  # every outage that stands: an event may bring nobody new

# --- how many at once --------------------------------------------------------------------------
SMIDS_ASKED_MAX = 5_000  # as the outage room answers them
PAGE = 500  # registrations weighed and told in one transaction
PAGES_A_TASK = 10  # then the rest is a task of its own: a task has 45 seconds
REFERENCES_MAX = 10  # mails of one thread that a mail names
AREAS_NAMED_MAX = 3
AREAS_KEPT_MAX = 8
AREAS_ASKED_EVERY_MS = HOUR_MS
TOLD_SHOWN_MAX = 20
AWAIT_WORD_MS = 2 * HOUR_MS  # after an area came back its silent meters are asked for so long
DOUBT_SHOWN_MS = 12 * HOUR_MS
EVENTS_WAIT_S = 20

# --- the brake ---------------------------------------------------------------------------------
BRAKE_WITHIN_MS = HOUR_MS  # outages of so long together, told on the engine's word alone

# --- how long ----------------------------------------------------------------------------------
TOLD_KEPT_MS = 90 * 86_400_000
STANDING_KEPT_MS = 30 * 86_400_000  # of whoever waits for nothing more
WAITING_KEPT_MS = 500 * 86_400_000  # works are announced up to 400 days ahead

# --- what a customer may ask for ---------------------------------------------------------------
DOUBTS = 6
DOUBTS_PER_MS = HOUR_MS
TRIALS = 3
TRIALS_PER_MS = HOUR_MS
