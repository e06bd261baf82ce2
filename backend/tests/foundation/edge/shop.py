"""A small Litestar app behind the doorway, with all that can go wrong in one."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import msgspec
from litestar import Litestar, Request, get, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath, JSONBody
from litestar.types import HTTPScope

from konsento.foundation.clock import Clock, SystemClock
from konsento.foundation.database import Database, DatabaseBusy
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.edge.idempotency import Idempotency, KeptAnswers
from konsento.foundation.limits import BODY_BYTES
from konsento.foundation.problems import Refusal, problem_handlers

OURS = {"X-Requested-By": "konsento"}


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jar: Annotated[str, msgspec.Meta(max_length=40)]
    price_yen: Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class SoldOut(Refusal):
    status = 409
    slug = "sold-out"
    title = "There is none left."


GivenOrder = JSONBody[Order]


@get("/jars/{jar:str}")
async def see_jar(jar: FromPath[str]) -> dict[str, str]:
    return {"jar": jar}


@get("/secret")
async def see_secret() -> None:
    raise NotAuthorizedException(headers={"WWW-Authenticate": "Konsento"})


@get("/broken")
async def break_down() -> None:
    raise ZeroDivisionError("kana@example.jp")


@get("/busy")
async def be_busy() -> None:
    raise DatabaseBusy("no connection")


@post("/refused")
async def refuse() -> None:
    raise SoldOut("The last plum went at noon.", jar="plum")


@post("/plain", opt={"repeatable": True})
async def take_plainly(data: GivenOrder) -> Order:
    return data


@post("/hooks/bank", opt={"repeatable": True})
async def hear_the_bank() -> dict[str, bool]:
    return {"heard": True}


def by_cookie(scope: HTTPScope) -> bytes:
    """Customers are known by name."""
    return Request[Any, Any, Any](scope).cookies.get("visitor", "").encode()


def app(*more: object, answers: KeptAnswers | None = None) -> Litestar:
    middleware = [Idempotency(answers, whose=by_cookie)] if answers else []
    handlers = [see_jar, see_secret, break_down, be_busy, refuse, take_plainly, hear_the_bank]
    return Litestar(
        [*handlers, *more],  # type: ignore[list-item]
        middleware=middleware,
        exception_handlers=problem_handlers(),
        request_max_body_size=BODY_BYTES,
        openapi_config=None,
        logging_config=None,
    )


async def visit(
    shelf: Database | None = None, *more: object, clock: Clock | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop; with `shelf`, every order is kept to one effect a key."""
    answers = KeptAnswers(shelf, clock or SystemClock()) if shelf else None
    door = Doorway(app(*more, answers=answers), SystemClock(), open_paths=("/hooks/",))
    transport = httpx.ASGITransport(door)  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url="http://shop", headers=OURS
    ) as client:
        yield client
