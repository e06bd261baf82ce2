"""A letter says the same as text and as HTML, and nothing in it is taken for markup."""

import re
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento_push.letter import COLOURS, Letter, Meaning, NoPage, html_of, text_of

LETTER = Letter(
    headline="お住まいの地域で停電しています", meaning="act", language="ja",
    lead=("ご自宅のメーターも返事をしていません。",),
    facts=(("場所", "中区幟町"), ("はじまり", "11月22日 7:10"), ("復旧の見込み", "8:30 ごろ")),
    todo=("ドライヤーなどの電源を切ってください。", "切れた電線にはさわらないでください。"),
    link=("くわしく見る", "https://konsento.example/power"),
    foot=("11月22日 7:25 に書きました。",),
)  # fmt: skip
VOID = {"meta", "br", "!doctype"}


class Read(HTMLParser):
    """What a mail program makes of it: its words in order, its tags, where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "title"} and data.strip():
            self.words.append(data)

    @property
    def pages(self) -> list[str | None]:
        return [value for name, value in self.attributes if name in {"href", "src"}]


def test_the_text_is_read_from_top_to_bottom() -> None:
    assert text_of(LETTER) == (
        "お住まいの地域で停電しています\n\nご自宅のメーターも返事をしていません。\n\n"
        "場所：中区幟町\nはじまり：11月22日 7:10\n復旧の見込み：8:30 ごろ\n\n"
        "・ドライヤーなどの電源を切ってください。\n・切れた電線にはさわらないでください。\n\n"
        "くわしく見る\nhttps://konsento.example/power\n\n--\n11月22日 7:25 に書きました。\n"
    )


def test_english_has_its_own_marks() -> None:
    english = Letter(
        headline="Power is out", meaning="act", language="en", facts=(("Since", "7:10"),),
        todo=("Do not touch wires.",),
    )  # fmt: skip
    assert text_of(english) == "Power is out\n\nSince: 7:10\n\n- Do not touch wires.\n"


def test_the_html_says_all_that_the_text_says_in_the_same_order() -> None:
    read = Read(html_of(LETTER))
    said = "".join(read.words)
    at = 0
    for each in (
        LETTER.headline, *LETTER.lead, *(word for fact in LETTER.facts for word in fact),
        *LETTER.todo, "くわしく見る", *LETTER.foot,
    ):  # fmt: skip
        at = said.index(each, at) + len(each)
    assert read.pages == ["https://konsento.example/power"]
    assert not read.open


def test_a_page_in_the_foot_can_be_followed_by_its_name_where_it_has_one() -> None:
    page = 'https://konsento.example/mail/stop#a"b<c'
    said = msgspec.structs.replace(LETTER, foot=(f"止める：{page}", f"{page} を見て", "おわり"))
    read = Read(html_of(said))
    assert read.pages == ["https://konsento.example/power", page, page]
    assert read.words[-4:] == ["止める", page, " を見て", "おわり"]
    assert f"止める：{page}" in text_of(said)


def test_nothing_is_fetched_by_opening_it() -> None:
    html = html_of(LETTER)
    assert not re.search(r"url\(|@import|<img|<script|<link|<iframe|<form", html)
    assert set(re.findall(r"https?://[^\"'<\s]+", html)) == {"https://konsento.example/power"}


def test_each_meaning_has_a_headline_that_can_be_read_by_day_and_by_night() -> None:
    for meaning, (day, on_day, night, on_night) in COLOURS.items():
        html = html_of(msgspec.structs.replace(LETTER, meaning=meaning))
        assert all(colour in html for colour in (day, on_day, night, on_night))
        assert contrast(day, on_day) >= 4.5
        assert contrast(night, on_night) >= 4.5


@settings(max_examples=150, deadline=None)
@given(
    typed=st.text(max_size=60)
    | st.sampled_from(
        ["<script>x</script>", '" onclick="x', "</style><b>", "&amp;", "'><img src=x>"]
    ),
    meaning=st.sampled_from(sorted(COLOURS)),
)
def test_nothing_that_was_typed_becomes_markup(typed: str, meaning: Meaning) -> None:
    strange = Letter(
        headline=typed, meaning=meaning, language="ja", lead=(typed,), facts=((typed, typed),),
        todo=(typed,), link=(typed, f"https://konsento.example/?{typed}"), foot=(typed,),
    )  # fmt: skip
    plain = msgspec.structs.replace(
        strange, headline="x", lead=("x",), facts=(("x", "x"),), todo=("x",),
        link=("x", "https://konsento.example/"), foot=("x",),
    )  # fmt: skip
    read, usual = Read(html_of(strange)), Read(html_of(plain))
    lines = {"br", "span"}
    assert [t for t in read.tags if t not in lines] == [t for t in usual.tags if t not in lines]
    named = read.tags.count("span") - usual.tags.count("span")  # a first line, by its style alone
    assert len(read.attributes) == len(usual.attributes) + named


@pytest.mark.parametrize("page", ["javascript:alert(1)", "/power", "data:text/html,x", ""])
def test_a_button_leads_to_a_page_of_the_web_alone(page: str) -> None:
    with pytest.raises(NoPage):
        html_of(msgspec.structs.replace(LETTER, link=("x", page)))


def contrast(one: str, other: str) -> float:
    """By WCAG, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
