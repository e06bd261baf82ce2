"""The pages a browser loads: shells in the visitor's language, and the built assets."""

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler, ExceptionHandlersMap

from konsento.assembly.offered import Offered, Said, newcomers_outlet
from konsento.assembly.packed import answer, packed
from konsento.foundation.clock import Clock
from konsento.foundation.edge.doorway import policy
from konsento.foundation.edge.rates import Rate
from konsento.foundation.problems import MEDIA_TYPE, unrouted
from konsento.management.accounts.visitor import COOKIE as VISITOR
from konsento.management.charging.outlet_code import MistypedCode, read
from konsento.management.retail.api import OutletView
from konsento.mdms.contract import MdmsClient

WEB = Path(__file__).resolve().parents[1] / "web"
LANGUAGES: tuple[Said, ...] = ("ja", "en")
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
UNKNOWN = "application/octet-stream"
AssetName = Annotated[str, PathParameter(pattern=r"^[\w.-]{1,120}$(?!\n)", max_length=120)]
YEAR = "public, max-age=31536000, immutable"

NO_PAGES = ("/api/", "/mdms/", "/assets/", "/icons/")  # what is asked here is never a page
PHONE_PATHS = [
    "/", "/scan", "/enter", "/history", "/power", "/power/{rest:path}", "/mail/{rest:path}",
    "/s/{rest:path}",
]  # fmt: skip
FILES = {
    "/desk": ("desk.html", "text/html"),
    "/manifest.webmanifest": ("manifest.webmanifest", "application/manifest+json"),
    "/manifest.en.webmanifest": ("manifest.en.webmanifest", "application/manifest+json"),
    "/favicon.svg": ("favicon.svg", "image/svg+xml"),
    "/favicon.ico": ("favicon.ico", "image/x-icon"),
    # What the service worker keeps for a phone without a network, in either language.
    "/phone.ja.html": ("phone.ja.html", "text/html"),
    "/phone.en.html": ("phone.en.html", "text/html"),
    "/sw.js": ("sw.js", "text/javascript"),
}
# Asked for anew each time: else a browser would hear late of a new version.
FRESH = {"/sw.js"}
OPENINGS = (
    "home", "welcome", "outlet", "offered", "session", "receipt", "enter", "history", "power",
    "phone",
)  # fmt: skip
STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def language(request: Request[Any, Any, Any]) -> Said:
    """What the visitor chose, else the first of their languages that we speak, else Japanese."""
    tags = [part.split(";")[0] for part in request.headers.get("accept-language", "").split(",")]
    wished = [request.cookies.get("language", ""), *(tag.strip().lower()[:2] for tag in tags)]
    return next((said for wish in wished for said in LANGUAGES if said == wish), "ja")


def own_policy(body: bytes) -> str:
    """The content security policy of a page that carries its styles itself."""
    digests = (hashlib.sha256(style).digest() for style in STYLE.findall(body))
    return policy(styles=[f"sha256-{base64.b64encode(each).decode()}" for each in digests])


class Shells:
    """The phone's page in each language, as a browser asks for it.

    What a browser is led to from outside has an opening of its own, home and an outlet that is
    free another on a first visit; the plain page does for all else. A front end that lacks one of
    them is not whole: FileNotFoundError names what is missing.
    """

    def __init__(self, web: Path) -> None:
        names = [f"{name}.{said}.html" for name in OPENINGS for said in LANGUAGES]
        bodies = {name: (web / name).read_bytes() for name in names}
        self._files = {name: packed(body, "text/html") for name, body in bodies.items()}
        self._policies = {name: own_policy(body) for name, body in bodies.items()}
        self._offered = {said: Offered(bodies[f"offered.{said}.html"], said) for said in LANGUAGES}

    def shown(
        self,
        request: Request[Any, Any, Any],
        *,
        status: int = 200,
        outlet: OutletView | None = None,
    ) -> Response[bytes]:
        """`outlet` is what a newcomer's address leads to, where that is known already."""
        said = language(request)
        opening = _opening(request) if status == 200 else "phone"
        file = self._files[f"{opening}.{said}.html"]
        if outlet is not None and (body := self._offered[said].filled(outlet)):
            opening, file = "offered", packed(body, "text/html")
        headers = {
            "vary": "Accept-Language, Cookie, Accept",
            "content-language": said,
            "content-security-policy": self._policies[f"{opening}.{said}.html"],
            **_asked_next(request.scope["path"]),
        }
        return answer(request, file, headers, status=status)


def _opening(request: Request[Any, Any, Any]) -> str:
    path = request.scope["path"]
    if path == "/":
        return "home" if VISITOR in request.cookies else "welcome"
    match path.split("/")[1:]:
        case ["o", *_]:
            return "outlet"
        case ["s", _, "receipt"]:
            return "receipt"
        case ["s", _]:
            return "session"
        case [("enter" | "history" | "power") as name]:
            return name
    return "phone"


def _asked_next(path: str) -> dict[str, str]:
    """Has the browser ask for an outlet with its page: the scripts that ask are still to come."""
    room, _, typed = path[1:].partition("/")
    if room != "o":
        return {}
    try:
        code = read(typed)
    except MistypedCode:
        # The phone says so by itself and asks for nothing.
        return {}
    return {"link": f"</api/outlets/{code}>; rel=preload; as=fetch; crossorigin=anonymous"}


def wants_a_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser is being led here, by a link or by hand: it says that it reads pages."""
    if request.method not in {"GET", "HEAD"} or request.scope["path"].startswith(NO_PAGES):
        return False
    return request.accept.best_match([MEDIA_TYPE, "text/html"]) == "text/html"


def nowhere(web: Path | None) -> ExceptionHandlersMap:
    """For a path that leads nowhere: a browser gets the phone's page, which says so."""
    if web is None:
        return {}
    shells = Shells(web)

    def lost(request: Request[Any, Any, Any], error: NotFoundException) -> Response[Any]:
        if wants_a_page(request):
            return shells.shown(request, status=404)
        return unrouted(request, error)

    return {NotFoundException: lost}


def page(path: str, body: bytes, media_type: str) -> HTTPRouteHandler:
    """A file of the front end, kept in memory."""

    file = packed(body, media_type)
    headers = {"cache-control": "no-cache"} if path in FRESH else {}
    if media_type == "text/html":
        headers["content-security-policy"] = own_policy(body)

    @get(path, include_in_schema=False, sync_to_thread=False)
    def shown(request: Request[Any, Any, Any]) -> Response[bytes]:
        return answer(request, file, headers)

    return shown


def assets(folder: Path) -> HTTPRouteHandler:
    """The built scripts and styles. A name holds its digest: what it names never changes."""
    files = {
        path.name: packed(path.read_bytes(), KINDS.get(path.suffix, UNKNOWN))
        for path in folder.iterdir()
    }

    @get("/assets/{name:str}", include_in_schema=False, sync_to_thread=False)
    def asset(request: Request[Any, Any, Any], name: AssetName) -> Response[bytes]:
        if name not in files:
            raise NotFoundException
        return answer(request, files[name], {"cache-control": YEAR})

    return asset


def pages(web: Path | None) -> Sequence[ControllerRouterHandler]:
    """Handlers for the shells and assets under `web`; none when there is no front end."""
    if web is None:
        return ()
    shells = Shells(web)

    @get(PHONE_PATHS, include_in_schema=False, sync_to_thread=False)
    def phone(request: Request[Any, Any, Any]) -> Response[bytes]:
        return shells.shown(request)

    @get("/o/{rest:path}", include_in_schema=False)
    async def outlet(
        request: Request[Any, Any, Any],
        asker: NamedDependency[str],
        clock: NamedDependency[Clock],
        mdms: NamedDependency[MdmsClient],
        guesses: NamedDependency[Rate],
    ) -> Response[bytes]:
        known = None
        # Whoever was here before may have chosen another power, and has the scripts.
        if VISITOR not in request.cookies:
            typed = request.scope["path"].removeprefix("/o/")
            known = await newcomers_outlet(
                typed, asker=asker, guesses=guesses, clock=clock, mdms=mdms
            )
        return shells.shown(request, outlet=known)

    files = [
        page(path, (web / name).read_bytes(), media_type)
        for path, (name, media_type) in FILES.items()
    ]
    icons = create_static_files_router("/icons", [web / "icons"], include_in_schema=False)
    return (phone, outlet, *files, assets(web / "assets"), icons)
