"""Somebody who looks for barriers on a page: axe-core, by the rules of WCAG 2.2 A and AA."""

from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is half way through a change has no colour of its own yet.
AT_REST = """() => Promise.allSettled(
  document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().iterations !== Infinity)
    .map((each) => each.finished))"""
FINDS = """async (rules) => {
  const { violations, passes } = await axe.run(document, {
    runOnly: rules, resultTypes: ['violations'],
  });
  if (passes.length === 0) return ['axe looked at nothing'];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}"""


class Inspector:
    """Goes along with somebody, and writes down what stands in the way of others."""

    def __init__(self) -> None:
        self.found: list[str] = []

    async def looks_at(self, page: Page, what: str) -> None:
        """The page as it is now, light and dark."""
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE.read_text())
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.evaluate(AT_REST)
            barriers = await page.evaluate(FINDS, RULES)
            self.found += [f"{what}, {scheme}: {barrier}" for barrier in barriers]
