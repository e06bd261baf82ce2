"""The demo on the local network: HTTPS that a phone trusts once it has the demo's authority."""

import asyncio
import ssl
from pathlib import Path

import httpx
import pytest

from konsento.foundation.clock import SystemClock
from tests.assembly.processes.houses import Process, free_port, until

HERE = "127.0.0.1"


@pytest.mark.timeout(120)
async def test_who_trusts_its_authority_is_let_in_and_who_does_not_is_warned(
    tmp_path: Path,
) -> None:
    port, folder = free_port(), tmp_path / "var"
    demo = Process(tmp_path / "demo.log", "demo", "--lan", HERE, "--folder", str(folder), port=port)
    url = f"https://{HERE}:{port}"
    await demo.start()
    try:
        await until(lambda: _exists(folder / "trust" / "leaf.pem"))
        trust = ssl.create_default_context(cafile=folder / "trust" / "ca.pem")
        async with httpx.AsyncClient(base_url=url, verify=trust) as phone:
            await until(lambda: _answers(phone))
            await _opens(phone, url)
        async with httpx.AsyncClient(base_url=url) as stranger:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.get("/")
    finally:
        status = await demo.end()
    assert status == 0
    printed = demo.log.read_text()
    assert f"{url}/o/" in printed
    assert f"{url}/demo/trust" in printed


async def _exists(path: Path) -> bool:
    return await asyncio.to_thread(path.exists)


async def _answers(phone: httpx.AsyncClient) -> bool:
    try:
        return (await phone.get("/health/ready")).is_success
    except httpx.TransportError:
        return False


async def _opens(phone: httpx.AsyncClient, url: str) -> None:
    """The page, the API with its cookie, the provider's page, and the way to trust it."""
    assert "<!doctype html>" in (await phone.get("/")).text.lower()
    street = (await phone.get("/demo/api/street")).json()
    assert street["public_url"] == url
    code = next(each["code"] for each in street["outlets"] if each["outlet"] == "OKW-0012")

    async def is_free() -> bool:
        state: str = (await phone.get(f"/api/outlets/{code}")).json()["state"]
        return state == "free"

    await until(is_free)
    assert "__Host-visitor" in phone.cookies
    wish = {
        "code": code, "by": "energy", "power_type": "solar", "retailer_id": "harukaze",
        "energy_wh": 2_000,
    }  # fmt: skip
    quote = (await _posts(phone, "/api/quotes", wish)).json()
    session = (await _posts(phone, "/api/sessions", {"quote_id": quote["quote_id"]})).json()
    assert session["pay_url"].startswith(f"{url}/sandbox/")
    assert (await phone.get(session["pay_url"])).is_success
    trust = await phone.get("/demo/trust")
    assert "SHA-256" in trust.text
    certificate = await phone.get("/demo/ca.crt")
    assert certificate.headers["content-type"] == "application/x-x509-ca-cert"
    assert ssl.DER_cert_to_PEM_cert(certificate.content)


async def _posts(phone: httpx.AsyncClient, path: str, body: dict[str, object]) -> httpx.Response:
    key = f"lan-{path.rpartition('/')[2]}-{SystemClock().now_ms()}"
    headers = {"X-Requested-By": "konsento", "Idempotency-Key": key}
    answer = await phone.post(path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer
