"""A thumb that counts: each touch of the glass, and nothing else, is a tap."""

from playwright.async_api import Locator


class Thumb:
    """Taps by touch. Keys pressed in a field are no taps; going into the field is one."""

    def __init__(self) -> None:
        self.taps = 0

    async def taps_on(self, where: Locator) -> None:
        await where.tap()
        self.taps += 1
