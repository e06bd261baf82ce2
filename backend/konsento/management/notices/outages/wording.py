"""A notice in words: as a letter, for a locked screen, and as one line of the history. Pure.

The state is said first, then when, then what to do. A locked screen names neither place nor
meter: passers-by read it (T9, T24).
"""

from collections.abc import Mapping
from functools import lru_cache

from konsento.management.notices.outages.english import EN
from konsento.management.notices.outages.facts import Expected, Outage
from konsento.management.notices.outages.japanese import JA
from konsento.management.notices.outages.limits import AREAS_NAMED_MAX
from konsento.management.notices.outages.moments import between, lasted, moment, near
from konsento.management.notices.outages.notice import URGENCY, Notice, left_s
from konsento.management.notices.outages.told import Kind
from konsento.management.notices.outages.tongue import Tongue
from konsento_push.letter import Letter, Meaning
from konsento_push.notification import Notification

TONGUES: Mapping[str, Tongue] = {"ja": JA, "en": EN}
PAGE = "/power"
Table = tuple[tuple[str, str], ...]
WORDED_KEPT = 500  # each a few hundred bytes; of one outage there are as many as pages weighed
OWN = frozenset({Kind.OWN_CONFIRMED, Kind.OWN_LIKELY, Kind.OWN_CANNOT_TELL})
ALONE = frozenset({Kind.TRIAL, Kind.NEW_REGISTRANT})  # each of them is a thread of its own
OVER = frozenset({Kind.RESTORED, Kind.TAKEN_BACK, Kind.TAKEN_BACK_UNSURE})
CHANGES = frozenset({Kind.EXPECTED_CHANGED, Kind.CAUSE_CHANGED, Kind.OVERDUE})
WORKS = frozenset(
    {
        Kind.PLANNED_AHEAD,
        Kind.PLANNED_EVE,
        Kind.PLANNED_MOVED,
        Kind.PLANNED_CANCELLED,
        Kind.PLANNED_NOW,
    }
)
MEANINGS: Mapping[Kind, Meaning] = {
    Kind.AREA: "danger",
    Kind.OWN_CONFIRMED: "act",
    Kind.OWN_LIKELY: "act",
    Kind.OWN_CANNOT_TELL: "unk",
    Kind.EXPECTED_CHANGED: "danger",
    Kind.CAUSE_CHANGED: "danger",
    Kind.OVERDUE: "danger",
    Kind.AREA_BACK_YOURS_SILENT: "unk",
    Kind.RESTORED: "calm",
    Kind.TAKEN_BACK: "calm",
    Kind.TAKEN_BACK_UNSURE: "unk",
    Kind.PLANNED_AHEAD: "act",
    Kind.PLANNED_EVE: "act",
    Kind.PLANNED_MOVED: "act",
    Kind.PLANNED_CANCELLED: "calm",
    Kind.PLANNED_NOW: "act",
    Kind.TRIAL: "calm",
    Kind.NEW_REGISTRANT: "act",
}


def spoken(language: str) -> str:
    """A language that we write; any other is answered in English."""
    return language if language in TONGUES else "en"


def subject(notice: Notice, language: str) -> str:
    """The line of a list of mails: the utility's title.

    It is the same for all that is told of one outage, or mail programs would not show it as one
    thread; the state stands in the first line, which they show beside it.
    """
    language = spoken(language)
    say = TONGUES[language]
    if notice.about not in ALONE:
        return _title(notice, say)
    says = _filled(say.says[notice.about], notice, language)
    return say.subject.format(title=_title(notice, say), says=says)


def letter(
    notice: Notice, language: str, *, public_url: str, telephone: str, stop_url: str = ""
) -> Letter:
    """All of it, for a mail."""
    language = spoken(language)
    say, about = TONGUES[language], notice.about
    headline, lead, facts = _told(notice.to_whomever, language)
    todo = list(say.todo.get(about, ()))
    if telephone:
        todo.append(say.call.format(telephone=telephone))
    foot = [
        say.written.format(at=moment(notice.at_ms, language)),
        say.meter.format(smid=notice.smid),
        say.no_replies,
    ]
    if stop_url:
        foot.append(say.stop.format(url=stop_url))
    return Letter(
        headline=headline,
        meaning=MEANINGS[about],
        language=language,
        lead=lead,
        facts=facts,
        todo=tuple(todo),
        link=(say.open_power, public_url + PAGE),
        foot=tuple(foot),
    )


def notification(notice: Notice, language: str, public_url: str, now_ms: int) -> Notification:
    """What is pushed at `now_ms`."""
    language = spoken(language)
    title, body = glance(notice, language)
    return Notification(
        kind=f"power_{notice.kind}",
        title=title,
        body=body,
        navigate=public_url + PAGE,
        tag=notice.tag,
        language=language,
        at_ms=notice.at_ms,
        about=None,
        ttl_s=max(left_s(notice, now_ms), 0),
        urgency=URGENCY[notice.kind],
    )


def glance(notice: Notice, language: str) -> tuple[str, str]:
    """Title and text of a locked screen."""
    return _glance(notice.to_whomever, language)


@lru_cache(WORDED_KEPT)
def _told(notice: Notice, language: str) -> tuple[str, tuple[str, ...], Table]:
    """What a letter says first, then, and as a table."""
    say = TONGUES[language]
    lead = tuple(_filled(each, notice, language) for each in _lead(notice, say))
    headline = f"{_title(notice, say)}\n{_filled(say.says[notice.about], notice, language)}"
    return headline, lead, tuple(_facts(notice, say, language))


@lru_cache(WORDED_KEPT)
def _glance(notice: Notice, language: str) -> tuple[str, str]:
    say, about = TONGUES[language], notice.about
    body = _filled(say.glance[about], notice, language)
    if notice.kind is Kind.DIGEST:
        return _title(notice, say), f"{short(notice, language)}{'。' if language == 'ja' else '.'}"
    if about is Kind.AREA or about in OWN or about in WORKS:
        return _title(notice, say), body
    return short(notice, language), body


def short(notice: Notice, language: str) -> str:
    """One line of what was told before."""
    return _filled(TONGUES[language].short[notice.about], notice, language)


def expected_words(expected: Expected | None, say: Tongue, now_ms: int, language: str) -> str:
    """When power is expected back; unknown always says when the next word comes (X9)."""
    if expected is None:
        return say.expected_none
    if expected.known:
        return say.expected_at.format(at=near(expected.at_ms, now_ms, language))
    return say.expected_unknown.format(at=near(expected.at_ms, now_ms, language))


def cause_words(outage: Outage, say: Tongue) -> str:
    """Why, in the office's own words where there are any."""
    known = say.cause.get(outage.cause, say.cause["other"])
    if not outage.cause_text:
        return known
    if outage.cause in ("other", "under_investigation"):
        return outage.cause_text
    return say.because.format(cause=known, text=outage.cause_text)


def _lead(notice: Notice, say: Tongue) -> list[str]:
    """What comes after the first sentence: of a change, what it is a change of."""
    lead = list(say.lead.get(notice.about, ()))
    outage = notice.outage
    if notice.about in CHANGES and outage is not None and not outage.own and not outage.planned:
        lead.insert(0, say.says[Kind.AREA])
    return [*lead, say.digest] if notice.kind is Kind.DIGEST else lead


def _title(notice: Notice, say: Tongue) -> str:
    if notice.about is Kind.NEW_REGISTRANT:
        return say.meter_title
    return say.works_title if notice.of_works else say.title


def _facts(notice: Notice, say: Tongue, language: str) -> list[tuple[str, str]]:
    """What O8 has said of it, each where it is known."""
    outage, about = notice.outage, notice.about
    if outage is None:
        return []
    if about in OVER:
        return _of_what_is_over(notice, outage, say, language)
    if about in WORKS or outage.planned:
        return _of_works(outage, say, language)
    since = [(say.fact["since"], moment(notice.since_ms, language))] if notice.since_ms else []
    if about in OWN:
        return since + _of_own(about, say)
    why = (say.fact["cause"], cause_words(outage, say))
    if not outage.stands:
        return [*since, why]  # how many are out, and until when, is no longer of interest
    by_now = expected_words(outage.expected, say, notice.at_ms, language)
    return [
        *since,
        (say.fact["expected"], by_now),
        *([] if outage.own else [(say.fact["area"], _area(outage, say, language))]),
        (say.fact["status"], say.status.get(outage.response_status, say.not_known)),
        why,
    ]


def _of_own(about: Kind, say: Tongue) -> list[tuple[str, str]]:
    """Never more than the evidence: table 5's own words stand where they are proven."""
    if about is Kind.OWN_CANNOT_TELL:
        return [(say.fact["status"], say.status["investigating"])]
    facts = [(say.fact["status"], say.indoor), (say.fact["cause"], say.breaker)]
    return facts if about is Kind.OWN_CONFIRMED else [*facts, (say.fact["sure"], say.likely)]


def _of_what_is_over(
    notice: Notice, outage: Outage, say: Tongue, language: str
) -> list[tuple[str, str]]:
    if notice.about is not Kind.RESTORED or notice.since_ms is None:
        return []
    facts = []
    if notice.until_ms is not None and notice.until_ms > notice.since_ms:
        facts.append((say.fact["outage"], lasted(notice.since_ms, notice.until_ms, language)))
    if not outage.own:
        facts.append((say.fact["cause"], cause_words(outage, say)))
    return facts


def _of_works(outage: Outage, say: Tongue, language: str) -> list[tuple[str, str]]:
    facts = []
    if outage.started_at_ms is not None:
        when = between(outage.started_at_ms, outage.planned_until_ms, language)
        facts.append((say.fact["span"], when))
    if outage.areas:
        facts.append((say.fact["place"], _names(outage, say, language)))
    facts.append((say.fact["cause"], cause_words(outage, say)))
    return facts


def _area(outage: Outage, say: Tongue, language: str) -> str:
    households = say.households.format(n=f"{outage.households_out:,}")
    names = _names(outage, say, language)
    if not names:
        return households
    return say.area_and_households.format(areas=names, households=households)


def _names(outage: Outage, say: Tongue, language: str) -> str:
    named = outage.areas[:AREAS_NAMED_MAX]
    areas = say.area_gap.join(each.ja if language == "ja" else each.en for each in named)
    more = outage.area_count - len(named)
    return say.more_areas.format(areas=areas, n=more) if areas and more > 0 else areas


def _filled(sentence: str, notice: Notice, language: str) -> str:
    """The sentence with what it names; what is not known is said to be looked into."""
    say, outage = TONGUES[language], notice.outage
    if outage is None or "{" not in sentence:
        return sentence
    now_ms, since_ms = notice.at_ms, notice.since_ms
    started_ms, until_ms = outage.started_at_ms, outage.planned_until_ms
    known = since_ms is not None and notice.until_ms is not None and notice.until_ms > since_ms
    spell = between(since_ms, notice.until_ms, language) if since_ms is not None else ""
    works = say.not_known if started_ms is None else between(started_ms, until_ms, language)
    return sentence.format(
        expected=_promise(outage.expected, say, now_ms, language)
        if sentence == say.glance.get(notice.about)
        else expected_words(outage.expected, say, now_ms, language),
        cause=cause_words(outage, say),
        households=say.households.format(n=f"{outage.households_out:,}"),
        since=say.not_known if since_ms is None else near(since_ms, now_ms, language),
        span=works,
        until=say.not_known if until_ms is None else near(until_ms, now_ms, language),
        between=say.between.format(span=spell) if known else "",
    ).rstrip()


def _promise(expected: Expected | None, say: Tongue, now_ms: int, language: str) -> str:
    """As a sentence of a locked screen."""
    if expected is None:
        return say.expected_none
    at = near(expected.at_ms, now_ms, language)
    return (say.about_time if expected.known else say.next_word).format(at=at)
