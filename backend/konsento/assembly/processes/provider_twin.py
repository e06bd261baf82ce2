"""The twin of the payment provider by itself: for trying the other parts out without money."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from litestar.types import Receive, Scope, Send

from konsento.assembly.kept_http import KeptHttp
from konsento.assembly.processes.part import CannotStart, Furnished, Part, Store
from konsento.assembly.processes.watched import watched
from konsento.foundation.clock import SystemClock
from konsento.foundation.ids import SystemIds
from konsento.foundation.settings import Settings, variable
from konsento.foundation.wake import Wake
from konsento.twin.server import TwinServer, twin_jobs, twin_server
from konsento.twin.tables import STEPS, TWIN
from konsento.twin.world import World

HOOK_PATH = "/api/stripe/webhook"


def stores(settings: Settings) -> Sequence[Store]:
    return (Store(TWIN, settings.twin_db, STEPS),)


def in_one(_: Settings) -> str:
    return "the twin is one process"


class TwinDoors:
    """The twin under its path, and beside it what every process of the house answers."""

    def __init__(self, twin: TwinServer) -> None:
        self._twin = twin
        self._watched = watched((TWIN,))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        ours = path.startswith("/health/") or path == "/metrics"
        await (self._watched if ours else self._twin)(scope, receive, send)


async def furnish_twin(settings: Settings, stack: AsyncExitStack) -> Furnished:
    """Its doors and jobs; the TWIN database is open. Raises CannotStart for a live key."""
    clock = SystemClock()
    try:
        world = World(clock, SystemIds(), settings.stripe_secret_key, settings.stripe_api_base)
    except ValueError:
        needs = f"{variable('stripe_secret_key')} to begin with sk_test_"
        raise CannotStart(f"the twin takes no money: it needs {needs}") from None
    client = KeptHttp()
    stack.push_async_callback(client.aclose)
    twin = twin_server(world, base_path=urlsplit(settings.stripe_api_base).path)
    hooks = twin_jobs(
        world, client=client, hook_url=f"{settings.public_url}{HOOK_PATH}",
        hook_secret=settings.stripe_webhook_secret,
    )  # fmt: skip
    return Furnished(doors=TwinDoors(twin), closing=Wake(), jobs=hooks)


PROVIDER_TWIN = Part(
    name="twin",
    port=8020,
    needs_to_serve=(
        "public_url", "stripe_secret_key", "stripe_webhook_secret", "stripe_api_base",
    ),
    needs_to_work=(),
    stores=stores,
    in_one=in_one,
    furnish=furnish_twin,
)  # fmt: skip
