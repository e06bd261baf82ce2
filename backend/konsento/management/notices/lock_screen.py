"""A notice in words for a locked screen, which passers-by can read. Pure.

Neither place nor supplier nor name is in it; what happened is said first, then what can be done
and until when.
"""

from collections.abc import Mapping

import msgspec

from konsento.management.charging.session import Reason
from konsento.management.notices import figures
from konsento.management.notices.notice import TTL_S, URGENCY, Kind, Notice, left_s
from konsento.management.notices.tongues import TONGUES, Tongue
from konsento_push.notification import Notification


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences of a locked screen, with named places in braces."""

    done: str
    early: str
    with_sum: str
    free: str
    nothing_charged: str
    unpaid: str
    billing: str
    idle: str
    idle_why: str
    until: str
    paused: str
    paused_why: str
    link_lost: str
    link_lost_what: str
    link_back: str
    link_back_what: str
    power_lost: str
    power_lost_why: Mapping[str, str]
    power_lost_unknown: str
    power_lost_what: str
    power_back: str
    power_back_what: str
    power_back_until: str
    not_drawing: str
    look: str
    until_free: str
    failed: str
    test: str
    test_what: str
    gap: str


JA = Glance(
    done="充電が終わりました",
    early="充電が途中で終わりました",
    with_sum="{head}　{sum}",
    free="{head}　請求はありません",
    nothing_charged="請求はありません。",
    unpaid="{sum}のお支払いが済んでいません。",
    billing="金額は計算しています。",
    idle="電気が流れていません",
    idle_why="満充電か、プラグが抜けています。",
    until="このままなら {clock} に終わります。",
    paused="充電が止まりました",
    paused_why="プラグが抜けたか、満充電です。つづけるには『再開する』を押してください。",
    link_lost="メーターの返事がありません",
    link_lost_what="充電は続いているかもしれません。請求は、はかった分だけです。",
    link_back="メーターの返事が戻りました",
    link_back_what="充電は続いています。",
    power_lost="停電で中断しています",
    power_lost_why={
        "area": "地域の停電です。あなたの操作やお車のせいではありません。",
        "outlet": "停電しているのは、このコンセントだけです。",
    },
    power_lost_unknown="停電の範囲は、まだわかりません。",
    power_lost_what="電気が戻ったら、お知らせします。",
    power_back="電気が戻りました",
    power_back_what="続きから充電できます。",
    power_back_until="{clock} までに『続きから充電』を押してください。",
    not_drawing="まだ電気が流れていません",
    look="プラグと、お車のタイマーを見てください。",
    until_free="このままなら {clock} に終わります。請求はありません。",
    failed="電気を入れられませんでした",
    test="お知らせは、ここに届きます",
    test_what="充電が終わったとき、電気が流れなくなったときにお知らせします。",
    gap="",
)
EN = Glance(
    done="Charging finished",
    early="Charging ended early",
    with_sum="{head} · {sum}",
    free="{head} · nothing is charged",
    nothing_charged="Nothing is charged.",
    unpaid="{sum} has not been paid.",
    billing="The bill is being worked out.",
    idle="No power is being drawn",
    idle_why="The battery is full, or the plug is out.",
    until="As it is, charging ends at {clock}.",
    paused="Charging has paused",
    paused_why="The plug is out, or the battery is full. To go on, press “Resume”.",
    link_lost="The meter does not answer",
    link_lost_what="Charging may be going on. You pay only for what is measured.",
    link_back="The meter answers again",
    link_back_what="Charging goes on.",
    power_lost="Paused by a power outage",
    power_lost_why={
        "area": "The power is out in the area. It is not your doing, nor your car’s.",
        "outlet": "The power is out only at this outlet.",
    },
    power_lost_unknown="How far the outage reaches is not known yet.",
    power_lost_what="You will be told when the power is back.",
    power_back="The power is back",
    power_back_what="You can go on charging.",
    power_back_until="Press “Go on charging” by {clock}.",
    not_drawing="No power is being drawn yet",
    look="Look at the plug, and at the car’s timer.",
    until_free="As it is, it ends at {clock} and nothing is charged.",
    failed="The power could not be switched on",
    test="Notifications will come here",
    test_what="You are told when charging finishes and when no power is drawn any more.",
    gap=" ",
)
GLANCES: Mapping[str, Glance] = {"ja": JA, "en": EN}


def notification(notice: Notice, language: str, public_url: str, now_ms: int) -> Notification:
    """What is pushed at `now_ms`; a language not spoken here is answered in English."""
    language = language if language in GLANCES else "en"
    title, body = words(notice, language)
    page = f"/s/{notice.session_id}" if notice.session_id else "/"
    return Notification(
        kind=notice.kind,
        title=title,
        body=body,
        navigate=public_url + page,
        tag=notice.tag,
        language=language,
        at_ms=notice.at_ms,
        about=notice.session_id or None,
        ttl_s=min(max(left_s(notice, now_ms), 0), TTL_S[notice.kind]),
        urgency=URGENCY[notice.kind],
    )


def words(notice: Notice, language: str) -> tuple[str, str]:
    """Title and body."""
    say, more = GLANCES[language], TONGUES[language]
    match notice.kind:
        case Kind.NOT_DRAWING:
            return say.not_drawing, _joined(say, say.look, _until(notice, say.until_free))
        case Kind.IDLE:
            return say.idle, _joined(say, say.idle_why, _until(notice, say.until))
        case Kind.PAUSED:
            return say.paused, _joined(say, say.paused_why, _until(notice, say.until))
        case Kind.LINK_LOST:
            return say.link_lost, _joined(say, say.link_lost_what, _until(notice, say.until))
        case Kind.LINK_BACK:
            return say.link_back, say.link_back_what
        case Kind.POWER_LOST:
            why = say.power_lost_why.get(notice.reason or "", say.power_lost_unknown)
            return say.power_lost, _joined(say, why, say.power_lost_what)
        case Kind.POWER_BACK:
            until = _until(notice, say.power_back_until)
            return say.power_back, _joined(say, say.power_back_what, until)
        case Kind.START_FAILED:
            why = more.why["operator"] if notice.reason == Reason.OPERATOR else ""
            return say.failed, _joined(say, why, say.nothing_charged)
        case Kind.TEST:
            return say.test, say.test_what
        case Kind.DONE | Kind.INTERRUPTED:
            return _ended(notice, say, more, language)


def _ended(notice: Notice, say: Glance, more: Tongue, language: str) -> tuple[str, str]:
    head = say.done if notice.kind is Kind.DONE else say.early
    why = more.why.get(notice.reason or "", "")
    if notice.reason == Reason.START_FAILED:
        why = more.cut_short
    if notice.price_yen is None:
        return head, _joined(say, why, say.billing)
    if notice.unpaid_yen:
        unpaid = say.unpaid.format(sum=figures.yen(notice.unpaid_yen, language))
        return head, _joined(say, unpaid, why)
    waived = ""
    if notice.waived_yen:
        waived = more.waived.format(sum=figures.yen(notice.waived_yen, language))
    due = figures.yen(notice.price_yen, language)
    title = (say.with_sum if notice.price_yen else say.free).format(head=head, sum=due)
    return title, _joined(say, why, waived)


def _until(notice: Notice, sentence: str) -> str:
    at_ms = notice.until_ms
    return sentence.format(clock=figures.clock(at_ms)) if at_ms is not None else ""


def _joined(say: Glance, *sentences: str) -> str:
    return say.gap.join(sentence for sentence in sentences if sentence)
