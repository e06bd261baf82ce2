"""What people type as they read it from a bill or a meter, made comparable. Pure."""

import unicodedata

from konsento.management.customers.limits import DAY_MS, JAPAN_AHEAD_MS

# Of every width and origin; the long vowel mark is what a Japanese keyboard gives for a hyphen.
SEPARATORS = frozenset("-‐‑‒–—―−ーｰ_.・/()〒")


def plain(text: str) -> str:
    """Full width becomes half width, small letters capitals; spaces and separators go."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(each for each in wide if not each.isspace() and each not in SEPARATORS)


def japan_day(now_ms: int) -> int:
    """Japan's days since 1970-01-01, counted."""
    return (now_ms + JAPAN_AHEAD_MS) // DAY_MS


def day_ends_at_ms(day: int) -> int:
    """The midnight with which a day of Japan's ends."""
    return (day + 1) * DAY_MS - JAPAN_AHEAD_MS
