"""The wire: `/v1/...` as Stripe answers it, one transaction a request."""

import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any, cast

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath
from msgspec import Struct

from konsento.twin import orders, params, saved
from konsento.twin.faults import Fault
from konsento.twin.form import read_form
from konsento.twin.keys import (
    Answer,
    check_key,
    fingerprint,
    in_use,
    keep_answer,
    kept_answer,
)
from konsento.twin.lapses import let_lapse
from konsento.twin.limits import BODY_BYTES_MAX
from konsento.twin.refusals import WireError, saved_failure
from konsento.twin.tables import TWIN
from konsento.twin.views import API_VERSION, View
from konsento.twin.world import World

Run = Callable[[World, dict[str, Any], str], Awaitable[View]]
FAULT_STATE = "twin_fault"


class Call(Struct, frozen=True):
    """One thing the wire can be asked."""

    method: str
    path: re.Pattern[str]
    run: Run
    fields: params.Table
    needed: tuple[str, ...] = ()


class Order(Struct, frozen=True):
    """A call with its checked parameters, and the fault it is to meet."""

    call: Call
    path: str
    params: dict[str, Any]
    name: str
    fault: Fault


def _call(method: str, path: str, run: Run, fields: params.Table, *needed: str) -> Call:
    return Call(
        method, re.compile(path.replace("ID", r"([A-Za-z0-9_]{1,100})")), run, fields, needed
    )


CALLS = (
    _call(
        "POST",
        "checkout/sessions",
        orders.create_session,
        params.SESSION_CREATE,
        "mode",
        "line_items",
        "success_url",
    ),
    _call("GET", "checkout/sessions", orders.list_sessions, params.SESSION_LIST),
    _call("GET", "checkout/sessions/ID", orders.retrieve_session, params.ONLY_EXPAND),
    _call("POST", "checkout/sessions/ID/expire", orders.expire_session, params.ONLY_EXPAND),
    _call(
        "POST",
        "payment_intents",
        saved.create_payment,
        params.PAYMENT_CREATE,
        "amount",
        "currency",
        "customer",
        "payment_method",
        "confirm",
    ),
    _call("GET", "payment_intents", orders.list_payments, params.PAYMENT_LIST),
    _call("GET", "payment_intents/ID", orders.retrieve_payment, params.ONLY_EXPAND),
    _call("POST", "payment_intents/ID/capture", orders.capture_payment, params.PAYMENT_CAPTURE),
    _call("POST", "payment_intents/ID/cancel", orders.cancel_payment, params.PAYMENT_CANCEL),
    _call("POST", "refunds", orders.create_refund, params.REFUND_CREATE, "payment_intent"),
    _call("GET", "refunds", orders.list_refunds, params.REFUND_LIST),
    _call("GET", "customers/ID", saved.retrieve_customer, params.ONLY_EXPAND),
    _call("GET", "customers/ID/payment_methods", saved.list_methods, params.LISTING),
    _call("GET", "payment_methods/ID", saved.retrieve_method, params.ONLY_EXPAND),
    _call("POST", "payment_methods/ID/detach", saved.detach, params.ONLY_EXPAND),
    _call("GET", "refunds/ID", orders.retrieve_refund, params.ONLY_EXPAND),
)


@route("/v1/{path:path}", http_method=["GET", "POST"], status_code=200)
async def wire(
    request: Request[Any, Any, Any], world: NamedDependency[World], path: FromPath[str]
) -> Response[View]:
    """Any request to the API; every refusal has Stripe's shape."""
    fault = cast(Fault, request.scope["state"].get(FAULT_STATE, "none"))
    replayed = False
    try:
        _check_bearer(request, world)
        call, name = _find(request.method, path.strip("/"))
        raw = request.scope["query_string"] if call.method == "GET" else await request.body()
        if len(raw) > BODY_BYTES_MAX:
            raise WireError("The request is too large.", status=413)
        checked = params.read(read_form(raw), call.fields, call.needed)
        order = Order(call, path, checked, name, fault)
        key = request.headers.get("idempotency-key") if call.method == "POST" else None
        if key is None:
            status, view = await _answer(world, order)
        else:
            check_key(key)
            (status, view), replayed = await _answer_once(world, order, key)
    except WireError as refusal:
        status, view = refusal.status, refusal.body()
    headers = {"Request-Id": f"req_{world.ids.fresh()}", "Stripe-Version": API_VERSION}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    if status >= 500:
        headers["Stripe-Should-Retry"] = "false"
    return Response(view, status_code=status, media_type=MediaType.JSON, headers=headers)


def _check_bearer(request: Request[Any, Any, Any], world: World) -> None:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), world.api_key.encode()):
        raise WireError("Invalid API Key provided.", status=401)


def _find(method: str, path: str) -> tuple[Call, str]:
    for call in CALLS:
        match = call.path.fullmatch(path)
        if match is not None and call.method == method:
            return call, match[1] if match.groups() else ""
    raise WireError(f"Unrecognized request URL ({method}: /v1/{path}).", status=404)


async def _answer(world: World, order: Order) -> Answer:
    """Run the order in a transaction of its own; nothing is kept for a repetition."""
    await _linger(world, order)
    async with TWIN.writing("twin") as transaction:
        transaction.after_commit(world.bell.ring)
        await let_lapse(world)
        return await _run(world, order)


async def _answer_once(world: World, order: Order, key: str) -> tuple[Answer, bool]:
    """Run the order unless its answer is kept under the key; whether it was comes second."""
    if key in world.keys_in_use:
        raise in_use()
    world.keys_in_use.add(key)
    try:
        await _linger(world, order)
        now_ms, print_of_order = world.clock.now_ms(), fingerprint(order.path, order.params)
        async with TWIN.writing("twin") as transaction:
            transaction.after_commit(world.bell.ring)
            kept = await kept_answer(key, print_of_order, now_ms)
            if kept is not None:
                return kept, True
            await let_lapse(world)
            answer = await _run(world, order)
            await keep_answer(key, print_of_order, answer, now_ms)
            return answer, False
    finally:
        world.keys_in_use.discard(key)


async def _linger(world: World, order: Order) -> None:
    if order.fault == "slow":
        await world.clock.sleep(world.faults.slow_ms)


async def _run(world: World, order: Order) -> Answer:
    """The answer of an order that began to run: also a refusal, or a failure, is an answer."""
    if order.fault == "saved_500":
        failure = saved_failure()
        return failure.status, failure.body()
    try:
        return 200, await order.call.run(world, order.params, order.name)
    except WireError as refusal:
        return refusal.status, refusal.body()
