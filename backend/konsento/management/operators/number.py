"""The short number by which people call a charge on the telephone. Pure.

The last eight symbols of the session's name, as the driver's phone shows them: a number to look
up by, no secret and no key.
"""

import re
import unicodedata

from konsento.foundation.problems import Refusal

SYMBOLS = 8
NAMED = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")  # of the symbols that foundation.ids draws
BETWEEN = " -‐‑‒–—―−ー."
# Names have none of these letters: whoever wrote one down saw a digit.
SEEN_AS = str.maketrans({"o": "0", "i": "1", "l": "1"})


class NoSuchNumber(Refusal):
    """What was typed cannot be the number of any charge."""

    status = 422
    slug = "not-a-charge-number"
    title = "A charge's number has eight letters and digits."


def number_of(session_id: str) -> str:
    """In two groups: 8ZC2-7KQ4."""
    end = session_id[-SYMBOLS:].upper()
    return f"{end[:-4]}-{end[-4:]}"


def end_of_name(typed: str) -> str:
    """The symbols with which the session's name ends. Raises NoSuchNumber.

    However it was typed: in capitals or full width, with or without what stands between.
    """
    plain = unicodedata.normalize("NFKC", typed).casefold()
    end = "".join(c for c in plain if c not in BETWEEN).translate(SEEN_AS)
    if not NAMED.fullmatch(end):
        raise NoSuchNumber
    return end
