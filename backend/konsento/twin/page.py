"""The hosted page: where the driver's browser pays, on the server's side only."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from konsento.twin import driver
from konsento.twin.cards import NotACardNumber, NotATestCard, card_of
from konsento.twin.checkout import Checkout, way_back
from konsento.twin.checkout import Status as CheckoutStatus
from konsento.twin.payment import Payment
from konsento.twin.payment import Status as PaymentStatus
from konsento.twin.refusals import WireError
from konsento.twin.words import BANNER, WORDS, language_of
from konsento.twin.world import World

PAGES = Path(__file__).parent / "pages"
GOOD_NUMBER = "4242 4242 4242 4242"
FORM_BYTES_MAX = 4_096
STYLE = (PAGES / "twin.css").read_text(encoding="utf-8")
TEMPLATES = Environment(
    loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
Asked = Request[Any, Any, Any]


@get("/assets/twin.css", media_type="text/css; charset=utf-8", sync_to_thread=False)
def style() -> str:
    """The page's one style sheet."""
    return STYLE


@get("/pay/{checkout_id:str}")
async def show(
    request: Asked, world: NamedDependency[World], checkout_id: FromPath[str]
) -> Response[str]:
    """The page as its checkout stands: card, proof, over, or on to the merchant."""
    try:
        checkout, payment = await driver.see(world, checkout_id)
    except WireError:
        return unknown(request)
    return _page(request, checkout, payment)


@post("/pay/{checkout_id:str}", status_code=200)
async def act(
    request: Asked, world: NamedDependency[World], checkout_id: FromPath[str]
) -> Response[str]:
    """A button was pressed; pressed twice, the second time only shows what the first did."""
    form = _form(await request.body())
    try:
        checkout, payment = await driver.see(world, checkout_id)
    except WireError:
        return unknown(request)
    wish = form.get("do")
    if wish == "back" and checkout.cancel_url is not None:
        return on_to(checkout.cancel_url)
    if wish in ("approve", "refuse"):
        approved = wish == "approve"
        checkout, payment = await driver.prove(world, checkout_id, approved=approved)
    elif wish == "pay":
        number = form.get("number", "")
        try:
            checkout, payment = await driver.pay(world, checkout_id, card_of(number))
        except NotACardNumber:
            return _page(request, checkout, payment, mistake="mistyped", number=number)
        except NotATestCard:
            return _page(request, checkout, payment, mistake="not_a_test_card", number="")
    if checkout.status is CheckoutStatus.OPEN:
        return on_to(checkout.id)
    return _page(request, checkout, payment)


def _form(raw: bytes) -> dict[str, str]:
    if len(raw) > FORM_BYTES_MAX:
        return {}
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=10))
    except ValueError:
        return {}


def _page(
    request: Asked,
    checkout: Checkout,
    payment: Payment | None,
    *,
    mistake: str | None = None,
    number: str = GOOD_NUMBER,
) -> Response[str]:
    if checkout.status is CheckoutStatus.COMPLETE:
        return on_to(way_back(checkout))
    language = language_of(checkout.locale, request.headers.get("accept-language", ""))
    words = WORDS[language]
    amount = f"{checkout.amount_yen:,}"
    if checkout.status is CheckoutStatus.EXPIRED:
        told = {"title": words["over_title"], "note": words["over_note"]}
        page = render("over.html", language, **told, back=checkout.cancel_url)
        return html(page, 410, ways(checkout))
    if payment is not None and payment.status is PaymentStatus.WANTS_PROOF:
        last4 = payment.card.last4 if payment.card is not None else ""
        page = render("proof.html", language, amount=amount, last4=last4)
        return html(page, 200, ways(checkout))
    problem = words[mistake] if mistake is not None else _problem(payment, words)
    page = render(
        "card.html",
        language,
        names=checkout.names,
        amount=amount,
        manual=checkout.manual,
        problem=problem,
        invalid=mistake is not None,
        number=number,
    )
    return html(page, 200 if mistake is None else 422, ways(checkout))


def _problem(payment: Payment | None, words: dict[str, str]) -> str | None:
    if payment is None or payment.decline is None:
        return None
    code = payment.decline.decline_code or payment.decline.code
    return words.get(code, words["generic_decline"])


def unknown(request: Asked) -> Response[str]:
    """A page for an address that leads nowhere."""
    language = language_of("auto", request.headers.get("accept-language", ""))
    told = {"title": WORDS[language]["unknown_title"], "note": WORDS[language]["unknown_note"]}
    return html(render("over.html", language, **told, back=None), 404, [])


def render(name: str, language: Any, **values: Any) -> str:
    """One of the pages in one of the languages."""
    template = TEMPLATES.get_template(name)
    return template.render(language=language, banner=BANNER, w=WORDS[language], **values)


def on_to(address: str) -> Response[str]:
    """Lead the browser there."""
    headers = {"Location": address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response("", status_code=303, headers=headers)


def html(page: str, status: int, ways_on: list[str]) -> Response[str]:
    """A page whose forms may lead to these addresses."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy(ways_on),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(
        page, status_code=status, media_type="text/html; charset=utf-8", headers=headers
    )


def ways(checkout: Checkout) -> list[str]:
    """Where a checkout's page may lead to."""
    return [way for way in (checkout.success_url, checkout.cancel_url) if way]


def policy(ways_on: list[str]) -> str:
    """The page's Content-Security-Policy; a browser holds a form's redirect to it as well."""
    origins = {f"{urlsplit(way).scheme}://{urlsplit(way).netloc}" for way in ways_on}
    allowed = " ".join(["'self'", *sorted(origins)])
    return (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {allowed}"
    )
