"""Films for a browser's false camera: a printed label, held in a hand that is never quite still.

Chromium plays a file of baseline JPEG pictures, one after another, at 30 a second, for ever.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw, ImageFont

SIZE = (640, 480)
WALL = (118, 112, 104)
PAPER = (250, 249, 246)
INK = (20, 24, 22)
EMPTY_FRAMES = 8
TURNS = (*range(-9, 9, 2), *range(9, -9, -2))


def label(qr_png: bytes, *lines: str) -> Image.Image:
    """The label as it sticks on the wall: the QR code, and under it what is printed in letters."""
    code = Image.open(BytesIO(qr_png)).convert("RGB").resize((230, 230))
    paper = Image.new("RGB", (262, 262 + 30 * len(lines)), PAPER)
    paper.paste(code, (16, 16))
    pen = ImageDraw.Draw(paper)
    letters = ImageFont.load_default(24)
    for row, text in enumerate(lines):
        pen.text((131, 262 + 30 * row), text, fill=INK, font=letters, anchor="mm")
    return paper


def scene(paper: Image.Image | None, *, turned: float = 0.0, shift: int = 0) -> Image.Image:
    """What the camera sees: a wall, and perhaps the label on it, turned by some degrees."""
    picture = Image.new("RGB", SIZE, WALL)
    if paper is not None:
        held = paper.convert("RGBA").rotate(turned, Image.Resampling.BICUBIC, expand=True)
        at = ((SIZE[0] - held.width) // 2 + shift, (SIZE[1] - held.height) // 2)
        picture.paste(held, at, held)
    return picture


def frames(paper: Image.Image) -> Iterator[Image.Image]:
    """First the bare wall, then the label comes into view and turns a little to and fro."""
    for _ in range(EMPTY_FRAMES):
        yield scene(None)
    for step, turned in enumerate(TURNS):
        yield scene(paper, turned=turned, shift=step * 2 - len(TURNS))


def write_film(path: Path, paper: Image.Image) -> Path:
    """Write the film as .mjpeg; returns the path."""
    with path.open("wb") as film:
        for picture in frames(paper):
            picture.save(film, "JPEG", quality=88, subsampling="4:2:0", progressive=False)
    return path


def foreign_label(text: str) -> Image.Image:
    """A label of somebody else's, with this text in its QR code."""
    picture = BytesIO()
    qrcode.make(text, box_size=10).save(picture, "PNG")
    return label(picture.getvalue(), "example")
