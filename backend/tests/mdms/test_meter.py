"""What a switch may be told, and what a read-back means."""

import pytest

from konsento.mdms.meter import Meaning, MeterAnswer, Switch, face, may_obey, meaning


def an_answer(generation: int, switch: Switch) -> MeterAnswer:
    return MeterAnswer(at_ms=0, register_wh=0, power_w=0, switch=switch, generation=generation)


@pytest.mark.parametrize(
    ("obeyed", "generation", "may"), [(4, 5, True), (5, 5, False), (6, 5, False), (0, 1, True)]
)
def test_a_meter_obeys_only_a_newer_generation(obeyed: int, generation: int, may: bool) -> None:
    assert may_obey(obeyed, generation) is may


@pytest.mark.parametrize(
    ("answered", "switch", "means"),
    [
        (4, "open", Meaning.NOT_YET),
        (4, "closed", Meaning.NOT_YET),
        (5, "open", Meaning.OPEN),
        (5, "closed", Meaning.CLOSED),
        (6, "open", Meaning.OVERTAKEN),
        (6, "closed", Meaning.OVERTAKEN),
    ],
)
def test_a_read_back_counts_only_under_our_own_generation(
    answered: int, switch: Switch, means: Meaning
) -> None:
    assert meaning(an_answer(answered, switch), 5) is means


@pytest.mark.parametrize(
    ("switch", "power_w", "forward", "reverse"),
    [
        ("closed", 1_200, "blink", "off"),
        ("closed", 0, "lit", "lit"),
        ("closed", -300, "off", "blink"),
        ("open", 0, "blink", "blink"),
    ],
)
def test_the_face_shows_the_marks_of_figure_7(
    switch: Switch, power_w: int, forward: str, reverse: str
) -> None:
    shown = face(4_711_230, switch, power_w)
    assert (shown.digits, shown.forward, shown.reverse) == ("004711", forward, reverse)


def test_the_face_has_six_digits_and_rolls_over() -> None:
    assert face(999_999_990, "open", 0).digits == "999999"
    assert face(1_000_000_000, "open", 0).digits == "000000"
