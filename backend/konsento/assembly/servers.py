"""The management server's application: its rooms' doors behind one doorway."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar, Request
from litestar.di import Provide
from litestar.types import ControllerRouterHandler, HTTPScope

from konsento.assembly.house import House
from konsento.assembly.openapi import described, openapi_config
from konsento.assembly.pages import nowhere, pages
from konsento.assembly.reference import reference
from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.edge.figures import metrics
from konsento.foundation.edge.forwarded import counted_as
from konsento.foundation.edge.health import live, readiness
from konsento.foundation.edge.idempotency import Idempotency, KeptAnswers
from konsento.foundation.edge.rates import Rate
from konsento.foundation.limits import BODY_BYTES
from konsento.foundation.problems import problem_handlers
from konsento.management.accounts.visitor import Visitors, visitor
from konsento.management.charging import api as charging
from konsento.management.customers import api as customers
from konsento.management.customers.hands import Registry
from konsento.management.customers.links import UNSUBSCRIBE_PATH
from konsento.management.notices import api as notices
from konsento.management.notices.outages import power_api
from konsento.management.operators import api as operators
from konsento.management.operators import report_api as reports
from konsento.management.operators.sign_in import COOKIE as DESK_COOKIE
from konsento.management.payments import api as payments
from konsento.management.retail import api as retail

OPEN_PATHS = ("/api/stripe/webhook", UNSUBSCRIBE_PATH)
ROOMS: list[ControllerRouterHandler] = [
    *customers.HANDLERS,
    *charging.HANDLERS,
    *retail.HANDLERS,
    *payments.HANDLERS,
    *notices.HANDLERS,
    *power_api.HANDLERS,
    *operators.HANDLERS,
    *reports.HANDLERS,
]
GUESSES = 10
GUESSES_PER_MS = 600_000


def asker(request: Request[Any, Any, Any]) -> str:
    """Whom a rate counts against: the peer by its address, or its network."""
    return counted_as(request.client.host) if request.client else "unknown"


def principal(scope: HTTPScope) -> bytes:
    """Whose an Idempotency-Key is: this browser's, and whoever sits at the desk in it.

    A browser without a cookie has been given its secret by now, which nobody else has.
    """
    desk = Request[Any, Any, Any](scope).cookies.get(DESK_COOKIE, "")
    return f"{scope['state']['visitor']}\0{desk}".encode()


def given(value: Any) -> Provide:
    """The same thing for every request."""
    return Provide(lambda: value, sync_to_thread=False)


def registry_of(house: House) -> Registry:
    return Registry(house.clock, house.ids, house.outbox, house.settings.mail_secret)


def dependencies(house: House) -> dict[str, Provide]:
    """What handlers may name as parameters."""
    return {
        "visitor": Provide(visitor),
        "asker": Provide(asker, sync_to_thread=False),
        "clock": given(house.clock),
        "ids": given(house.ids),
        "till": given(house.till),
        "mdms": given(house.till.mdms),
        "closing": given(house.closing),
        "desk": given(house.desk),
        "herald": given(house.herald),
        "teller": given(house.teller),
        "darkness": given(house.darkness),
        "guesses": given(Rate(GUESSES, GUESSES_PER_MS)),
        "registry": given(registry_of(house)),
        "public_url": given(house.settings.public_url),
        "quote_held_ms": given(house.settings.quote_held_ms),
        "counted_from": given(house.settings.counted_from),
    }


def management_app(
    house: House,
    *,
    web: Path | None = None,
    more: Sequence[ControllerRouterHandler] = (),
    handed: Mapping[str, object] | None = None,
) -> Litestar:
    """The rooms' doors as Litestar serves them.

    `more` are doors only the demo has, and `handed` what they need by name.
    """
    answers = KeptAnswers(PEOPLE, house.clock)
    once = Idempotency(answers, whose=principal)
    return Litestar(
        [
            *ROOMS, live, readiness([PEOPLE]), metrics,
            *reference(description()), *pages(web), *more,
        ],
        middleware=[Visitors(house.ids), once],
        dependencies=dependencies(house) | {k: given(v) for k, v in (handed or {}).items()},
        exception_handlers={**problem_handlers(), **nowhere(web)},
        openapi_config=None,
        request_max_body_size=BODY_BYTES,
        logging_config=None,
    )  # fmt: skip


def bare_app() -> Litestar:
    """The doors without a house behind them, for the API's description."""
    names = (
        "visitor", "asker", "clock", "ids", "till", "mdms", "closing", "desk", "herald", "guesses",
        "registry", "teller", "public_url", "quote_held_ms", "counted_from", "darkness",
    )  # fmt: skip
    nothing = {name: given(None) for name in names}
    return Litestar(
        ROOMS, dependencies=nothing, openapi_config=openapi_config(), logging_config=None
    )


@cache
def description() -> dict[str, Any]:
    """The API as described; the same for every house."""
    return described(bare_app())


def management_server(app: Litestar, wall_clock: Clock) -> Doorway:
    """The application behind its doorway, which measures by the clock on the wall."""
    return Doorway(app, wall_clock, open_paths=OPEN_PATHS)
