"""The driver's doors to charging itself: an outlet's QR code."""

from io import BytesIO

import qrcode
import qrcode.image.svg
from litestar import Response, get
from litestar.di import NamedDependency
from qrcode.constants import ERROR_CORRECT_M

from konsento.foundation.clock import Clock
from konsento.foundation.edge.rates import Rate
from konsento.management.charging.typed_code import TypedInPath, outlet_typed


def address(public_url: str, code: str) -> str:
    """What the QR code holds: an https address, for any phone's own camera."""
    return f"{public_url}/o/{code}"


def qr_svg(text: str) -> bytes:
    """A scalable code with its quiet zone of four modules."""
    made = qrcode.make(
        text, image_factory=qrcode.image.svg.SvgPathImage, error_correction=ERROR_CORRECT_M
    )
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def qr_png(text: str) -> bytes:
    """Ten pixels a module, black on white."""
    out = BytesIO()
    qrcode.make(text, error_correction=ERROR_CORRECT_M, box_size=10).save(out, "PNG")
    return out.getvalue()


@get("/api/outlets/{code:str}/qr.svg", media_type="image/svg+xml")
async def outlet_qr_svg(
    code: TypedInPath,
    asker: NamedDependency[str],
    clock: NamedDependency[Clock],
    guesses: NamedDependency[Rate],
    public_url: NamedDependency[str],
) -> Response[bytes]:
    """The outlet's QR code as SVG."""
    outlet = await outlet_typed(code, asker=asker, guesses=guesses, now_ms=clock.now_ms())
    return Response(qr_svg(address(public_url, outlet.code)), media_type="image/svg+xml")


@get("/api/outlets/{code:str}/qr.png", media_type="image/png")
async def outlet_qr_png(
    code: TypedInPath,
    asker: NamedDependency[str],
    clock: NamedDependency[Clock],
    guesses: NamedDependency[Rate],
    public_url: NamedDependency[str],
) -> Response[bytes]:
    """The outlet's QR code as PNG."""
    outlet = await outlet_typed(code, asker=asker, guesses=guesses, now_ms=clock.now_ms())
    return Response(qr_png(address(public_url, outlet.code)), media_type="image/png")


HANDLERS = [outlet_qr_svg, outlet_qr_png]
