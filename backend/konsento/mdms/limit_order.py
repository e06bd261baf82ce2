"""What the contract says of a limit that is to be raised while a request runs."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

ENERGY_WH_MAX = 100_000
DURATION_S_MAX = 86_400
GENERATIONS_MAX = 1_000

LimitState = Literal[
    "wanted",  # kept, and told to the meter until it is read back or the request ends
    "raised",  # read back: the meter ends by it
    "refused",  # the request ended first, or the meter would not
]


class RaiseLimit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new limits of a running request: totals from its beginning, as its order has them.

    A limit the order has is given and may only grow, at least one of them does; one the order
    has not cannot be added. `generation` counts the asker's own wishes for this request: the
    same generation is the same wish, however often it is sent.
    """

    generation: Annotated[int, Meta(ge=1, le=GENERATIONS_MAX)]
    energy_wh_max: Annotated[int, Meta(ge=10, le=ENERGY_WH_MAX)] | None = None
    duration_s_max: Annotated[int, Meta(ge=1, le=DURATION_S_MAX)] | None = None


class LimitView(Struct, frozen=True, kw_only=True):
    """What became of the last limit asked for; Wh and s."""

    generation: int
    state: LimitState
    energy_wh_max: int | None
    duration_s_max: int | None
