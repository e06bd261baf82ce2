"""Somebody who hears the page and does not see it: what its live regions say, in order."""

from playwright.async_api import Page

# A region that was there and changed, and one that came with its words, are both read out.
LISTENS = """(() => {
  const LIVE = '[role=status], [role=alert], [aria-live]';
  window.readOut = [];
  const heard = new WeakMap();
  const listen = (region) => {
    const said = region.innerText.trim().replace(/\\s+/g, ' ');
    if (said && heard.get(region) !== said) window.readOut.push(said);
    heard.set(region, said);
  };
  const regionsOf = ({ target, addedNodes }) => {
    const around = (target.nodeType === 1 ? target : target.parentElement)?.closest(LIVE);
    const came = [...addedNodes].filter((node) => node.nodeType === 1);
    const inside = came.flatMap((node) => [
      ...(node.matches(LIVE) ? [node] : []), ...node.querySelectorAll(LIVE)]);
    return around ? [around] : inside;
  };
  const whole = { childList: true, subtree: true, characterData: true };
  new MutationObserver((changes) => new Set(changes.flatMap(regionsOf)).forEach(listen))
    .observe(document, whole);
})()"""


class Ear:
    """Begins before the page is first opened; a page that is loaded anew is heard anew."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def begins(self) -> None:
        await self._page.add_init_script(LISTENS)

    async def heard(self) -> list[str]:
        """What was read out on this page so far."""
        said: list[str] = await self._page.evaluate("() => window.readOut")
        return said

    async def is_at(self) -> str:
        """The element at which the reader is, by its tag and its words."""
        where: str = await self._page.evaluate(
            "() => [document.activeElement.tagName, document.activeElement.innerText].join(' ')"
        )
        return where
