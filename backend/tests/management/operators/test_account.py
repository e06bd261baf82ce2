"""An account is what it was last told to be; saying it twice changes nothing."""

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.operators.account import Operator, UnfitAccount, account_of, enrol
from konsento.management.operators.limits import PASSWORD_CHARS_MIN
from tests.management.operators.front_desk import HANA, FrontDesk


async def enrolled(front: FrontDesk, name: str, password: str, facility: str) -> Operator:
    return await enrol(
        name, password, facility,
        passwords=front.desk.passwords, clock=front.clock, ids=front.ids,
    )  # fmt: skip


async def test_enrolling_twice_is_once_and_signs_nobody_out(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    before = await account_of("hana")
    again = await enrolled(front, *HANA, "midori")
    assert before is not None
    assert again == before.operator
    assert await account_of("hana") == before
    assert (await front.ask(hana, "GET", "/me")).status_code == 200


async def test_a_new_password_signs_out_whoever_had_the_old_one(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    await enrolled(front, "hana", "a new password of hana", "midori")
    assert (await front.ask(hana, "GET", "/me")).status_code == 401
    assert (await front.sign_in(front.browser(), *HANA)).status_code == 401
    await front.sit_down(("hana", "a new password of hana"))


async def test_another_facility_signs_out_of_the_old_one(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    await enrolled(front, *HANA, "aoba")
    assert (await front.ask(hana, "GET", "/me")).status_code == 401
    moved = await front.sit_down(HANA)
    assert (await front.ask(moved, "GET", "/me")).json()["facility"] == "aoba"


@pytest.mark.parametrize("typed", ["Hana", " hana ", "ＨＡＮＡ", "hana"])
async def test_a_name_is_the_same_however_it_is_typed(front: FrontDesk, typed: str) -> None:
    assert (await front.sign_in(front.browser(), typed, HANA[1])).status_code == 200


@pytest.mark.parametrize(
    ("name", "password", "facility"),
    [
        ("", "long enough a password", "midori"),
        ("x" * 65, "long enough a password", "midori"),
        ("new", "x" * (PASSWORD_CHARS_MIN - 1), "midori"),
        ("new", "x" * 129, "midori"),
        ("new", "long enough a password", ""),
    ],
)
async def test_an_account_that_may_not_be_is_not_made(
    front: FrontDesk, name: str, password: str, facility: str
) -> None:
    with pytest.raises(UnfitAccount):
        await enrolled(front, name, password, facility)
    assert await account_of(name) is None


async def test_the_password_stands_nowhere_in_the_database(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    await front.sign_in(hana, HANA[0], "a wrong password")
    for table in ("operator_account", "operator_session", "idempotency"):
        rows = str(await PEOPLE.ask(f"SELECT * FROM {table}"))
        assert HANA[1] not in rows
    assert await PEOPLE.ask("SELECT * FROM idempotency") == []
