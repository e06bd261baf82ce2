"""The board as a stream: all of it first, then the lines that change, until the sign-in ends."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import structlog

from konsento.foundation.clock import Clock
from konsento.foundation.database import DatabaseBusy
from konsento.foundation.edge.streams import Sse
from konsento.management.charging.darkness import Darkness
from konsento.management.operators.board import Board
from konsento.management.operators.limits import (
    LOOK_APART_MS,
    LOOK_EVERY_MS,
    SIGNED_IN_EVERY_S,
    STILL_EVERY_S,
)
from konsento.management.operators.picture import Change, Pictures
from konsento.management.operators.sign_in import NotSignedIn, whose
from konsento.mdms.contract import MdmsClient

log = structlog.get_logger(__name__)

ENDED = Sse(None, "ended", b"{}")


class Watcher(msgspec.Struct, frozen=True):
    """Whose desk it is: the facility, and the cookie that must still open it."""

    facility: str
    token: str
    after: int


def told(change: Change | None, now_ms: int) -> Sse:
    """`board` brings every outlet, `lines` the changed ones: none of them means all is as it was.

    Without a change there is no id: the client keeps the last one that it was given.
    """
    outlets = change.lines if change else []
    data = msgspec.json.encode(Board(outlets, now_ms))
    name = "board" if change and change.whole else "lines"
    return Sse(change.revision if change else None, name, data)


async def board_news(
    watcher: Watcher, *, pictures: Pictures, mdms: MdmsClient, clock: Clock,
    darkness: Darkness | None = None, every_ms: int = LOOK_EVERY_MS,
) -> AsyncIterator[Sse]:  # fmt: skip
    """Ends with `ended` when the cookie opens nothing any more.

    Looks when it rings, and every `every_ms` of real time.
    """
    loop = asyncio.get_running_loop()
    picture = pictures.of(watcher.facility, clock)
    after, said_s, known_s = watcher.after, loop.time(), loop.time()
    looked_s = loop.time() - LOOK_APART_MS / 1_000
    while True:
        while (early_ms := LOOK_APART_MS - int((loop.time() - looked_s) * 1_000)) > 0:
            await pictures.bell.wait(early_ms)
        looked_s, rung = loop.time(), pictures.bell.rings
        try:
            if loop.time() - known_s >= SIGNED_IN_EVERY_S:
                await whose(watcher.token, clock.now_ms())
                known_s = loop.time()
            await picture.look(mdms, darkness)
        except NotSignedIn:
            yield ENDED
            return
        except DatabaseBusy:
            log.warning("board not looked at", facility=watcher.facility)
        change = picture.since(after)
        if change or loop.time() - said_s >= STILL_EVERY_S:
            after = change.revision if change else after
            said_s = loop.time()
            yield told(change, clock.now_ms())
        await pictures.bell.wait(every_ms, since=rung)
