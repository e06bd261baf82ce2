"""A phone on a slow network with a slow processor, and what it waits for there."""

import json
import statistics
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import msgspec
from playwright.async_api import Browser, CDPSession, Page

from e2e.people.phone import Phone, phone

ROUNDS = 5
# Lighthouse's slow 4G, and a phone of the middle class beside a desktop's processor.
LATENCY_MS = 150
DOWN_BYTES_PER_S = 1_600_000 // 8
UP_BYTES_PER_S = 750_000 // 8
TIMES_SLOWER = 4
CALM_MS = 1_500
LCP = """() => new Promise((done) =>
  new PerformanceObserver((list) => {
    const last = list.getEntries().at(-1);
    done([last.startTime, last.element?.outerHTML.slice(0, 60) ?? '']);
  }).observe({ type: 'largest-contentful-paint', buffered: true }))"""
PAINTED_MS = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
# Seen from inside, at the moment it happens: a question from outside waits for the processor.
NOTES_WHEN = """(usable) => {
  const look = () => {
    if (!document.querySelector(usable)) return;
    performance.mark('usable');
    seen.disconnect();
  };
  const seen = new MutationObserver(look);
  seen.observe(document, { childList: true, subtree: true, attributes: true });
}"""
USABLE = """() => {
  const [{ startTime }] = performance.getEntriesByName('usable');
  const scripts = performance.getEntriesByType('resource')
    .filter((each) => new URL(each.name).pathname.endsWith('.js'))
    .filter((each) => each.responseEnd <= startTime);
  return [startTime, scripts.reduce((sum, each) => sum + each.encodedBodySize, 0)];
}"""


class Visit(msgspec.Struct, frozen=True):
    """One first visit. Milliseconds since it began; bytes of scripts that had come by then.

    `processor_ms` is what the page's own thread used up until it was calm, at its slowed pace:
    unlike all else here it says the same whatever else the machine does.
    """

    painted_ms: int
    lcp_ms: int
    largest: str
    usable_ms: int
    script_bytes: int
    processor_ms: int


@asynccontextmanager
async def slow_phone(browser: Browser) -> AsyncIterator[tuple[Phone, CDPSession]]:
    """A fresh one that was never here, and what steers it."""
    async with phone(browser) as fresh:
        session = await fresh.context.new_cdp_session(fresh.page)
        await session.send("Network.enable")
        throughput = {
            "downloadThroughput": DOWN_BYTES_PER_S,
            "uploadThroughput": UP_BYTES_PER_S,
        }
        await session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": LATENCY_MS, **throughput},
        )
        await session.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        yield fresh, session


async def visit(browser: Browser, url: str, usable: str) -> Visit:
    """Opens `url` for the first time and waits until what `usable` selects is there."""
    async with slow_phone(browser) as (fresh, session):
        page = fresh.page
        await page.add_init_script(f"({NOTES_WHEN})({json.dumps(usable)})")
        await page.goto(url, wait_until="load")
        await page.wait_for_selector(usable)
        await page.wait_for_timeout(CALM_MS)
        first_ms = await page.evaluate(PAINTED_MS)
        usable_ms, script_bytes = await page.evaluate(USABLE)
        lcp_ms, largest = await page.evaluate(LCP)
        spent_ms = await processor_ms(session)
    return Visit(
        painted_ms=round(first_ms),
        lcp_ms=round(lcp_ms),
        largest=largest,
        usable_ms=round(usable_ms),
        script_bytes=script_bytes,
        processor_ms=spent_ms,
    )


async def processor_ms(session: CDPSession) -> int:
    """Processor time of the page's tasks since it began, the looking on included."""
    answer = await session.send("Performance.getMetrics")
    seconds: dict[str, float] = {each["name"]: each["value"] for each in answer["metrics"]}
    return round(seconds["TaskDuration"] * 1_000)


async def visits(browser: Browser, url: str, usable: str) -> Visit:
    """The medians of some first visits."""
    every = [await visit(browser, url, usable) for _ in range(ROUNDS)]
    return Visit(
        painted_ms=median(each.painted_ms for each in every),
        lcp_ms=median(each.lcp_ms for each in every),
        largest=every[-1].largest,
        usable_ms=median(each.usable_ms for each in every),
        script_bytes=median(each.script_bytes for each in every),
        processor_ms=median(each.processor_ms for each in every),
    )


async def painted_ms(page: Page, url: str) -> int:
    """Milliseconds until something of the page at `url` is painted, without throttling."""
    await page.goto(url, wait_until="load")
    await page.wait_for_function(f"() => ({PAINTED_MS})() > 0")
    at_ms: float = await page.evaluate(PAINTED_MS)
    return round(at_ms)


def median(values: Iterable[int]) -> int:
    return round(statistics.median(values))
