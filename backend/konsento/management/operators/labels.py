"""Label sheets for outlets: A4, ten labels of 86.4 × 50.8 mm, as ready-cut label paper has them.

A label names the one domain its code may lead to, so that a false code stuck over it is seen
(T5). Japanese is set in a font that every reader of PDF brings along: nothing is embedded.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from io import BytesIO
from urllib.parse import urlsplit

import msgspec
import qrcode
from qrcode.constants import ERROR_CORRECT_M
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import (
    registerFont,
    stringWidth,
)
from reportlab.pdfgen.canvas import Canvas

from konsento.management.charging.api import address
from konsento.management.charging.outlet_code import label
from konsento.management.charging.store import Outlet

GOTHIC = "HeiseiKakuGo-W5"
LATIN, LATIN_BOLD, MONO = "Helvetica", "Helvetica-Bold", "Courier-Bold"
registerFont(UnicodeCIDFont(GOTHIC))

MM = 72 / 25.4  # of the points that PDF counts in
SHEET = 210 * MM, 297 * MM
COLUMNS, ROWS = 2, 5
WIDTH, HEIGHT = 86.4 * MM, 50.8 * MM
LEFT, TOP = 18.6 * MM, 21.5 * MM
MARGIN = 4 * MM
QR_SIDE = 33 * MM  # with its quiet zone
QUIET = 4  # modules
TEXT_LEFT = MARGIN + QR_SIDE + 2 * MM
TEXT_WIDTH = WIDTH - TEXT_LEFT - MARGIN

Matrix = Sequence[Sequence[bool]]


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on one label. `address` is what the code holds; `phone` whom to call."""

    address: str
    code: str
    domain: str
    place_ja: str
    place_en: str
    voltage_v: int
    power_w_max: int
    phone: str | None = None


def label_of(outlet: Outlet, public_url: str) -> Label:
    """The label of an outlet; the domain is what a phone shows as the address."""
    return Label(
        address=address(public_url, outlet.code),
        code=label(outlet.code),
        domain=urlsplit(public_url).netloc,
        place_ja=outlet.title_ja,
        place_en=outlet.title_en,
        voltage_v=outlet.voltage_v,
        power_w_max=outlet.power_w_max,
        phone=outlet.phone,
    )


def modules(text: str) -> list[list[bool]]:
    """The code's dark modules, row by row, without its quiet zone."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    made.add_data(text)
    made.make(fit=True)
    return [[bool(dark) for dark in row] for row in made.get_matrix()]


def runs(matrix: Matrix) -> Iterator[tuple[int, int, int]]:
    """(row, first column, how many) of each unbroken run of dark modules."""
    for row, cells in enumerate(matrix):
        begun = None
        for column, dark in enumerate([*cells, False]):
            if dark and begun is None:
                begun = column
            elif not dark and begun is not None:
                yield row, begun, column - begun
                begun = None


def kilowatts(power_w: int) -> str:
    """In kW, with as many decimals as it has: 3 kW, 1.5 kW."""
    return f"{power_w // 1000}.{power_w % 1000:03d}".rstrip("0").rstrip(".") + " kW"


def sheets(labels: Sequence[Label]) -> bytes:
    """The PDF; the same labels make the same bytes."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=SHEET, invariant=1, lang="ja")
    canvas.setTitle("Konsento")
    for place, each in enumerate(labels):
        on_page = place % (COLUMNS * ROWS)
        if place and on_page == 0:
            canvas.showPage()
        row, column = divmod(on_page, COLUMNS)
        canvas.saveState()
        canvas.translate(LEFT + column * WIDTH, SHEET[1] - TOP - (row + 1) * HEIGHT)
        _draw(canvas, each)
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, each: Label) -> None:
    """One label, its lower left corner at the origin."""
    _corners(canvas)
    top = HEIGHT - MARGIN
    _code(canvas, modules(each.address), MARGIN, top - QR_SIDE)
    _centred(canvas, each.code, MARGIN + QR_SIDE / 2, top - QR_SIDE - 4.6 * MM)
    at = top - 4.4 * MM
    for line in wrapped(each.place_ja, GOTHIC, 12, TEXT_WIDTH, 2):
        _fitted(canvas, line, TEXT_LEFT, at, 12, GOTHIC)
        at -= 5.2 * MM
    for line in wrapped(unmarked(each.place_en), LATIN, 8, TEXT_WIDTH, 2):
        _fitted(canvas, line, TEXT_LEFT, at, 8, LATIN)
        at -= 3.6 * MM
    power = kilowatts(each.power_w_max)
    _fitted(canvas, f"{each.voltage_v} V　最大 {power}", TEXT_LEFT, 22.6 * MM, 10, GOTHIC)
    _fitted(canvas, f"{each.voltage_v} V, up to {power}", TEXT_LEFT, 19.2 * MM, 7, LATIN)
    if each.phone:
        _fitted(canvas, f"お困りのとき　Help　{each.phone}", TEXT_LEFT, 15 * MM, 8, GOTHIC)
    _fitted(canvas, each.domain, TEXT_LEFT, 9.8 * MM, 11, LATIN_BOLD)
    full = WIDTH - 2 * MARGIN
    ja = f"読み取ったら、画面のアドレスが {each.domain} か、くらべてください。"
    _fitted(canvas, ja, MARGIN, 5.6 * MM, 6.5, GOTHIC, full)
    en = f"After scanning, compare: the address on your screen is {each.domain}"
    _fitted(canvas, en, MARGIN, 2.8 * MM, 6, LATIN, full)


def _corners(canvas: Canvas) -> None:
    """Where to cut, on paper that is not cut already."""
    canvas.setLineWidth(0.2)
    canvas.setStrokeGray(0.6)
    tick = 2 * MM
    for x, inward_x in ((0.0, tick), (WIDTH, -tick)):
        for y, inward_y in ((0.0, tick), (HEIGHT, -tick)):
            canvas.line(x, y, x + inward_x, y)
            canvas.line(x, y, x, y + inward_y)


def _code(canvas: Canvas, matrix: Matrix, x: float, y: float) -> None:
    """As one filled path, so that no hairlines stand between its modules."""
    side = QR_SIDE / (len(matrix) + 2 * QUIET)
    path = canvas.beginPath()
    for row, column, count in runs(matrix):
        lower = y + QR_SIDE - (row + 1 + QUIET) * side
        path.rect(x + (column + QUIET) * side, lower, count * side, side)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def is_latin(text: str) -> bool:
    """Whether the Latin faces have all its letters."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def unmarked(text: str) -> str:
    """Letters that the Latin faces lack without their marks: Ōdōri becomes Odori."""
    plain = (c if is_latin(c) else unicodedata.normalize("NFKD", c)[0] for c in text)
    return "".join(plain)


def _centred(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.setFont(MONO, 13)
    canvas.drawCentredString(x, y, text)


def _fitted(
    canvas: Canvas, text: str, x: float, y: float, size: float, face: str,
    width: float = TEXT_WIDTH,
) -> None:  # fmt: skip
    """On one line, smaller when it would not fit: nothing of it is left out."""
    face = face if is_latin(text) else GOTHIC
    needed = stringWidth(text, face, size)
    canvas.setFont(face, size if needed <= width else size * width / needed)
    canvas.drawString(x, y, text)


def wrapped(text: str, face: str, size: float, width: float, lines_max: int) -> list[str]:
    """Lines no wider than `width`; the last takes all that is left, however long it is."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest:
        fits = len(rest)
        while fits > 1 and stringWidth(rest[:fits], face, size) > width:
            fits -= 1
        if fits == len(rest) or len(lines) == lines_max - 1:
            return [*lines, rest]
        space = rest.rfind(" ", 0, fits + 1)
        cut = space if space > fits // 2 else fits
        lines.append(rest[:cut])
        rest = rest[cut:].strip()
    return lines
