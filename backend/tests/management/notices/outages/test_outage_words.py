"""Every notice in both languages: the utility's words to the letter, and nothing left unsaid."""

import pytest

from konsento.management.notices.outages.notice import NEWS_MS, URGENCY, Notice, left_s
from konsento.management.notices.outages.told import Kind
from konsento.management.notices.outages.wording import (
    MEANINGS,
    TONGUES,
    glance,
    letter,
    notification,
    short,
    subject,
)
from konsento_push.letter import html_of, text_of
from tests.management.notices.outages.neighbours import (
    FEEDER,
    HOKANCHO,
    HOUR_MS,
    MINE,
    MINUTE_MS,
    NOON_MS,
    WORKS,
    at,
    but,
    unknown_until,
)

HOME = "https://konsento.example"
PHONE = "086-012-3456"
NEIGHBOURS = "SM-33-000002"
TREE = but(
    FEEDER, expected=at(120), cause="tree", response_status="repairing", households_out=1_240
)
VARIANTS = [
    TREE,
    FEEDER,
    but(FEEDER, expected=unknown_until(150), areas=(HOKANCHO,) * 5, area_count=12),
    but(FEEDER, areas=(), area_count=0, started_at_ms=None, cause="something new"),
    but(FEEDER, restored_at_ms=NOON_MS + HOUR_MS, households_out=0),
    MINE,
    WORKS,
    None,
]
KINDS = [each for each in Kind if each is not Kind.DIGEST]


def notice(kind: Kind, **changed: object) -> Notice:
    told = Notice(
        id="n", registration="r", smid="SM-33-000001", kind=kind, about=kind, thread="feeder",
        at_ms=NOON_MS + 9 * MINUTE_MS, since_ms=NOON_MS + 4 * MINUTE_MS, outage=TREE,
    )  # fmt: skip
    changed_notice: Notice = but(told, **changed)
    return changed_notice


def text(kind: Kind, language: str = "ja", **changed: object) -> str:
    return text_of(
        letter(notice(kind, **changed), language, public_url=HOME, telephone=PHONE, stop_url="")
    )


def test_the_notice_of_an_area_is_worded_as_the_utility_words_it() -> None:
    said = text(Kind.AREA)
    assert said.startswith("停電情報のお知らせ\nお客様のお住まい地域が停電しています。\n")
    for line in [
        "停電日時：11月21日 12:04",
        "復旧予定日時：14:00 ごろ",
        "停電地域・停電戸数：岡山県岡山市北区奉還町1丁目・1,240戸",
        "対応状況：復旧作業中",
        "停電理由：樹木が電線に触れたため",
        "11月21日 12:09 に書きました。",
        "メーター：SM-33-000001",
    ]:
        assert line in said.splitlines()


def test_the_notice_of_ones_own_breaker_is_worded_as_the_utility_words_it() -> None:
    said = text(Kind.OWN_CONFIRMED, outage=MINE)
    assert said.startswith("停電情報のお知らせ\nお客様の屋内が停電しています。\n")
    for line in [
        "停電日時：11月21日 12:04",
        "対応状況：屋内",
        "停電理由：宅内ブレーカが落ちています",
    ]:
        assert line in said.splitlines()


def test_what_is_likely_is_said_to_be_likely() -> None:
    said = text(Kind.OWN_LIKELY, outage=MINE)
    assert "確からしさ：可能性が高い" in said
    assert "likely" in text(Kind.OWN_LIKELY, "en", outage=MINE)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_cannot_be_told_blames_no_breaker(language: str) -> None:
    said = text(Kind.OWN_CANNOT_TELL, language, outage=MINE)
    assert TONGUES[language].breaker not in said
    assert PHONE in said


def test_unknown_says_when_the_next_word_comes() -> None:
    unknown = but(FEEDER, expected=unknown_until(150))
    assert "復旧予定日時：未定（次のお知らせ 14:30）" in text(Kind.AREA, outage=unknown)
    assert "next word 14:30" in text(Kind.AREA, "en", outage=unknown)


def test_an_estimate_of_another_day_names_the_day() -> None:
    late = but(FEEDER, expected=at(24 * 60))
    assert "11月22日 12:00 ごろ" in text(Kind.AREA, outage=late)


def test_back_says_from_when_to_when_and_why() -> None:
    said = text(Kind.RESTORED, until_ms=NOON_MS + 107 * MINUTE_MS)
    assert "停電：11月21日 12:04–13:47（1時間43分）" in said
    assert "樹木が電線に触れたため" in said


def test_an_outage_of_ones_own_is_never_called_the_areas() -> None:
    for kind in (Kind.EXPECTED_CHANGED, Kind.CAUSE_CHANGED, Kind.OVERDUE):
        assert "お住まい地域が" not in text(kind, outage=but(MINE, expected=at(60)))


def test_a_digest_says_what_stands_and_why_it_comes_together() -> None:
    said = text(Kind.DIGEST, about=Kind.AREA)
    assert "お客様のお住まい地域が停電しています。" in said
    assert "まとめて" in said


@pytest.mark.parametrize("language", ["ja", "en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outage", VARIANTS)
def test_every_notice_can_be_said_of_everything_that_may_be_known(
    kind: Kind, language: str, outage: object
) -> None:
    for told in (
        notice(kind, outage=outage),
        notice(kind, outage=outage, since_ms=None),
        notice(Kind.DIGEST, about=kind, outage=outage, until_ms=NOON_MS + HOUR_MS),
    ):
        words = letter(told, language, public_url=HOME, telephone=PHONE, stop_url=f"{HOME}/x")
        whole = text_of(words) + html_of(words) + subject(told, language)
        assert outage is None or "{" not in text_of(words) + subject(told, language)
        assert "None" not in whole
        if kind is not Kind.TRIAL:
            assert f"{HOME}/power" in whole


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", [*KINDS, Kind.DIGEST])
def test_a_locked_screen_names_neither_place_nor_meter(kind: Kind, language: str) -> None:
    about = Kind.AREA if kind is Kind.DIGEST else kind
    pushed = notification(notice(kind, about=about), language, HOME, NOON_MS + 10 * MINUTE_MS)
    shown = f"{pushed.title} {pushed.body}"
    assert "{" not in shown
    for secret in ("奉還町", "岡山", "Hokancho", "Okayama", "SM-33"):
        assert secret not in shown
    assert pushed.navigate == f"{HOME}/power"
    assert 0 < pushed.ttl_s <= NEWS_MS[kind] // 1000


def test_the_locked_screen_of_an_area_outage() -> None:
    unknown = notice(Kind.AREA, outage=but(FEEDER, expected=unknown_until(150)))
    assert glance(unknown, "ja") == (
        "停電情報のお知らせ",
        "お客様のお住まい地域が停電しています。1,240戸・12:04 から。"
        "復旧予定は未定、次のお知らせ 14:30",
    )
    assert glance(notice(Kind.RESTORED, until_ms=NOON_MS + 107 * MINUTE_MS), "ja") == (
        "電気が戻りました",
        "お客様のメーターで確かめました。停電 11月21日 12:04–13:47",
    )


def test_the_history_is_told_in_one_line() -> None:
    assert short(notice(Kind.EXPECTED_CHANGED), "ja") == "復旧予定が変わりました：14:00 ごろ"
    assert short(notice(Kind.EXPECTED_CHANGED), "en") == "New expected time: about 14:00"


def test_the_words_of_an_office_are_passed_on() -> None:
    said = text(Kind.CAUSE_CHANGED, outage=but(TREE, cause_text="県道沿いの倒木"))
    assert "樹木が電線に触れたため（県道沿いの倒木）" in said


def test_all_that_is_told_of_one_outage_replaces_itself_for_one_registration_alone() -> None:
    assert notice(Kind.AREA).tag == notice(Kind.RESTORED, id="m").tag
    assert notice(Kind.AREA).tag != notice(Kind.AREA, registration="s").tag


@pytest.mark.parametrize("language", list(TONGUES))
def test_nothing_is_without_words(language: str) -> None:
    say = TONGUES[language]
    assert set(KINDS) == set(say.says) == set(say.glance) == set(say.short) == set(MEANINGS)
    assert set(Kind) == set(NEWS_MS) == set(URGENCY)
    assert TONGUES["ja"].cause.keys() == say.cause.keys()
    assert TONGUES["ja"].status.keys() == say.status.keys()


def test_news_grows_old() -> None:
    told = notice(Kind.AREA)
    assert left_s(told, told.at_ms) == 3_600
    assert left_s(told, told.at_ms + HOUR_MS) == 0


@pytest.mark.parametrize("language", list(TONGUES))
def test_a_letter_that_says_the_same_to_a_neighbour_names_the_neighbours_meter(
    language: str,
) -> None:
    mine, theirs = notice(Kind.AREA), notice(Kind.AREA, id="m", registration="s", smid=NEIGHBOURS)
    one, other = (
        letter(each, language, public_url=HOME, telephone=PHONE) for each in (mine, theirs)
    )
    assert (one.headline, one.lead, one.facts) == (other.headline, other.lead, other.facts)
    assert glance(mine, language) == glance(theirs, language)
    assert NEIGHBOURS in text_of(other)
    assert NEIGHBOURS not in text_of(one)
    assert mine.smid not in text_of(other)


def test_words_follow_what_is_known_later() -> None:
    before = notice(Kind.AREA)
    later = notice(Kind.AREA, outage=but(TREE, households_out=7, expected=at(240)))
    assert glance(before, "ja") != glance(later, "ja")
    assert glance(before, "ja") != glance(notice(Kind.OVERDUE), "ja")
