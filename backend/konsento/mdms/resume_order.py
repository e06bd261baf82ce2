"""What the contract says of a paused request that is to go on."""

from typing import Annotated

from msgspec import Meta, Struct

PAUSES_MAX = 1_000_000


class Resume(Struct, frozen=True, forbid_unknown_fields=True):
    """Go on after this pause, by its number: asked twice, or late, it ends no other pause."""

    pause: Annotated[int, Meta(ge=1, le=PAUSES_MAX)]
