"""A storm over the demo's town, told as a timeline: what happened beside what was told."""

import re

from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.world.house import House
from e2e.world.street import Street

# The feeder comes back after forty minutes of the town's time: as fast as it goes, with its round
# of asking, about half a minute.
BACK_MS = 150_000


async def test_a_storm_at_one_press_is_told_beside_what_was_true(
    own_house: House, driver: NewDriver
) -> None:
    someone = await driver(at=own_house)
    await someone.page.goto(f"{own_house.url}/demo")
    await someone.page.get_by_role("button", name="嵐を起こす").click()
    storm = someone.page.get_by_role("region", name="嵐")
    await expect(storm.get_by_role("status")).to_have_text("嵐が続いています。")
    async with Street(own_house.url) as street:
        await street.runs_fast()
    happened = storm.get_by_role("row").filter(has_text="が切れた")
    told = storm.get_by_role("row").filter(has_text="停電を伝えた")
    back = storm.get_by_role("row").filter(has_text="復旧を伝えた")
    await expect(happened.first).to_contain_text(re.compile(r"\d 戸"))
    await expect(told.first).to_be_visible(timeout=BACK_MS)
    await expect(back.first).to_be_visible(timeout=BACK_MS)
    # A silent concentrator is no outage: it happened, and nobody was told of it.
    await expect(happened.filter(has_text="集約装置")).to_have_count(1)
    await expect(told.filter(has_text="集約装置")).to_have_count(0)
    async with Street(own_house.url) as street:
        await street.runs(1)
