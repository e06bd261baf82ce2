"""The page that leads a phone to trust the demo: the authority's certificate, step by step."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from konsento.assembly.demo.authority import Papers
from konsento.assembly.pages import page

PAGE = Path(__file__).resolve().parent / "trust"


def trust_pages(papers: Papers) -> Sequence[HTTPRouteHandler]:
    """/demo/trust, its style, and /demo/ca.crt."""
    templates = Environment(loader=FileSystemLoader(PAGE), autoescape=select_autoescape())
    told = templates.get_template("trust.html").render(fingerprint=papers.fingerprint).encode()

    @get("/demo/ca.crt", include_in_schema=False, sync_to_thread=False)
    def certificate() -> Response[bytes]:
        return Response(papers.authority_der, media_type="application/x-x509-ca-cert")

    style = (PAGE / "trust.css").read_bytes()
    return (
        page("/demo/trust", told, "text/html"),
        page("/demo/trust.css", style, "text/css"),
        certificate,
    )
