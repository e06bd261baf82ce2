"""The same house as in the rooms' own stories, seen from outside."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from konsento.assembly.pages import FILES, LANGUAGES, OPENINGS
from konsento.assembly.servers import management_app, management_server
from tests.management.conftest import brisk, driver, house, neighbour, new_world, street
from tests.management.world import World
from tests.town import ORIGIN

# The slots of an outlet's page, as frontend/shell/openings.ts makes them.
SLOTS = (
    "<h1><!--place--></h1><p><!--volts--> V, <!--kilowatts--> kW, <!--hint-->"
    "<!--if solar--><p>sun <!--price--> yen <!--carbon--> g<!--end-->"
    "<!--if other--><p>other <!--price--> yen <!--carbon--> g<!--end--><p><!--retailer-->"
)

__all__ = ["brisk", "driver", "house", "neighbour", "new_world", "street"]


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A front end of a few words."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "icons").mkdir()
    (tmp_path / "assets" / "a.js").write_text("go()")
    for name, _ in FILES.values():
        (tmp_path / name).write_text(f"<p>{name}")
    for name in OPENINGS:
        for said in LANGUAGES:
            page = f"{name}.{said}.html"
            (tmp_path / page).write_text(f"<style>b{{}}</style><p>{page}")
        slots = tmp_path / f"offered.{said}.html"
        slots.write_text(f"<style>b{{}}</style>{SLOTS}")
    return tmp_path


@pytest_asyncio.fixture
async def browser(house: World, web: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before our server."""
    doors = management_server(management_app(house.house, web=web), house.clock)
    transport = httpx.ASGITransport(doors)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client
