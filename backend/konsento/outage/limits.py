"""Every bound and threshold of the outage room, by name, each with its reason.

Shares are whole per cents. What rests on another's published practice names it.
"""

# --- columns ---------------------------------------------------------------------------------
SLOTS_KEPT = 8  # slots in question at once: four hours, more than any grace
OFFSETS = 65_536  # last slots are kept in two bytes: 3.7 years before the base is moved
REBASE_BY = 32_768
SNAPSHOT_HEADER_BYTES_MAX = 1_000_000

# --- when a slot is judged --------------------------------------------------------------------
GRACE_MS = 20 * 60_000  # nearly all readings come within minutes; 60 are allowed to them
MOMENTARY_MS = 5 * 60_000  # a cut up to this long is told to nobody (IEEE 1366 counts it apart)

# --- which node is dark -----------------------------------------------------------------------
METERS_MIN = 2  # one silent meter says nothing about what it hangs on
TRANSFORMER_SILENT_PERCENT = 80  # a wrong line in the tree, or a phase that lives, is borne
WAY_SILENT_PERCENT = 95  # a relay that still hands on one in twenty lives
CHILDREN_LIVE_PERCENT = 5  # so many transformers of a dark section may be recorded wrongly

# --- what proves it ---------------------------------------------------------------------------
WITNESSES = 2  # silent meters on a way that answers for others, or on a transformer that lives
FEEDERS_LIVE = 2  # a concentrator that sent nothing over so many live feeders is itself at fault
EXPLAINED = 2  # one cause for so many dark nodes of the other tree beats as many causes

# --- a way that loses some of what passes -----------------------------------------------------
WEAK_RELAY_PERCENT = 20  # of its meters silent one by one: far more than are missed by chance
WEAK_RELAY_METERS_MIN = 3
WEAK_CONCENTRATOR_PERCENT = 5  # of 400 meters four are missed by chance at one in a hundred
WEAK_CONCENTRATOR_METERS_MIN = 6

# --- asking a meter ---------------------------------------------------------------------------
ATTEMPTS = 3  # of a lone silent meter
ATTEMPT_SPACING_MS = 150_000  # three attempts within five minutes
SAMPLE_MIN = 3  # meters asked of a transformer before its outage is told
SAMPLE_MAX = 5
SAMPLES_A_NODE = 20  # of a section or feeder, three a transformer
PINGS_A_SLOT = 20_000  # what a head-end can be asked beside its readings
PINGS_A_STORM_SLOT = 2_000  # samples alone, when it drowns

AUTOMATION_UNASKED_MS = 5 * 60_000  # a word that no meter can be asked about is believed then
ASK_AGAIN_MS = 60_000  # about a word of which hardly any meter could be reached
POWERED_PERCENT = 20  # of those reached have power: a word on their section is then doubted
SWITCH_QUESTIONS_A_LOOK = 20  # of 2,000 silent meters each, whether their switches are open

# --- storm (after Oracle's outage storm mode) -------------------------------------------------
STORM_DROP_PERCENT = 30
STORM_METERS_MIN = 100
STORM_OVER_PERCENT = 5
STORM_SILENT_SLOTS = 2  # witnesses silent so long stand for a sample that cannot be asked
STORM_SLOTS_MAX = 3 * 48  # after three days the norm itself is believed to have changed
NORM_SLOTS = 7 * 48  # the norm follows the share heard over a week
PARTS = 1_000_000  # shares that are kept are parts of a million

# --- own premises -----------------------------------------------------------------------------
PART_METERS = 3  # so many of a transformer silent since one slot are a part of it
AREA_METERS_MIN = 2  # one of so many is own premises; the only one of its area is an outage

# --- a customer's word, and what is kept for customers ----------------------------------------
DOUBTS_MAX = 2_000  # meters that wait to be asked because somebody says that they are still out
BREAKERS_MAX = 20_000  # meters whose own breaker was found open
BREAKERS_AT_ONCE = 100  # of them asked again in one pass
BREAKER_AGAIN_MS = 5 * 60_000  # a breaker that is pushed up is noticed within so long
BREAKER_KEPT_MS = 3 * 86_400_000  # after so long without a word of it nothing is known any more
AWAITED_MAX = 20_000  # meters whose word is awaited after their area came back
AWAITED_SPACING_MS = 30_000  # between one sample of a transformer's awaited meters and the next
AWAITED_KEPT_MS = 30 * 60_000  # then the next reading has told, or is about to
BACK_KEPT_MS = 12 * 3_600_000  # how long it is known that a meter spoke again after an outage
BACK_KEPT_MAX = 100_000  # meters; of more the latest
OVER_KEPT_MAX = 1_000  # outages that late readings may still show to have been none

# --- doors -----------------------------------------------------------------------------------
BODY_BYTES = 1_048_576  # of an entry with two thousand areas
READINGS_BYTES_MAX = 64 * 1_048_576  # a million rows as JSON
AT_ONCE_BYTES = 64 * 1_024  # of readings: two thousand rows, which take a millisecond
TABLES_BYTES_MAX = 256 * 1_048_576  # about four million meters in one load
EVENTS_POLL_MS = 1_000  # how long a change made by another process stays unseen
SNAPSHOT_EVERY_MS = 10 * 60_000  # a restart replays no more than this much, and some
JOURNAL_KEPT_MS = 14 * 86_400_000  # how long a batch that comes again is known
JUDGE_EVERY_MS = 10_000  # a slot is judged again when answers or late readings have come
FORGET_EVERY_MS = 3_600_000
