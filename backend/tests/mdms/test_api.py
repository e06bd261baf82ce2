"""The HTTP door: keys, forms, problems."""

import httpx
import msgspec
import pytest

from konsento.foundation.databases import GRID
from konsento.mdms import contract
from konsento.mdms.contract import MdmsClient, MdmsRefused, MdmsUnreachable
from konsento.mdms.limits import BODY_BYTES, LINK_TESTS_PER_MINUTE
from konsento.mdms.outlets import register_management_server
from tests.mdms.neighbourhood import CAR, OURS, SMIDS, Neighbourhood, an_order, client

NUMBER = "req-00000001"
ORDER = msgspec.json.encode(an_order())
BODIES = {
    "limit": msgspec.json.encode(contract.RaiseLimit(generation=1, energy_wh_max=2_000)),
    "resume": msgspec.json.encode(contract.Resume(1)),
    "pings": msgspec.json.encode(contract.PingOrder((SMIDS[CAR],))),
    "open-switches": msgspec.json.encode(contract.SwitchQuestion((SMIDS[CAR],))),
}
DOORS = [
    ("PUT", "/mdms/v1/requests/req-00000001"),
    ("GET", "/mdms/v1/requests/req-00000001"),
    ("PUT", "/mdms/v1/requests/req-00000001/stop"),
    ("PUT", "/mdms/v1/requests/req-00000001/limit"),
    ("PUT", "/mdms/v1/requests/req-00000001/resume"),
    ("GET", "/mdms/v1/events"),
    ("GET", "/mdms/v1/outlets/OKY-0012"),
    ("POST", "/mdms/v1/outlets/OKY-0012/loopback"),
    ("POST", "/mdms/v1/outlets/OKY-0012/link-trace"),
    ("POST", "/mdms/v1/pings"),
    ("POST", "/mdms/v1/open-switches"),
]


async def ask(
    okayama: Neighbourhood,
    method: str,
    path: str,
    *,
    authorization: str | None = f"Bearer {OURS}",
    body: bytes = b"",
) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    transport = httpx.ASGITransport(app=okayama.app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://mdms") as http:
        return await http.request(method, path, content=body, headers=headers)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {OURS}", OURS, f"Bearer {OURS}x"],
)
async def test_no_door_opens_without_the_right_key(
    okayama: Neighbourhood, authorization: str | None
) -> None:
    for method, path in DOORS:
        body = BODIES.get(path.rpartition("/")[2], ORDER)
        answer = await ask(okayama, method, path, authorization=authorization, body=body)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["type"] == "/problems/wrong-api-key"
    assert not await GRID.ask("SELECT request_number FROM mdms_request")


def test_the_doors_listed_here_are_all_there_are(okayama: Neighbourhood) -> None:
    paths = {route.path for route in okayama.app.routes if route.path.startswith("/mdms/v1")}
    templates = {
        contract.REQUEST_PATH, contract.STOP_PATH, contract.LIMIT_PATH, contract.RESUME_PATH,
        contract.EVENTS_PATH, contract.OUTLET_PATH,
        contract.LOOPBACK_PATH, contract.LINK_TRACE_PATH, contract.PINGS_PATH,
        contract.OPEN_SWITCHES_PATH,
    }  # fmt: skip
    served = {path.replace(":str", "") for path in paths if "schema" not in path}
    assert served == templates
    assert len(DOORS) == len(templates) + 1


async def test_a_replaced_key_is_wrong_from_then_on(okayama: Neighbourhood) -> None:
    await register_management_server("ours", "a-new-key")
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.events(0)
    assert (refused.value.status, refused.value.slug) == (401, "wrong-api-key")
    await client(okayama.app, "a-new-key").events(0)


async def test_keys_are_kept_as_hashes(okayama: Neighbourhood) -> None:
    rows = await GRID.ask("SELECT key_sha256 FROM mdms_management_server")
    assert all(len(row["key_sha256"]) == 64 and OURS not in row["key_sha256"] for row in rows)


@pytest.mark.parametrize(
    "change",
    [
        {"outlet": "lower-case"},
        {"outlet": "X" * 33},
        {"energy_wh_max": -10},
        {"energy_wh_max": 0},
        {"energy_wh_max": 100_001},
        {"energy_wh_max": 1.5},
        {"energy_wh_max": True},
        {"energy_wh_max": None},
        {"duration_s_max": 86_401},
        {"counted_from": "whenever"},
        {"power_type": "Solar; DROP TABLE"},
        {"retailer": ""},
        {"customer": "Tanaka"},
        {"email": "tanaka@example.jp"},
    ],
)
async def test_an_order_of_another_form_is_refused_by_name(
    okayama: Neighbourhood, change: dict[str, object]
) -> None:
    body = msgspec.json.encode({**msgspec.to_builtins(an_order()), **change})
    answer = await ask(okayama, "PUT", f"/mdms/v1/requests/{NUMBER}", body=body)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/invalid-request"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"[" * 100_000, b"\xff\xfe"])
async def test_no_body_makes_the_door_stumble(okayama: Neighbourhood, body: bytes) -> None:
    answer = await ask(okayama, "PUT", f"/mdms/v1/requests/{NUMBER}", body=body)
    assert answer.status_code in {400, 413}
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_body_beyond_its_bound_is_not_read(okayama: Neighbourhood) -> None:
    body = b'{"outlet": "' + b"A" * BODY_BYTES + b'"}'
    answer = await ask(okayama, "PUT", f"/mdms/v1/requests/{NUMBER}", body=body)
    assert answer.status_code == 413


@pytest.mark.parametrize("number", ["short", "x" * 65, "with%20space1", "日本語日本語日本"])
async def test_a_request_number_of_another_form_is_refused(
    okayama: Neighbourhood, number: str
) -> None:
    answer = await ask(okayama, "PUT", f"/mdms/v1/requests/{number}", body=ORDER)
    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["after=-1", "after=x", "wait_s=26", "limit=0", "limit=501"])
async def test_a_page_of_another_form_is_refused(okayama: Neighbourhood, query: str) -> None:
    answer = await ask(okayama, "GET", f"/mdms/v1/events?{query}")
    assert answer.status_code == 400


async def test_an_order_is_201_when_new_and_200_when_repeated(okayama: Neighbourhood) -> None:
    path = f"/mdms/v1/requests/{NUMBER}"
    first = await ask(okayama, "PUT", path, body=ORDER)
    again = await ask(okayama, "PUT", path, body=ORDER)
    assert (first.status_code, again.status_code) == (201, 200)


async def test_an_outlet_is_shown_with_its_meters_id(okayama: Neighbourhood) -> None:
    await okayama.start()
    answer = await ask(okayama, "GET", f"/mdms/v1/outlets/{CAR}")
    shown = answer.json()
    assert shown["smid"] == SMIDS[CAR]
    assert (shown["state"], shown["switch"], shown["link"]) == ("charging", "closed", "up")
    assert shown["face"] == {"digits": "004711", "forward": "lit", "reverse": "lit"}
    missing = await ask(okayama, "GET", "/mdms/v1/outlets/OKY-9999")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/unknown-outlet")


async def test_loopback_and_link_trace_say_where_the_link_is_broken(
    okayama: Neighbourhood,
) -> None:
    assert (await okayama.ours.loopback(CAR)).answered
    await okayama.street.cut_link(SMIDS[CAR], "relay")
    assert not (await okayama.ours.loopback(CAR)).answered
    traced = await okayama.ours.link_trace(CAR)
    assert [(hop.name, hop.answered) for hop in traced.hops] == [
        ("head_end", True), ("concentrator", True), ("relay", False), ("meter", False),
    ]  # fmt: skip
    for probe in (okayama.ours.loopback, okayama.ours.link_trace):
        with pytest.raises(MdmsRefused) as refused:
            await probe("OKY-9999")
        assert refused.value.slug == "unknown-outlet"


async def test_link_tests_are_bounded_for_each_server(okayama: Neighbourhood) -> None:
    for _ in range(LINK_TESTS_PER_MINUTE):
        await okayama.ours.loopback(CAR)
    with pytest.raises(MdmsUnreachable, match="429"):
        await okayama.ours.loopback(CAR)
    assert (await okayama.theirs.loopback(CAR)).answered


async def test_what_cannot_be_understood_is_an_unknown_result_not_a_refusal() -> None:
    for response in (
        httpx.Response(502, text="bad gateway"),
        httpx.Response(200, text="<html>"),
        httpx.Response(404, text="<html>"),
    ):

        def answer(_: httpx.Request, response: httpx.Response = response) -> httpx.Response:
            return response

        http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://mdms")
        with pytest.raises(MdmsUnreachable):
            await MdmsClient(http, "key").request(NUMBER)


async def test_a_lost_connection_is_an_unknown_result() -> None:
    def cut(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("nothing came")

    http = httpx.AsyncClient(transport=httpx.MockTransport(cut), base_url="http://mdms")
    with pytest.raises(MdmsUnreachable):
        await MdmsClient(http, "key").order(NUMBER, an_order())
