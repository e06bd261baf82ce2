"""A locked screen says what happened first, in the reader's language, and nothing to passers-by."""

import itertools

import msgspec
import pytest

from konsento.management.charging.session import Reason
from konsento.management.notices.lock_screen import EN, GLANCES, JA, notification, words
from konsento.management.notices.notice import Kind, Notice
from konsento.management.notices.tongues import TONGUES
from konsento_push.notification import payload

AT_MS = 1_795_230_240_000  # 21 November 2026, 12:04 in Japan
HOME = "https://konsento.example"
DONE = Notice(
    kind=Kind.DONE, visitor="v1", session_id="s1", occasion="", at_ms=AT_MS,
    reason=Reason.ENERGY_LIMIT, price_yen=1_240,
)  # fmt: skip


def of(kind: Kind, **facts: object) -> Notice:
    return msgspec.structs.replace(DONE, kind=kind, **facts)


@pytest.mark.parametrize(
    ("notice", "ja", "en"),
    [
        (DONE,
         ("充電が終わりました　1,240 円", "選んだ量に達しました。"),
         ("Charging finished · ¥1,240", "It reached the energy you chose.")),
        (of(Kind.DONE, price_yen=0, reason=Reason.NO_LOAD),
         ("充電が終わりました　請求はありません", "電気が一度も流れなかったため、止めました。"),
         ("Charging finished · nothing is charged", "No power ever flowed, so it was stopped.")),
        (of(Kind.DONE, unpaid_yen=1_240),
         ("充電が終わりました", "1,240 円のお支払いが済んでいません。選んだ量に達しました。"),
         ("Charging finished", "¥1,240 has not been paid. It reached the energy you chose.")),
        (of(Kind.IDLE, until_ms=AT_MS + 600_000),
         ("電気が流れていません",
          "満充電か、プラグが抜けています。このままなら 12:14 に終わります。"),
         ("No power is being drawn",
          "The battery is full, or the plug is out. As it is, charging ends at 12:14.")),
        (of(Kind.PAUSED, until_ms=AT_MS + 600_000),
         ("充電が止まりました",
          "プラグが抜けたか、満充電です。つづけるには『再開する』を押してください。"
          "このままなら 12:14 に終わります。"),
         ("Charging has paused", "The plug is out, or the battery is full. "
          "To go on, press “Resume”. As it is, charging ends at 12:14.")),
        (of(Kind.NOT_DRAWING, until_ms=AT_MS + 120_000),
         ("まだ電気が流れていません",
          "プラグと、お車のタイマーを見てください。"
          "このままなら 12:06 に終わります。請求はありません。"),
         ("No power is being drawn yet", "Look at the plug, and at the car’s timer. "
          "As it is, it ends at 12:06 and nothing is charged.")),
        (of(Kind.LINK_LOST, until_ms=AT_MS + 180_000, reason=None),
         ("メーターの返事がありません",
          "充電は続いているかもしれません。請求は、はかった分だけです。"
          "このままなら 12:07 に終わります。"),
         ("The meter does not answer", "Charging may be going on. You pay only for what is "
          "measured. As it is, charging ends at 12:07.")),
        (of(Kind.LINK_BACK, reason=None),
         ("メーターの返事が戻りました", "充電は続いています。"),
         ("The meter answers again", "Charging goes on.")),
        (of(Kind.START_FAILED, price_yen=0, reason=Reason.START_FAILED),
         ("電気を入れられませんでした", "請求はありません。"),
         ("The power could not be switched on", "Nothing is charged.")),
    ],
)  # fmt: skip
def test_the_words(notice: Notice, ja: tuple[str, str], en: tuple[str, str]) -> None:
    assert words(notice, "ja") == ja
    assert words(notice, "en") == en


def test_a_waived_sum_is_explained() -> None:
    title, body = words(of(Kind.DONE, price_yen=0, waived_yen=30, reason=Reason.DRIVER), "en")
    assert title == "Charging finished · nothing is charged"
    assert body.startswith("You stopped it. ¥30 is below the least")


def test_before_the_bill_is_made_no_sum_is_said() -> None:
    cut = of(Kind.INTERRUPTED, price_yen=None, reason=Reason.POWER_LOST)
    for language in GLANCES:
        title, body = words(cut, language)
        assert title == GLANCES[language].early
        assert body.endswith(GLANCES[language].billing)


@pytest.mark.parametrize("language", GLANCES)
def test_whatever_is_told_fits_and_is_whole(language: str) -> None:
    sums = (None, 0, 999_999)
    for kind, reason, due, until in itertools.product(Kind, [None, *Reason], sums, (None, AT_MS)):
        notice = of(kind, reason=reason, price_yen=due, until_ms=until)
        shown = notification(notice, language, HOME, AT_MS)
        assert shown.title
        assert shown.body or reason in {None, Reason.PAYMENT_EXPIRED, Reason.START_FAILED}
        assert "{" not in shown.title + shown.body
        assert len(payload(shown)) < 1_500
        assert shown.navigate == f"{HOME}/s/s1"


def test_both_languages_say_the_same_things() -> None:
    assert set(GLANCES) == set(TONGUES)
    for field in msgspec.structs.fields(JA):
        ja, en = getattr(JA, field.name), getattr(EN, field.name)
        assert [part for part in ("{sum}", "{head}", "{clock}") if part in ja] == [
            part for part in ("{sum}", "{head}", "{clock}") if part in en
        ]


def test_a_language_that_is_not_spoken_is_answered_in_english() -> None:
    assert notification(DONE, "fr", HOME, AT_MS).language == "en"
