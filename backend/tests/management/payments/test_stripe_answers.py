"""What Stripe answers is a yes, a no or neither; and real money never meets the pretended."""

import httpx
import pytest

from konsento.management.payments.gateway import GatewayRefused, GatewayUnavailable
from konsento.management.payments.stripe_gateway import StripeGateway, StripeHttp, WrongKey
from tests.management.payments.till import SECRET, order, over, refused, unavailable
from tests.twin.stage import API_KEY, BASE, Hasty, Stage


async def test_what_does_not_exist_is_refused(gateway: StripeGateway) -> None:
    assert await refused(gateway.look("cs_test_nobody")) == "resource_missing"
    assert await refused(gateway.capture("pi_nobody", 500, "c")) == "resource_missing"
    assert await refused(gateway.expire("cs_test_nobody", "e")) == "resource_missing"


async def test_too_small_an_order_is_refused(stage: Stage, gateway: StripeGateway) -> None:
    small = gateway.open_checkout(order(stage, amount_yen=49), "k")
    assert await refused(small) == "amount_too_small"


def answering(status: int, body: bytes, **headers: str) -> StripeGateway:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=body, headers=headers)

    return over(Hasty(httpx.MockTransport(answer)))


WORDED = b'{"error": {"type": "%s", "message": "no", "code": "%s"}}'


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, WORDED % (b"api_error", b"x")),
        (503, b"<html>busy</html>"),
        (429, WORDED % (b"invalid_request_error", b"rate_limit")),
        (400, WORDED % (b"invalid_request_error", b"rate_limit")),
        (409, WORDED % (b"idempotency_error", b"idempotency_key_in_use")),
        (408, b""),
        (404, b"<html>a proxy lost its way</html>"),
        (302, b""),
        (200, b"<html>hello</html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, b"5"),
        (200, b"\xff"),
        (500, b"[]"),
        (400, b'{"error": "odd"}'),
        (400, b'{"error": null}'),
        (200, b"{}"),
        (200, b'{"id": "cs_1", "object": "checkout.session", "status": "melting"}'),
        (
            200,
            b'{"id": "cs_1", "object": "checkout.session", "status": "open",'
            b' "payment_intent": "pi_unexpanded"}',
        ),
    ],
)
async def test_no_usable_answer_means_ask_again(status: int, body: bytes) -> None:
    gateway = answering(status, body)
    await unavailable(gateway.look("cs_1"))
    await gateway.close()


PAYMENT = (
    b'{"id": "cs_1", "object": "checkout.session", "status": "complete", "payment_intent":'
    b'{"id": "pi_1", "object": "payment_intent", "status": "%s", "currency": "%s",'
    b'"amount_capturable": 0, "amount_received": 0}}'
)


@pytest.mark.parametrize(("status", "currency"), [(b"melting", b"jpy"), (b"succeeded", b"usd")])
async def test_money_in_an_unknown_state_or_currency_is_not_guessed_at(
    status: bytes, currency: bytes
) -> None:
    gateway = answering(200, PAYMENT % (status, currency))
    await unavailable(gateway.look("cs_1"))
    await gateway.close()


async def test_a_payment_still_processing_holds_nothing() -> None:
    gateway = answering(200, PAYMENT % (b"processing", b"jpy"))
    assert (await gateway.look("cs_1")).hold == "none"
    await gateway.close()


@pytest.mark.parametrize(
    ("status", "kind", "code", "said"),
    [
        (400, b"invalid_request_error", b"amount_too_small", "amount_too_small"),
        (401, b"invalid_request_error", b"", "AuthenticationError"),
        (403, b"invalid_request_error", b"", "PermissionError"),
        (402, b"card_error", b"card_declined", "card_declined"),
        (404, b"invalid_request_error", b"resource_missing", "resource_missing"),
        (400, b"idempotency_error", b"", "idempotency_error"),
    ],
)
async def test_what_stripe_worded_itself_is_a_no(
    status: int, kind: bytes, code: bytes, said: str
) -> None:
    gateway = answering(status, WORDED % (kind, code))
    assert await refused(gateway.look("cs_1")) == said
    await gateway.close()


@pytest.mark.parametrize(("status", "kind"), [(400, GatewayRefused), (200, GatewayUnavailable)])
async def test_a_page_that_stays_open_is_not_called_expired(
    status: int, kind: type[Exception]
) -> None:
    still_open = b'{"id": "cs_1", "object": "checkout.session", "status": "open"}'

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" or status == 200:
            return httpx.Response(200, content=still_open)
        return httpx.Response(status, content=WORDED % (b"invalid_request_error", b"odd"))

    gateway = over(Hasty(httpx.MockTransport(answer)))
    with pytest.raises(kind):
        await gateway.expire("cs_1", "e")
    await gateway.close()


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
        ConnectionResetError(),
    ],
)
async def test_a_broken_line_means_ask_again(fault: Exception) -> None:
    def break_off(_: httpx.Request) -> httpx.Response:
        raise fault

    gateway = over(Hasty(httpx.MockTransport(break_off)))
    await unavailable(gateway.look("cs_1"))
    await gateway.close()


@pytest.mark.parametrize(
    ("key", "sandbox", "api_base"),
    [
        ("sk_live_x", True, None),
        ("rk_live_x", True, None),
        ("sk_live_x", False, BASE),
        ("sk_live_x", True, BASE),
        ("sk_test_x", False, BASE),
        ("pk_test_x", True, BASE),
        ("", True, None),
    ],
)
def test_real_and_pretended_money_do_not_meet(
    key: str, sandbox: bool, api_base: str | None
) -> None:
    with pytest.raises(WrongKey):
        StripeGateway(secret_key=key, webhook_secret=SECRET, sandbox=sandbox, api_base=api_base)


def test_a_webhook_secret_must_be_given() -> None:
    with pytest.raises(WrongKey):
        StripeGateway(secret_key=API_KEY, webhook_secret=" ", sandbox=True)


async def test_the_pause_before_a_retry_lets_others_run() -> None:
    http = StripeHttp()
    await http.sleep_async(0)
    await http.close_async()
