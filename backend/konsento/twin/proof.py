"""The issuer's page for a saved card: is this really you? A button leads back to the merchant."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from konsento.twin import saved
from konsento.twin.page import Asked, html, on_to, render, unknown
from konsento.twin.payment import Payment, Status
from konsento.twin.refusals import WireError
from konsento.twin.words import language_of
from konsento.twin.world import World


@get("/proof/{payment_id:str}")
async def show_proof(
    request: Asked, world: NamedDependency[World], payment_id: FromPath[str]
) -> Response[str]:
    """The question, as long as it is asked; afterwards the way back."""
    try:
        payment = await saved.see_proof(world, payment_id)
    except WireError:
        return unknown(request)
    return _page(request, payment)


@post("/proof/{payment_id:str}", status_code=200)
async def answer_proof(
    request: Asked, world: NamedDependency[World], payment_id: FromPath[str]
) -> Response[str]:
    """A button was pressed; pressed twice, the second time only leads back."""
    body = (await request.body())[:200]
    try:
        await saved.see_proof(world, payment_id)
        wish = dict(parse_qsl(body.decode("ascii", "replace"))).get("do")
        if wish in ("approve", "refuse"):
            await saved.prove(world, payment_id, approved=wish == "approve")
        payment = await saved.see_proof(world, payment_id)
    except WireError:
        return unknown(request)
    return _page(request, payment)


def _page(request: Asked, payment: Payment) -> Response[str]:
    back = payment.return_url or ""
    if payment.status is not Status.WANTS_PROOF:
        return on_to(_way_back(payment, back))
    language = language_of("auto", request.headers.get("accept-language", ""))
    last4 = payment.card.last4 if payment.card is not None else ""
    page = render("proof.html", language, amount=f"{payment.amount_yen:,}", last4=last4)
    return html(page, 200, [back])


def _way_back(payment: Payment, back: str) -> str:
    """The merchant's address with what the provider adds to it."""
    told = "succeeded" if payment.status in (Status.HELD, Status.TAKEN) else "failed"
    scheme, place, path, query, _ = urlsplit(back)
    more = urlencode({"payment_intent": payment.id, "redirect_status": told})
    return urlunsplit((scheme, place, path, f"{query}&{more}" if query else more, ""))
