"""Every judgement explains itself in one sentence, in two languages."""

import pytest

from konsento.outage import slots
from konsento.outage.judgement.sentence import ENDS, GRADES, GROUNDS, NODES, Language, explain
from konsento.outage.judgement.terms import Grade, Kind, Node, Proof
from tests.outage.small_town import SLOT, Names, asked, judged, of_meter, scene, seen

AT_0130 = SLOT - SLOT % 48 - 18 + 3  # the slot that ends at two in the morning in Japan
LANGUAGES: tuple[Language, ...] = ("ja", "en")


def said(silent: str, beside: str, language: Language) -> str:
    view = scene(silent, beside)
    judgement = judged(view)
    first = [*judgement.judgements, of_meter(view, judgement, int(view.silent[0]))][0]
    assert first is not None
    return explain(first, Names(), language)


def test_an_outage_says_who_since_when_and_why() -> None:
    assert said("T1", "", "ja") == (
        "変圧器 T1の4戸中4戸が10:30以降応答せず、"
        "同じ中継器の他のメーターは応答しているため、停電と判断しました。"
    )
    assert said("T1", "", "en") == (
        "4 of 4 meters below transformer T1 have not answered since 10:30; "
        "other meters on the same relays answer, so this is an outage."
    )


def test_a_meter_that_says_its_breaker_is_open_is_not_said_to_be_silent() -> None:
    assert said("m20", "asked m20=powered+breaker", "ja") == (
        "メーター m20：メーターが自らの開閉器の開放を回答したため、"
        "屋内または引込線の停電と判断しました。"
    )
    assert said("m20", "asked m20=powered+breaker", "en") == (
        "Meter m20: the meter answered that its own switch is open, "
        "so this is the customer's own premises or the line to it."
    )


def test_one_meter_speaks_for_itself() -> None:
    assert said("m20", "asked m20=unknown x3", "ja") == (
        "メーター m20が10:30以降応答せず、個別の呼び出しにも応答がないため、"
        "確定はできませんが、屋内または引込線の停電と判断しました。"
    )
    assert said("m20", "asked m20=no_power", "en") == (
        "Meter m20 has not answered since 10:30; 1 answered that they have no power, "
        "so this is the customer's own premises or the line to it (likely)."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_day_is_named(language: Language) -> None:
    view = seen("T1", slot=AT_0130, onset=AT_0130 - 8)
    text = explain(judged(view).judgements[0], Names(), language)
    began = slots.end_ms(AT_0130 - 8)
    assert began % 86_400_000 == 13 * 3_600_000  # 22:00 in Japan
    assert "22:00" in text
    assert ("日22:00" if language == "ja" else "-") in text


def test_a_meter_never_heard_has_not_answered_so_far() -> None:
    (outage,) = judged(seen("T1", onset=-1)).judgements
    assert "これまで応答せず" in explain(outage, Names(), "ja")
    assert "not answered so far" in explain(outage, Names(), "en")


def test_the_number_that_said_so_is_in_the_sentence() -> None:
    (outage,) = judged(seen("T1", answers=asked("m4=no_power m6=no_power"))).judgements
    assert "うち2戸が電源なしと回答" in explain(outage, Names(), "ja")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_word_for_everything(language: Language) -> None:
    assert set(NODES[language]) == set(Node)
    assert set(GROUNDS[language]) == set(Proof)
    assert set(ENDS[language]) == set(Kind)
    assert set(GRADES[language]) == {Grade.LIKELY, Grade.CANNOT_TELL}
