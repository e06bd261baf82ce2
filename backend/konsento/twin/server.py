"""The twin as an application: the wire and the hosted page, with its jobs beside it."""

from collections.abc import Callable, Coroutine
from typing import Any

from litestar import Litestar
from litestar.di import Provide

from konsento.foundation.asking import Http
from konsento.twin.api import FAULT_STATE, wire
from konsento.twin.courier import Courier
from konsento.twin.faults import ConnectionDropped
from konsento.twin.limits import BODY_BYTES_MAX
from konsento.twin.page import act, show, style
from konsento.twin.proof import answer_proof, show_proof
from konsento.twin.world import World

Job = Callable[[], Coroutine[Any, Any, None]]


class TwinServer(Litestar):
    """The application; requests to its API may meet a planned fault."""

    def __init__(self, world: World, base_path: str) -> None:
        self.world = world
        super().__init__(
            route_handlers=[wire, show, act, show_proof, answer_proof, style],
            path=base_path or "/",
            dependencies={"world": Provide(lambda: world, sync_to_thread=False)},
            openapi_config=None,
            logging_config=None,
            request_max_body_size=BODY_BYTES_MAX,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """A dropped connection is an exception here, outside of whatever would word it."""
        if scope["type"] != "http" or "/v1/" not in scope["path"]:
            await super().__call__(scope, receive, send)
            return
        fault = self.world.faults.take()
        if fault == "drop_before":
            raise ConnectionDropped
        scope.setdefault("state", {})[FAULT_STATE] = fault
        await super().__call__(scope, receive, _into_nothing if fault == "drop_after" else send)
        if fault == "drop_after":
            raise ConnectionDropped


async def _into_nothing(_: Any) -> None:
    """Where an answer goes when the line is cut."""


def twin_server(world: World, *, base_path: str = "") -> TwinServer:
    """The twin's application; `konsento.twin.tables.TWIN` must be open and migrated.

    `base_path` is the prefix under which it answers, "" when whoever mounts it strips the prefix.
    """
    return TwinServer(world, base_path)


def twin_jobs(world: World, *, client: Http, hook_url: str, hook_secret: str) -> tuple[Job, ...]:
    """What must run beside the server until cancelled: time's doings and the webhooks."""
    courier = Courier(world, client=client, hook_url=hook_url, hook_secret=hook_secret)
    return (courier.run,)
