"""What stands on the screen and on the provider's page, in the two languages a driver may read."""

from typing import Literal

import msgspec

Language = Literal["ja", "en"]


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """The visible names that a driver's hands look for."""

    locale: str
    scan: str
    type_code: str
    code_field: str
    check: str
    by_energy: str
    by_time: str
    by_money: str
    energy_field: str
    time_field: str
    money_field: str
    per_kwh: str
    which_power: str
    to_payment: str
    email_field: str
    hold: str
    remember: str
    card_field: str
    pay: str
    leave_payment: str
    approve: str
    refuse: str
    pay_now: str
    another_card: str
    live: str
    add_more: str
    hold_more: str
    stop: str
    stop_for_sure: str
    finish: str
    resume: str
    go_on_charging: str
    end_here: str
    tell_me: str
    go_on: str
    receipt: str
    receipt_title: str


JA = Speech(
    locale="ja-JP",
    scan="コンセントのQRを読み取って充電",
    type_code="番号を入力",
    code_field="コンセントの番号",
    check="確認する",
    by_energy="kWh",
    by_time="時間",
    by_money="金額",
    energy_field="充電する量（kWh）",
    time_field="充電する時間（分）",
    money_field="使う金額（円）",
    per_kwh="gCO₂/kWh",
    which_power="どの電気を使いますか",
    to_payment="支払いへ進む",
    email_field="領収書の送り先",
    hold="を確保して始める",
    remember="このカードを次回も使う",
    card_field="カード番号",
    pay="支払う",
    leave_payment="戻る",
    approve="承認する",
    refuse="承認しない",
    pay_now="のお支払いへ",
    another_card="ほかのカードで払う",
    live="充電の進み",
    add_more="量を追加",
    hold_more="を追加で確保する",
    stop="充電を止める",
    stop_for_sure="止める（",
    finish="終わる（",
    resume="再開する",
    go_on_charging="続きから充電",
    end_here="ここで終わる",
    tell_me="終わったら知らせる",
    go_on="プラグを直した。続ける",
    receipt="領収書を見る",
    receipt_title="領収書",
)

EN = Speech(
    locale="en-GB",
    scan="Scan an outlet to charge",
    type_code="Type code",
    code_field="Outlet code",
    check="Check",
    by_energy="kWh",
    by_time="Time",
    by_money="Yen",
    energy_field="Energy (kWh)",
    time_field="Time (minutes)",
    money_field="Sum (yen)",
    per_kwh="gCO₂/kWh",
    which_power="Which power?",
    to_payment="Go to payment",
    email_field="E-mail for the receipt",
    hold="and start",
    remember="Use this card next time too",
    card_field="Card number",
    pay="Pay",
    leave_payment="Back",
    approve="Approve",
    refuse="Refuse",
    pay_now="Go to payment (",
    another_card="Use another card",
    live="How far the charge is",
    add_more="Add more",
    hold_more="Hold another",
    stop="Stop charging",
    stop_for_sure="Stop (",
    finish="Finish (",
    resume="Resume",
    go_on_charging="Go on charging",
    end_here="Finish here",
    tell_me="Tell me when it is done",
    go_on="I fixed the plug. Go on",
    receipt="See the receipt",
    receipt_title="Receipt",
)

SPEECH: dict[Language, Speech] = {"ja": JA, "en": EN}
