"""Every bound of the simulated town, by name, and the periods that it lives by."""

SLOT_MS = 1_800_000
SLOTS_A_DAY = 48
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
JST_AHEAD_SLOTS = 18
"""Japan is nine hours ahead of UTC."""

METERS_MIN, METERS_MAX = 500, 1_000_000
DAYS_MAX = 366

NEVER_MS = 2**62
"""Later than any instant: a cut that nobody has mended, a reading that never came."""

OWED_SLOTS = 63
"""A meter is asked for this many past slots (31.5 hours); what is older stays lost."""

FIRST_ROUND_MS = 4 * 60_000
SECOND_ROUND_MS = 9 * 60_000
"""After the end of a slot, when the concentrators ask their meters."""
ON_ITS_WAY_MS_MAX = 60_000

HAND_PERIOD_MS = 5_000
HAND_AGAIN_MS = 60_000
HAND_ATTEMPTS = 10
WAITING_BATCHES_MAX = 50_000
CATCH_UP_SLOTS = 48
"""After a restart the head-end hands over a day of what it kept meanwhile."""
CUTS_KEPT_MS = 3 * DAY_MS
CUTS_IN_FORCE_MAX = 200
