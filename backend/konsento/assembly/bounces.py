"""`konsento bounces [FILE]...`: mails that came back are taken to those who were written to.

A mail server hands each over on standard input, or a folder of them is gone through from time to
time; the same mail twice stops the same registration, and counts once more at most.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from konsento.assembly.processes.part import CannotStart, Store
from konsento.assembly.processes.run import part_named
from konsento.foundation.clock import SystemClock
from konsento.foundation.migrations import StepsMissing
from konsento.foundation.settings import read_settings
from konsento.management.customers.change import mail_bounced
from konsento.management.notices.dispatch.bounced import take_back
from konsento_push.bounce import MAIL_BYTES_MAX


async def take_all_back(files: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Lines to print. Raises CannotStart; without files, one mail on standard input."""
    settings = read_settings(environ)
    mails = [_read(Path(name)) for name in files] or [sys.stdin.buffer.read(MAIL_BYTES_MAX)]
    now_ms, made = SystemClock().now_ms(), Counter[str]()
    async with AsyncExitStack() as stack:
        for store in part_named("management").stores(settings):
            await store.database.open(store.address)
            stack.push_async_callback(store.database.close)
            await _must_be_there(store)
        for mail in mails:
            made[await take_back(mail, now_ms, mail_bounced)] += 1
    return [f"{count} {word}" for word, count in sorted(made.items())]


async def _must_be_there(store: Store) -> None:
    try:
        await store.database.must_have(store.steps)
    except StepsMissing as missing:
        raise CannotStart(f"{missing}: `konsento migrate management` first") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAIL_BYTES_MAX)
    except OSError as error:
        raise CannotStart(f"{path} cannot be read: {error.strerror}") from None
