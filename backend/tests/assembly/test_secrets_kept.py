"""No answer tells what is not the driver's, and nothing that names a person crosses the wall."""

from konsento.foundation.databases import PEOPLE
from konsento.management.accounts.visitor import COOKIE, digest
from tests.management.charges import settled
from tests.management.world import API_KEY, HOOK_SECRET, World
from tests.town import CAR, MINUTE_MS, SMID, Driver

EMAIL = "haruka@example.test"


async def charge_with_an_address(house: World, driver: Driver) -> dict[str, str]:
    """One whole charge; returns what is secret about it."""
    await house.do(CAR, "plug_car")
    quote = await driver.chooses(house.codes[CAR], energy_wh=1_300)
    session = await driver.begins(quote, email=EMAIL)
    await driver.pays(session)
    await house.let_pass(5 * MINUTE_MS)
    await driver.sees(session)
    await settled(house, driver, session, "energy_limit", after_ms=25 * MINUTE_MS)
    row = (await PEOPLE.ask("SELECT * FROM session"))[0]
    cookie = driver.phone.cookies[COOKIE]
    return {
        "e-mail address": EMAIL, "cookie": cookie, "visitor": digest(cookie),
        "session": session["session_id"], "quote": quote["quote_id"],
        "request number": row["request_number"], "meter": SMID[CAR],
    }  # fmt: skip


async def test_nothing_that_names_a_person_ever_reaches_the_control_system(
    house: World, driver: Driver
) -> None:
    secrets = await charge_with_an_address(house, driver)
    assert len(house.to_mdms.said) > 20
    for said in house.to_mdms.said:
        for what in ("e-mail address", "cookie", "visitor", "session", "quote"):
            assert secrets[what] not in said.text(), (what, said.url)
        names = {name.lower() for name, _ in said.headers}
        assert names <= {
            "host", "accept", "accept-encoding", "connection", "user-agent", "authorization",
            "content-length",
        }  # fmt: skip


async def test_the_provider_is_told_neither_the_meter_nor_the_request(
    house: World, driver: Driver
) -> None:
    secrets = await charge_with_an_address(house, driver)
    for said in house.to_provider.said:
        for what in ("cookie", "visitor", "request number", "meter", "e-mail address"):
            assert secrets[what] not in said.text(), (what, said.url)


async def test_no_answer_tells_a_driver_what_is_not_theirs_to_know(
    house: World, driver: Driver
) -> None:
    heard: list[str] = []

    async def note(answer: object) -> None:
        await answer.aread()  # type: ignore[attr-defined]
        heard.append(answer.text)  # type: ignore[attr-defined]

    driver.phone.event_hooks["response"].append(note)
    secrets = await charge_with_an_address(house, driver)
    session_id = secrets["session"]
    for path in ("", "/receipt", "/events"):
        await driver.get(f"/api/sessions/{session_id}{path}")
    await driver.get("/api/sessions")
    await driver.get(f"/api/outlets/{house.codes[CAR]}")
    assert len(heard) > 8
    secrets |= {"key": API_KEY, "hook": HOOK_SECRET, "provider's key": "sk_test_town"}
    secrets |= {"outlet's own name": CAR}
    for text in heard:
        for what in secrets.keys() - {"session", "quote"}:
            assert secrets[what] not in text, (what, text)


async def test_the_books_hold_an_address_once_and_a_cookie_never(
    house: World, driver: Driver
) -> None:
    secrets = await charge_with_an_address(house, driver)
    tables = ("session", "quote", "payment", "outbox", "inbox", "receipt", "ledger", "idempotency")
    for table in (*tables, "guest"):
        for row in await PEOPLE.ask(f"SELECT * FROM {table}"):
            assert secrets["cookie"] not in str(row)
            assert table == "guest" or EMAIL not in str(row), table
