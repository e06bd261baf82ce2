"""Who may tell and ask here: each neighbouring system by its key, and by what it is."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from msgspec import Struct

from konsento.foundation.databases import GRID
from konsento.foundation.edge.api_keys import hashed
from konsento.foundation.problems import Refusal
from konsento.outage.record.said import Source


class Role(StrEnum):
    """What a neighbour is."""

    COLLECTOR = "collector"  # brings readings and meters' events
    AUTOMATION = "automation"  # distribution automation
    OFFICE = "office"  # a sales office: what is known of an outage, planned works
    REGISTRAR = "registrar"  # loads the network's and the meters' tables
    READER = "reader"  # a management server


SPEAKS_AS: Mapping[Role, Source] = {
    Role.AUTOMATION: Source.DISTRIBUTION_AUTOMATION,
    Role.OFFICE: Source.SALES_OFFICE,
}
READERS = frozenset(Role)
NAME_MAX = 23  # with an entry's own name it makes a name of 64


class Neighbour(Struct, frozen=True):
    """A neighbour that proved itself."""

    code: str
    role: Role


class WrongApiKey(Refusal):
    status = 401
    slug = "wrong-api-key"
    title = "Send `Authorization: Bearer` with the key of a neighbouring system."


class NotForThisRole(Refusal):
    status = 403
    slug = "not-for-this-role"
    title = "This key belongs to a system that may not do this."


def only(neighbour: Neighbour, roles: Collection[Role]) -> None:
    """Raises NotForThisRole."""
    if neighbour.role not in roles:
        raise NotForThisRole


async def let_in(neighbours: Mapping[str, tuple[Role, str]]) -> None:
    """These, by code with role and key, and no others, may tell and ask."""
    async with GRID.writing():
        await GRID.ask("DELETE FROM outage_neighbour")
        for code, (role, key) in neighbours.items():
            await GRID.ask(
                "INSERT INTO outage_neighbour (neighbour, key_sha256, role) VALUES ({}, {}, {})",
                code,
                hashed(key),
                role.value,
            )


async def neighbour_of(api_key: str) -> Neighbour:
    """Raises WrongApiKey."""
    rows = await GRID.ask(
        "SELECT neighbour, role FROM outage_neighbour WHERE key_sha256 = {}", hashed(api_key)
    )
    if not rows:
        raise WrongApiKey
    return Neighbour(rows[0]["neighbour"], Role(rows[0]["role"]))
