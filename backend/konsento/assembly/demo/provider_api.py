"""The demo's hold on the payment provider's twin: its webhooks are made late. Exists nowhere else.

Whoever pays comes back at once, as before: so the browser is here long before the provider's word.
"""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from konsento.foundation.edge.strict_body import strict_body
from konsento.twin.world import World

LATE_S_MAX = 86_400


class LateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By how many seconds of the demo's time; 0 for as always. Holds for what happens next."""

    hooks_late_s: Annotated[int, Meta(ge=0, le=LATE_S_MAX)]


@post("/demo/api/provider", status_code=200, guards=[strict_body], include_in_schema=False)
async def be_late(data: JSONBody[LateRequest], twin_world: NamedDependency[World]) -> LateRequest:
    """Tell late from now on; what is owed already comes when it was to come."""
    twin_world.faults.hooks_late_ms = data.hooks_late_s * 1000
    return data
