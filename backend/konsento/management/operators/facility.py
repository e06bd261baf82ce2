"""A facility by its name, as its staff and its visitors call it."""

from typing import Literal

from konsento.foundation.databases import PEOPLE
from konsento.management.payments.view import Text


async def name_facility(facility: str, name_ja: str, name_en: str) -> None:
    """From now on it is called this. Safe to repeat."""
    async with PEOPLE.writing():
        await call(facility, name_ja, name_en)


async def call(facility: str, name_ja: str, name_en: str) -> Literal["new", "changed", "same"]:
    """The same within the caller's transaction; what became of its name."""
    found = await PEOPLE.ask(
        "SELECT name_ja, name_en FROM operator_facility WHERE id = {}", facility
    )
    if found == [{"name_ja": name_ja, "name_en": name_en}]:
        return "same"
    await PEOPLE.ask(
        "INSERT INTO operator_facility (id, name_ja, name_en) VALUES ({}, {}, {}) "
        "ON CONFLICT (id) DO UPDATE SET name_ja = {}, name_en = {}",
        facility, name_ja, name_en, name_ja, name_en,
    )  # fmt: skip
    return "changed" if found else "new"


async def name_of(facility: str) -> Text:
    """Where nobody has named it, its id stands for its name."""
    rows = await PEOPLE.ask(
        "SELECT name_ja, name_en FROM operator_facility WHERE id = {}", facility
    )
    return Text(rows[0]["name_ja"], rows[0]["name_en"]) if rows else Text(facility, facility)
