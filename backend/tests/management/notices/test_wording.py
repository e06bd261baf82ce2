"""The receipt's mail says how it ended and what it cost first, in the driver's language."""

import msgspec
import pytest

from konsento.management.charging.session import Reason
from konsento.management.notices.tongues import EN, JA, TONGUES
from konsento.management.notices.wording import receipt_mail
from konsento.management.payments.paper import ReceiptView
from konsento.management.retail.power_type import PowerType
from tests.management.notices.settled import RECEIPT

HOME = "https://konsento.example"
FREE = msgspec.structs.replace(
    RECEIPT, price_yen=0, tax_yen=0, paid_yen=0, used_wh=0, billed_wh=0, card_brand=None,
    card_last4=None, end_reason="no_load",
)  # fmt: skip
WAIVED = msgspec.structs.replace(RECEIPT, price_yen=30, tax_yen=0, waived_yen=30, paid_yen=0)
UNPAID = msgspec.structs.replace(RECEIPT, paid_yen=0, unpaid_yen=155)
NEVER_FOR_A_RECEIPT = {Reason.PAYMENT_EXPIRED}  # such a session is never settled


def test_the_mail_in_japanese() -> None:
    mail = receipt_mail(RECEIPT, "ja", HOME)
    assert mail.subject == "充電が終わりました　155 円"
    assert mail.text == (
        "充電が終わりました。155 円を請求しました。\n"
        "選んだ量に達しました。\n"
        "\n"
        "場所：みどり町駐車場 3番（000BR-RAE4B）\n"
        "日時：2026年11月21日 12:04–13:24（1時間20分）\n"
        "使った電気：3.70 kWh（太陽光、42 円/kWh）\n"
        "合計：155 円（10% 対象、内 消費税 14 円）\n"
        "支払い：Visa、下4桁 4242\n"
        "領収書番号：K-S1\n"
        "発行：みどり電力（登録番号 T1234567890123）\n"
        "\n"
        "領収書：\n"
        "https://konsento.example/s/s1/receipt\n"
        "充電を始めたスマートフォンのブラウザーで開きます。\n"
        "\n"
        "充電のときに書かれたアドレスへ送りました。返信しても読まれません。\n"
    )


def test_the_mail_in_english() -> None:
    mail = receipt_mail(RECEIPT, "en", HOME)
    assert mail.subject == "Charging finished · ¥155"
    assert mail.text == (
        "Charging finished. You paid ¥155.\n"
        "It reached the energy you chose.\n"
        "\n"
        "Place: Midori-cho car park, bay 3 (000BR-RAE4B)\n"
        "When: 21 Nov 2026 12:04–13:24 (1 h 20 min)\n"
        "Energy: 3.70 kWh (solar, ¥42/kWh)\n"
        "Total: ¥155 (10% taxable, ¥14 tax included)\n"
        "Paid with: Visa ending in 4242\n"
        "Receipt number: K-S1\n"
        "Issued by: Midori Power (registration T1234567890123)\n"
        "\n"
        "Receipt:\n"
        "https://konsento.example/s/s1/receipt\n"
        "It opens in the browser of the phone that charged.\n"
        "\n"
        "Sent to the address given when charging. Replies are not read.\n"
    )


@pytest.mark.parametrize("receipt", [FREE, WAIVED])
def test_what_costs_nothing_is_not_said_to_be_paid(receipt: ReceiptView) -> None:
    mail = receipt_mail(receipt, "en", HOME)
    assert mail.subject == "Charging finished · nothing is charged"
    assert "Nothing is charged." in mail.text
    assert "Paid with" not in mail.text


def test_a_waived_sum_is_explained() -> None:
    assert "¥30 is below the least a card can be charged" in receipt_mail(WAIVED, "en", HOME).text
    assert "30 円は、カードで請求できる最低額に届かない" in receipt_mail(WAIVED, "ja", HOME).text
    assert "Total: ¥0" in receipt_mail(WAIVED, "en", HOME).text


def test_a_bill_that_could_not_be_collected_is_not_said_to_be_paid() -> None:
    mail = receipt_mail(UNPAID, "en", HOME)
    assert mail.text.startswith("Charging finished. ¥155 has not been paid.\n")
    assert "Paid with" not in mail.text
    assert "155 円のお支払いが済んでいません。" in receipt_mail(UNPAID, "ja", HOME).text


def test_a_charge_that_was_cut_short_is_not_said_to_have_never_begun() -> None:
    cut = msgspec.structs.replace(RECEIPT, end_reason="start_failed")
    assert EN.cut_short in receipt_mail(cut, "en", HOME).text
    failed = msgspec.structs.replace(FREE, end_reason="start_failed")
    assert "could not be switched on" in receipt_mail(failed, "en", HOME).text


def test_a_charge_whose_switch_was_never_read_closed_has_a_time_all_the_same() -> None:
    unread = msgspec.structs.replace(RECEIPT, started_at_ms=None)
    assert "When: 21 Nov 2026 13:24\n" in receipt_mail(unread, "en", HOME).text


def test_the_subject_does_not_tell_where_somebody_is() -> None:
    for language in TONGUES:
        subject = receipt_mail(RECEIPT, language, HOME).subject
        assert RECEIPT.outlet.place.ja not in subject
        assert RECEIPT.outlet.place.en not in subject


@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES)
def test_every_end_and_every_power_has_its_words(tongue: object) -> None:
    why, power = tongue.why, tongue.power  # type: ignore[attr-defined]
    assert set(why) == set(Reason) - NEVER_FOR_A_RECEIPT
    assert set(power) == set(PowerType)


def test_both_languages_say_what_was_not_the_drivers_doing() -> None:
    for reason in ("operator", "link_lost", "power_lost"):
        assert "あなたの操作やお車のせいではありません。" in JA.why[reason]
        assert "It is not your doing" in EN.why[reason]


def test_an_unknown_language_is_answered_in_english() -> None:
    assert receipt_mail(RECEIPT, "fr", HOME) == receipt_mail(RECEIPT, "en", HOME)
