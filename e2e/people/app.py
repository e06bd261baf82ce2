"""The phone's app as its browser holds it: its worker, its files, and its pushes."""

import json
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page

from e2e.world.waiting import until
from tests.push.pushbox import Browser as Subscriber

WITHIN_S = 20
# A browser of the tests has no push service: it is given one of ours, with keys of its own.
SUBSCRIBES = """(given) => {
  let now = null;
  const made = {
    endpoint: given.endpoint,
    options: { applicationServerKey: null },
    toJSON: () => given,
    unsubscribe: async () => ((now = null), true),
  };
  PushManager.prototype.subscribe = async () => (now = made);
  PushManager.prototype.getSubscription = async () => now;
}"""
HAS_FILES = """async () => {
  await navigator.serviceWorker.ready;
  const names = (await caches.keys()).filter((name) => name.startsWith('konsento-'));
  return names.length > 0 && navigator.serviceWorker.controller !== null;
}"""
WAITING = "async () => Boolean((await navigator.serviceWorker.ready).waiting)"
SHOWN = """async () => {
  const notes = await (await navigator.serviceWorker.ready).getNotifications();
  return notes.map(({ title, body, tag, lang, data }) => ({ title, body, tag, lang, data }));
}"""
# Only a real finger may open a window: where it would lead is written down instead.
TAPPED = """async () => {
  const [notification] = await self.registration.getNotifications();
  const led = new Promise((done) => (Clients.prototype.openWindow = async (path) => done(path)));
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  return led;
}"""


class App:
    """What a browser does with the app, beside what its user does."""

    def __init__(self, context: BrowserContext, page: Page, origin: str) -> None:
        self._context = context
        self._page = page
        self._origin = origin

    async def is_installed(self) -> None:
        """The worker has all files, and answers for this page."""
        await self._comes_true(HAS_FILES, "the app is installed")

    async def may_notify(self, subscriber: Subscriber) -> None:
        """The user would allow notifications; the browser's push service is `subscriber`'s."""
        await self._context.grant_permissions(["notifications"], origin=self._origin)
        wish = json.dumps(subscriber.wish())
        await self._context.add_init_script(f"({SUBSCRIBES})({wish})")

    async def looks_for_a_new_version(self) -> None:
        """The browser asks the server, and the new version waits."""
        await self._page.evaluate("async () => (await navigator.serviceWorker.ready).update()")
        await self._comes_true(WAITING, "a new version waits")

    async def _comes_true(self, script: str, what: str) -> None:
        # The page's own waiting takes a promise for a yes, whatever comes of it.
        await until(lambda: self._page.evaluate(script), bool, within_s=WITHIN_S, what=what)

    async def has_a_version_waiting(self) -> bool:
        return bool(await self._page.evaluate(WAITING))

    async def receives(self, push: str) -> None:
        """The push service hands this text to the worker; ends when the worker has shown it.

        Chromium forgets a notification for good, though it is on the screen, if somebody asks for
        the list of them while it is being shown: nobody may look before.
        """
        session = await self._context.new_cdp_session(self._page)
        done = await self._pushes_done(session)
        before = len(done)
        registration = await self._registration(session)
        words = {"origin": self._origin, "registrationId": registration, "data": push}
        await session.send("ServiceWorker.deliverPushMessage", words)
        await _grows(done, before, "the worker is done with a push")
        await session.detach()
        assert done[before:] == ["Success"], done[before:]

    async def _pushes_done(self, session: CDPSession) -> list[str]:
        """What became of each push that the worker was given; grows until the session ends."""
        done: list[str] = []

        def heard(event: dict[str, Any]) -> None:
            said = event["backgroundServiceEvent"]
            if said["eventName"] == "Push event completed":
                done.extend(each["value"] for each in said["eventMetadata"])

        session.on("BackgroundService.backgroundServiceEventReceived", heard)
        service = {"service": "pushMessaging"}
        # Those of earlier sessions are told again, all before the first answer.
        await session.send("BackgroundService.startObserving", service)
        await session.send("BackgroundService.setRecording", {**service, "shouldRecord": True})
        return done

    async def _registration(self, session: CDPSession) -> str:
        found: list[str] = []

        def heard(event: dict[str, Any]) -> None:
            found.extend(
                each["registrationId"]
                for each in event["registrations"]
                if each["scopeURL"] == f"{self._origin}/" and not each["isDeleted"]
            )

        session.on("ServiceWorker.workerRegistrationUpdated", heard)
        await session.send("ServiceWorker.enable")
        await _grows(found, 0, "the worker's registration")
        return found[-1]

    async def shows(self, count: int) -> list[dict[str, Any]]:
        """The notifications on the screen, when there are so many."""
        shown: list[dict[str, Any]] = await until(
            lambda: self._page.evaluate(SHOWN),
            lambda notes: len(notes) == count,
            within_s=WITHIN_S,
            what=f"{count} notifications",
        )
        return shown

    async def taps_the_notification(self) -> str:
        """The path of the window that opens."""
        return str(await self._context.service_workers[0].evaluate(TAPPED))


async def _grows(heard: list[str], before: int, what: str) -> None:
    async def count() -> int:
        return len(heard)

    await until(count, lambda now: now > before, within_s=WITHIN_S, what=what)
