"""Every error as RFC 9457 says it: application/problem+json with a stable type.

A room states its refusals as named exceptions; this is the only place that turns them, and
whatever else goes wrong, into an answer.
"""

from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from konsento.foundation.database import DatabaseBusy

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
KEPT_HEADERS = frozenset({"allow", "www-authenticate", "retry-after"})


class Refusal(Exception):
    """A named fact that stops a request. `str()` is the detail; `more` goes beside it."""

    status: int = 400
    slug: str = "refused"
    title: str = "The request was refused."

    def __init__(self, detail: str = "", **more: Any) -> None:
        super().__init__(detail or self.title)
        self.more = more


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457, section 3.1."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: tuple[str, ...] = ()


def answer(
    status: int, slug: str, title: str, detail: str = "", **more: Any
) -> Response[dict[str, Any]]:
    """A problem as a response; 429 and 503 always say when to come back."""
    body = {"type": f"/problems/{slug}", "title": title, "status": status}
    if detail and detail != title:
        body["detail"] = detail
    headers = {}
    if status in (429, 503) or "retry_after_s" in more:
        headers["Retry-After"] = str(more.get("retry_after_s", 1))
    return Response({**body, **more}, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _refused(_: Request[Any, Any, Any], fact: Refusal) -> Response[dict[str, Any]]:
    return answer(fact.status, fact.slug, fact.title, str(fact), **fact.more)


def unrouted(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """What the framework itself refuses: no such path, no such method, not of the stated form."""
    if error.status_code >= 500:
        return _unforeseen(request, error)
    if isinstance(error, ValidationException):
        return _invalid(error)
    phrase = HTTPStatus(error.status_code).phrase
    response = answer(error.status_code, phrase.lower().replace(" ", "-"), phrase)
    given = error.headers or {}
    response.headers.update({name: given[name] for name in given if name.lower() in KEPT_HEADERS})
    return response


def _invalid(error: ValidationException) -> Response[dict[str, Any]]:
    said = error.extra if isinstance(error.extra, list) else []
    errors = [
        f"{item.get('key', '')}: {item.get('message', '')}".strip(": ")
        for item in said
        if isinstance(item, dict)
    ]
    return answer(400, "invalid-request", "The request is not of the stated form.", errors=errors)


def _busy(_: Request[Any, Any, Any], __: DatabaseBusy) -> Response[dict[str, Any]]:
    return answer(503, "busy", "Too much at once; nothing was changed.", retry_after_s=1)


def _too_deep(_: Request[Any, Any, Any], __: RecursionError) -> Response[dict[str, Any]]:
    return answer(400, "invalid-request", "The request is nested too deeply.")


def _unforeseen(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.error("request failed", path=request.scope["path"], exc_info=error)
    return answer(500, "internal-error", "Something went wrong on our side. Nothing is lost.")


def problem_handlers() -> ExceptionHandlersMap:
    """For Litestar's `exception_handlers`."""
    return {
        Refusal: _refused,
        HTTPException: unrouted,
        DatabaseBusy: _busy,
        RecursionError: _too_deep,
        Exception: _unforeseen,
    }
