"""A letter to somebody, as text and as HTML that says the same. Pure.

It is written once as what it says (a headline, facts, what to do) and set twice, so that no word
stands in one form alone. The HTML is whole in itself: no picture, no font, no script and nothing
that is fetched, so that opening it tells nobody anything.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Meaning = Literal["calm", "act", "danger", "unk"]
Sentence = Annotated[str, Meta(max_length=1_000)]
Short = Annotated[str, Meta(max_length=200)]


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is said, in the order in which it is read.

    `meaning` gives the headline its colour and says nothing that the words do not. `facts` are
    pairs of what and how it is; `link` the words on the button and where it leads, http(s) alone;
    `foot` stands small under everything: when it was written, how to have no more of it.
    """

    headline: Short
    meaning: Meaning
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")]
    lead: tuple[Sentence, ...] = ()
    facts: tuple[tuple[Short, Sentence], ...] = ()
    todo: tuple[Sentence, ...] = ()
    link: tuple[Short, str] | None = None
    foot: tuple[Sentence, ...] = ()


class NoPage(ValueError):
    """The link leads to no page of the web."""


COLON: Mapping[str, str] = {"ja": "："}
BULLET: Mapping[str, str] = {"ja": "・"}
RULE = "--"
PAGE = re.compile(r"https?://[!-~]+")
NAMED_PAGE = re.compile(r"(?P<words>[^:：]+)[:：] *(?P<page>https?://[!-~]+)")

# Solid colour and what is written on it, by day and by night; the design's, as sRGB, since mail
# programs read no other.
COLOURS: Mapping[Meaning, tuple[str, str, str, str]] = {
    "calm": ("#006539", "#ffffff", "#5fe19e", "#001a0c"),
    "act": ("#fac053", "#251700", "#fac053", "#251700"),
    "danger": ("#b7191c", "#ffffff", "#9e1613", "#ffffff"),
    "unk": ("#4f5469", "#ffffff", "#b8bdd2", "#15171f"),
}
FONT = "system-ui,-apple-system,'Hiragino Sans','Noto Sans JP','Yu Gothic UI',sans-serif"
PAPER, CARD, INK, DIM, LINE = "#f1f7f4", "#ffffff", "#13201b", "#4d5c56", "#d8e0dc"
CALM = "#006539"
NIGHT = (
    "@media (prefers-color-scheme:dark){"
    ".p{background:#0a110f!important}"
    ".c{background:#151e1b!important;border-color:#313a37!important;color:#edf4f0!important}"
    ".d{color:#acb7b2!important}"
    ".l{border-color:#313a37!important}"
    ".b{background:#5fe19e!important;color:#001a0c!important}"
    ".h{background:%s!important;color:%s!important}}"
    # Label and value below each other where there is no room beside each other.
    "@media (max-width:400px){.f th,.f td{display:block!important;width:auto!important}"
    ".f th{padding-bottom:0!important}.f td{border-top:0!important;padding-top:0!important}}"
)


def text_of(letter: Letter) -> str:
    """For a reader without HTML; sections with an empty line between."""
    colon = COLON.get(letter.language, ": ")
    bullet = BULLET.get(letter.language, "- ")
    sections = [
        letter.headline,
        "\n".join(letter.lead),
        "\n".join(f"{what}{colon}{how}" for what, how in letter.facts),
        "\n".join(f"{bullet}{each}" for each in letter.todo),
        "\n".join(letter.link) if letter.link else "",
        "\n".join((RULE, *letter.foot)) if letter.foot else "",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def html_of(letter: Letter) -> str:
    """A whole page of 320 to 600 pixels, dark where its reader's screen is. Raises NoPage."""
    day, on_day, night, on_night = COLOURS[letter.meaning]
    blocks = [*map(_paragraph, letter.lead), _facts(letter), _todo(letter), _button(letter)]
    return (
        f'<!doctype html><html lang="{escape(letter.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(letter.headline)}</title>"
        f"<style>:root{{color-scheme:light dark}}{NIGHT % (night, on_night)}</style></head>"
        f'<body class="p" style="margin:0;background:{PAPER}">'
        f'<div class="p" style="background:{PAPER};padding:12px">'
        f'<div class="c" style="max-width:576px;margin:0 auto;background:{CARD};color:{INK};'
        f"border:1px solid {LINE};border-radius:16px;overflow:hidden;overflow-wrap:anywhere;"
        "line-break:strict;word-break:auto-phrase;"
        f'font-family:{FONT};font-size:16px;line-height:1.6">'
        f'<h1 class="h" style="margin:0;padding:20px;background:{day};color:{on_day};'
        f'font-size:22px;line-height:1.4;font-weight:700">{_headline(letter.headline)}</h1>'
        f'<div style="padding:4px 20px 20px">{"".join(blocks)}{_foot(letter)}</div>'
        "</div></div></body></html>\n"
    )


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _headline(text: str) -> str:
    """Of several lines the first names the notice, and is set smaller than what it says."""
    name, _, says = text.partition("\n")
    if not says:
        return _lines(name)
    return f'<span style="font-size:15px;font-weight:600">{escape(name)}</span><br>{_lines(says)}'


def _linked(text: str) -> str:
    """Pages in it can be followed; a line that names its page is the link itself."""
    named = NAMED_PAGE.fullmatch(text)
    if named is not None:
        return _link(named["page"], named["words"])
    parts, at = [], 0
    for page in PAGE.finditer(text):
        parts += [_lines(text[at : page.start()]), _link(page[0], page[0])]
        at = page.end()
    return "".join((*parts, _lines(text[at:])))


def _link(page: str, words: str) -> str:
    return f'<a class="d" style="color:{DIM}" href="{escape(page)}">{_lines(words)}</a>'


def _paragraph(text: str) -> str:
    return f'<p style="margin:16px 0 0">{_lines(text)}</p>'


def _facts(letter: Letter) -> str:
    if not letter.facts:
        return ""
    edge = f"border-top:1px solid {LINE};padding:8px 0;text-align:left;vertical-align:top"
    gap = "width:8em;padding-right:12px"
    rows = "".join(
        f'<tr><th scope="row" class="d l" style="{edge};{gap};color:{DIM};'
        f'font-weight:400;font-size:15px">{_lines(what)}</th>'
        f'<td class="l" style="{edge};font-weight:600">{_lines(how)}</td></tr>'
        for what, how in letter.facts
    )
    return (
        '<table class="f" style="width:100%;border-collapse:collapse;margin:16px 0 0">'
        f"{rows}</table>"
    )


def _todo(letter: Letter) -> str:
    items = "".join(f'<li style="margin:6px 0 0">{_lines(each)}</li>' for each in letter.todo)
    return f'<ul style="margin:16px 0 0;padding:0 0 0 1.2em">{items}</ul>' if items else ""


def _button(letter: Letter) -> str:
    if letter.link is None:
        return ""
    words, page = letter.link
    if not page.startswith(("https://", "http://")):
        raise NoPage
    return (
        f'<p style="margin:20px 0 0"><a class="b" href="{escape(page)}" '
        f'style="display:block;padding:14px 20px;background:{CALM};color:#ffffff;'
        "border-radius:14px;font-weight:700;text-align:center;text-decoration:none"
        f'">{_lines(words)}</a></p>'
    )


def _foot(letter: Letter) -> str:
    if not letter.foot:
        return ""
    lines = "<br>".join(_linked(each) for each in letter.foot)
    return (
        f'<p class="d l" style="margin:20px 0 0;padding:12px 0 0;border-top:1px solid {LINE};'
        f'color:{DIM};font-size:14px;line-height:1.5">{lines}</p>'
    )
