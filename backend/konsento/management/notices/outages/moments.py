"""Instants of an outage as people read them: by the clock on the wall in Japan. Pure."""

from datetime import datetime

from konsento.management.notices.figures import JAPAN, MONTHS, clock, length


def moment(at_ms: int, language: str) -> str:
    """11月21日 12:04 or 21 Nov 12:04."""
    return f"{_day(at_ms, language)} {clock(at_ms)}"


def near(at_ms: int, now_ms: int, language: str) -> str:
    """The time alone on the same day, else with its day."""
    same = _day(at_ms, language) == _day(now_ms, language)
    return clock(at_ms) if same else moment(at_ms, language)


def between(from_ms: int, until_ms: int | None, language: str) -> str:
    """12:04–13:47, with its day, and the second day where it is another."""
    begin = moment(from_ms, language)
    if until_ms is None:
        return f"{begin}–"
    if _day(from_ms, language) == _day(until_ms, language):
        return f"{begin}–{clock(until_ms)}"
    return f"{begin} – {moment(until_ms, language)}"


def lasted(from_ms: int, until_ms: int, language: str) -> str:
    """The same, and how long: （1時間43分）."""
    brackets = "（{}）" if language == "ja" else " ({})"
    whole = between(from_ms, until_ms, language)
    return whole + brackets.format(length((until_ms - from_ms) // 1000, language))


def _day(at_ms: int, language: str) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, JAPAN)
    if language == "ja":
        return f"{at.month}月{at.day}日"
    return f"{at.day} {MONTHS[at.month - 1]}"
