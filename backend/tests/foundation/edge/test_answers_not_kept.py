"""An answer that was given stays given, also when there is no database to keep it in."""

from typing import Any

import pytest

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database, DatabaseBusy
from konsento.foundation.edge.idempotency import Idempotency, Kept, KeptAnswers, Reserved


class Away(KeptAnswers):
    """A store that takes a key, and is away when the answer comes."""

    async def reserve(self, key: str, fingerprint: str) -> Reserved:
        return Reserved(key, 0)

    async def keep(self, mine: Reserved, answer: Kept) -> None:
        raise DatabaseBusy("no connection")

    async def let_go(self, mine: Reserved) -> None:
        raise DatabaseBusy("no connection")


@pytest.mark.parametrize("status", [201, 503])
async def test_the_asker_gets_the_answer_and_no_error_after_it(
    clock: TestClock, status: int
) -> None:
    once = Idempotency(Away(Database("nowhere"), clock), whose=lambda _: b"kana")
    sent: list[Any] = []

    async def door(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"done", "more_body": False})

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http", "method": "POST", "path": "/orders", "query_string": b"",
        "headers": [(b"idempotency-key", b"k1")],
    }  # fmt: skip
    await once.handle(scope, receive, send, door)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == status
