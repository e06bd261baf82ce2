"""Every sentence of a mail, in each language that drivers are written to in. Pure."""

from collections.abc import Mapping

import msgspec

BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


class Tongue(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences with named places in braces; `why` is by end reason, `power` by power type."""

    done: str
    free: str
    unpaid: str
    subject: str
    subject_free: str
    waived: str
    why: Mapping[str, str]
    cut_short: str
    field: str
    place: str
    when: str
    used: str
    total: str
    tax: str
    card: str
    card_last4: str
    number: str
    issuer: str
    registration: str
    bracket: str
    power: Mapping[str, str]
    receipt: str
    where: str
    footer: str


JA = Tongue(
    done="充電が終わりました。{sum}を請求しました。",
    free="充電が終わりました。請求はありません。",
    unpaid="充電が終わりました。{unpaid}のお支払いが済んでいません。",
    subject="充電が終わりました　{sum}",
    subject_free="充電が終わりました　請求はありません",
    waived="{sum}は、カードで請求できる最低額に届かないため、請求しません。",
    why={
        "energy_limit": "選んだ量に達しました。",
        "time_limit": "選んだ時間になりました。",
        "money_limit": "選んだ金額に達しました。",
        "driver": "あなたが止めました。",
        "operator": "施設の担当者が止めました。あなたの操作やお車のせいではありません。",
        "no_load": "電気が一度も流れなかったため、止めました。",
        "load_gone": "電気が流れなくなったため、止めました。満充電か、プラグが抜けています。",
        "link_lost": "メーターの返事が途絶え、安全のため止まりました。"
        "あなたの操作やお車のせいではありません。",
        "power_lost": "停電で終わりました。あなたの操作やお車のせいではありません。",
        "start_failed": "電気を入れられませんでした。",
    },
    cut_short="メーターのスイッチが途中で切れました。あなたの操作やお車のせいではありません。",
    field="{name}：{value}",
    place="場所",
    when="日時",
    used="使った電気",
    total="合計",
    tax="{rate}% 対象、内 消費税 {tax}",
    card="支払い",
    card_last4="{brand}、下4桁 {last4}",
    number="領収書番号",
    issuer="発行",
    registration="登録番号 {number}",
    bracket="{outer}（{inner}）",
    power={
        "solar": "太陽光",
        "wind": "風力",
        "hydro": "水力",
        "geothermal": "地熱",
        "other": "その他",
    },
    receipt="領収書：",
    where="充電を始めたスマートフォンのブラウザーで開きます。",
    footer="充電のときに書かれたアドレスへ送りました。返信しても読まれません。",
)

EN = Tongue(
    done="Charging finished. You paid {sum}.",
    free="Charging finished. Nothing is charged.",
    unpaid="Charging finished. {unpaid} has not been paid.",
    subject="Charging finished · {sum}",
    subject_free="Charging finished · nothing is charged",
    waived="{sum} is below the least a card can be charged, so it is not charged.",
    why={
        "energy_limit": "It reached the energy you chose.",
        "time_limit": "The time you chose was over.",
        "money_limit": "It reached the sum you chose.",
        "driver": "You stopped it.",
        "operator": "The site’s staff stopped it. It is not your doing, nor your car’s.",
        "no_load": "No power ever flowed, so it was stopped.",
        "load_gone": "No power was being drawn any more, so it was stopped. "
        "The battery is full, or the plug is out.",
        "link_lost": "The meter stopped answering, so it switched off to be safe. "
        "It is not your doing, nor your car’s.",
        "power_lost": "A power outage ended it. It is not your doing, nor your car’s.",
        "start_failed": "The power could not be switched on.",
    },
    cut_short="The meter’s switch opened early. It is not your doing, nor your car’s.",
    field="{name}: {value}",
    place="Place",
    when="When",
    used="Energy",
    total="Total",
    tax="{rate}% taxable, {tax} tax included",
    card="Paid with",
    card_last4="{brand} ending in {last4}",
    number="Receipt number",
    issuer="Issued by",
    registration="registration {number}",
    bracket="{outer} ({inner})",
    power={
        "solar": "solar",
        "wind": "wind",
        "hydro": "hydro",
        "geothermal": "geothermal",
        "other": "other sources",
    },
    receipt="Receipt:",
    where="It opens in the browser of the phone that charged.",
    footer="Sent to the address given when charging. Replies are not read.",
)

TONGUES: Mapping[str, Tongue] = {"ja": JA, "en": EN}
