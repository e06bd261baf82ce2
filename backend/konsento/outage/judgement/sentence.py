"""A judgement in one sentence, in Japanese and in English: what we say, and on what grounds."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol

from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.terms import Grade, Kind, Node, Proof

Language = Literal["ja", "en"]
JAPAN_AHEAD = timedelta(hours=9)

NODES: dict[Language, dict[Node, str]] = {
    "ja": {
        Node.METER: "メーター",
        Node.TRANSFORMER: "変圧器",
        Node.SECTION: "区間",
        Node.FEEDER: "配電線",
        Node.RELAY: "中継器",
        Node.CONCENTRATOR: "集約装置",
        Node.HEAD_END: "ヘッドエンド",
    },
    "en": {
        Node.METER: "meter",
        Node.TRANSFORMER: "transformer",
        Node.SECTION: "section",
        Node.FEEDER: "feeder",
        Node.RELAY: "relay",
        Node.CONCENTRATOR: "concentrator",
        Node.HEAD_END: "head-end",
    },
}
# What each proof says, after who has been silent since when. `{…}` are counts of the evidence.
GROUNDS: dict[Language, dict[Proof, str]] = {
    "ja": {
        Proof.NONE: "どちらの系統が原因か、まだ確認できていないため",
        Proof.AUTOMATION: "配電自動化システムも区間の停電を伝えているため",
        Proof.NO_POWER: "うち{no_power}戸が電源なしと回答しているため",
        Proof.LIVE_WAY: "同じ中継器の他のメーターは応答しているため",
        Proof.FEEDS: "ここから電源を取る中継器や集約装置もそろって応答しないため",
        Proof.ASKED_OUT: "個別の呼び出しにも応答がないため",
        Proof.NO_BATCH: "集約装置からの送信がない一方、配電線の他のメーターは応答しているため",
        Proof.VOUCHED: "うち{vouched}戸は同じ変圧器の他のメーターが応答しているため",
        Proof.ENERGISED: "配電自動化システムは区間に電気が来ていると伝えているため",
        Proof.EXPLAINS: "複数の変圧器の応答なしがこの一か所で説明できるため",
        Proof.FEED_OUT: "電源を取る変圧器が停電しており、通信できないため",
        Proof.UNREACHED: "呼び出しが途中で途切れ、メーターまで届かないため",
        Proof.BREAKER: "メーターが自らの開閉器の開放を回答したため",
        Proof.ANSWERED: "呼び出しに応答し、電気が来ているため",
    },
    "en": {
        Proof.NONE: "it is not yet clear which of the two trees is at fault",
        Proof.AUTOMATION: "distribution automation reports the section without power too",
        Proof.NO_POWER: "{no_power} answered that they have no power",
        Proof.LIVE_WAY: "other meters on the same relays answer",
        Proof.FEEDS: "the relays and concentrators that it supplies are silent with it",
        Proof.ASKED_OUT: "they did not answer when asked one by one either",
        Proof.NO_BATCH: "the concentrator sent nothing, while other meters of the feeders answer",
        Proof.VOUCHED: "others on the same transformers as {vouched} of them answer",
        Proof.ENERGISED: "distribution automation reports the sections energised",
        Proof.EXPLAINS: "this one place explains several silent transformers",
        Proof.FEED_OUT: "the transformer that supplies it is in an outage",
        Proof.UNREACHED: "when they were asked, the way to them did not answer either",
        Proof.BREAKER: "the meter answered that its own switch is open",
        Proof.ANSWERED: "it answered when asked, and has power",
    },
}
ENDS: dict[Language, dict[Kind, str]] = {
    "ja": {
        Kind.UNKNOWN: "判断を保留しています。",
        Kind.OUTAGE: "停電と判断しました。",
        Kind.COMM_LOST: "停電ではなく通信の途絶と判断しました。",
        Kind.OWN_PREMISES: "屋内または引込線の停電と判断しました。",
        Kind.MOMENTARY: "5分以内の瞬時停電と判断しました。",
        Kind.READ_MISSED: "検針の取りこぼしと判断しました。",
    },
    "en": {
        Kind.UNKNOWN: "so this is left open",
        Kind.OUTAGE: "so this is an outage",
        Kind.COMM_LOST: "so this is lost communication, not an outage",
        Kind.OWN_PREMISES: "so this is the customer's own premises or the line to it",
        Kind.MOMENTARY: "so this was a momentary cut of five minutes at most",
        Kind.READ_MISSED: "so only a reading was missed",
    },
}
GRADES: dict[Language, dict[Grade, str]] = {
    "ja": {Grade.LIKELY: "おそらく", Grade.CANNOT_TELL: "確定はできませんが、"},
    "en": {Grade.LIKELY: " (likely)", Grade.CANNOT_TELL: " (cannot be told for certain)"},
}


class Names(Protocol):
    """What the nodes are called; the judgement knows only their numbers."""

    def of(self, kind: Node, node: int) -> str: ...


def explain(judgement: Judgement, names: Names, language: Language) -> str:
    """One sentence that gives what was judged and its grounds."""
    evidence = judgement.evidence
    node = f"{NODES[language][judgement.node_kind]} {names.of(judgement.node_kind, judgement.node)}"
    grounds = GROUNDS[language][evidence.proof].format(
        no_power=evidence.no_power, vouched=evidence.vouched
    )
    end = ENDS[language][judgement.kind]
    grade = GRADES[language].get(judgement.grade, "")
    if evidence.proof == Proof.BREAKER:  # such a meter answers, and goes on being read
        node = node if language == "ja" else f"{node[0].upper()}{node[1:]}"
        return f"{node}：{grounds}、{end}" if language == "ja" else f"{node}: {grounds}, {end}."
    said = _since(judgement.since_from_ms, judgement.judged_at_ms, language)
    if language == "ja":
        share = f"{evidence.below}戸中{evidence.silent}戸"
        who = f"{node}が" if judgement.node_kind == Node.METER else f"{node}の{share}が"
        return f"{who}{said}応答せず、{grounds}、{grade}{end}"
    who = f"{evidence.silent} of {evidence.below} meters below {node} have"
    if judgement.node_kind == Node.METER:
        who = f"{node[0].upper()}{node[1:]} has"
    return f"{who} not answered {said}; {grounds}, {end}{grade}."


@lru_cache(maxsize=1_024)
def _since(from_ms: int | None, judged_at_ms: int, language: Language) -> str:
    """Since when: the last instant at which any was heard; with the day when it was another.

    Meters fall silent by the thousand at one instant: it is put into words once.
    """
    if from_ms is None:
        return "これまで" if language == "ja" else "so far"
    began, now = _in_japan(from_ms), _in_japan(judged_at_ms)
    clock = f"{began:%H:%M}"
    if began.date() != now.date():
        day = f"{began.month}月{began.day}日" if language == "ja" else f"{began:%Y-%m-%d} "
        clock = f"{day}{clock}"
    return f"{clock}以降" if language == "ja" else f"since {clock}"


def _in_japan(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC) + JAPAN_AHEAD
