"""The pages a browser loads: shells in the visitor's language, and the built assets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

WEB = Path(__file__).resolve().parents[1] / "web"
LANGUAGES = ("ja", "en")
YEAR = "public, max-age=31536000, immutable"

PHONE_PATHS = ["/", "/scan", "/enter", "/history", "/o/{rest:path}", "/s/{rest:path}"]
FILES = {
    "/desk": ("desk.html", "text/html"),
    "/manifest.webmanifest": ("manifest.webmanifest", "application/manifest+json"),
    "/manifest.en.webmanifest": ("manifest.en.webmanifest", "application/manifest+json"),
    "/favicon.svg": ("favicon.svg", "image/svg+xml"),
    "/favicon.ico": ("favicon.ico", "image/x-icon"),
}


def language(request: Request[Any, Any, Any]) -> str:
    """What the visitor chose, else the first of their languages that we speak, else Japanese."""
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return "ja"


def page(path: str, body: bytes, media_type: str) -> HTTPRouteHandler:
    """A file of the front end, kept in memory."""

    @get(path, include_in_schema=False, sync_to_thread=False)
    def shown() -> Response[bytes]:
        return Response(body, media_type=media_type)

    return shown


def pages(web: Path | None) -> Sequence[ControllerRouterHandler]:
    """Handlers for the shells and assets under `web`; none when there is no front end."""
    if web is None:
        return ()
    shells = {said: (web / f"phone.{said}.html").read_bytes() for said in LANGUAGES}

    @get(PHONE_PATHS, include_in_schema=False, sync_to_thread=False)
    def phone(request: Request[Any, Any, Any]) -> Response[bytes]:
        said = language(request)
        headers = {"vary": "Accept-Language, Cookie", "content-language": said}
        return Response(shells[said], media_type="text/html", headers=headers)

    files = [
        page(path, (web / name).read_bytes(), media_type)
        for path, (name, media_type) in FILES.items()
    ]
    assets = create_static_files_router(
        "/assets", [web / "assets"], include_in_schema=False, cache_control=None,
        after_request=_keep_for_a_year,
    )  # fmt: skip
    icons = create_static_files_router("/icons", [web / "icons"], include_in_schema=False)
    return (phone, *files, assets, icons)


def _keep_for_a_year(response: Response[Any]) -> Response[Any]:
    """The name of an asset holds its digest: what it names never changes."""
    response.headers["cache-control"] = YEAR
    return response
