"""The phone's page as an app: installable in both languages, and nothing against its own policy."""

import msgspec
import pytest
from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.speech import Language
from e2e.world.house import House
from e2e.world.street import Street

NUMBER = 7
# The tests' browser is private, and a private window installs nothing.
NOT_OUR_DOING = {"in-incognito"}
LISTENS = """
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class Manifest(msgspec.Struct, frozen=True):
    """What a browser calls the app; read as it got it."""

    id: str
    lang: str
    name: str


@pytest.mark.parametrize(
    ("language", "name"), [("ja", "Konsento コンセント充電"), ("en", "Konsento outlet charging")]
)
async def test_a_browser_offers_to_install_it(
    house: House, driver: NewDriver, language: Language, name: str
) -> None:
    yui = await driver(language)
    await yui.opens()
    devtools = await yui.phone.context.new_cdp_session(yui.page)
    manifest = await devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    said = msgspec.json.decode(manifest["data"], type=Manifest)
    assert (said.id, said.lang, said.name) == ("/", language, name)
    against = await devtools.send("Page.getInstallabilityErrors")
    errors = {error["errorId"] for error in against["installabilityErrors"]}
    assert errors - NOT_OUR_DOING == set()


async def test_no_page_breaks_its_own_content_policy(
    house: House, driver: NewDriver, street: Street
) -> None:
    yui = await driver(camera=True)
    await yui.phone.context.add_init_script(LISTENS)
    outlet = await street.outlet(NUMBER)
    seen: list[str] = []

    async def looks() -> None:
        await yui.page.wait_for_load_state("networkidle")
        seen.extend(await yui.page.evaluate("window.violations"))

    for path in ("/", "/enter", "/history", "/nowhere", f"/o/{outlet.code}", "/scan"):
        await yui.opens(path)
        await expect(yui.page.get_by_role("heading", level=1)).to_be_attached()
        await looks()
    for path in ("/desk", "/demo", "/schema"):
        await yui.opens(path)
        await yui.page.wait_for_load_state("load")
        seen.extend(await yui.page.evaluate("window.violations"))
    yui.phone.forgives("404|401")
    await street.do(NUMBER, "plug_car")
    await yui.pays_for(outlet.code, kwh="1.2")
    await street.runs(10)
    await yui.watches_it_flow()
    seen.extend(await yui.page.evaluate("window.violations"))
    await yui.stops()
    await yui.reads_receipt()
    seen.extend(await yui.page.evaluate("window.violations"))
    assert seen == []
