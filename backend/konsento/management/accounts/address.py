"""The mail address that somebody types: its form alone, before anything is sent to it."""

from typing import Annotated

from msgspec import Meta

# `$` alone lets a last newline pass. What would break a header or name a second address is no part.
PART = r"[^@\s\x00-\x1f\x7f\x22<>,;]"
Email = Annotated[str, Meta(pattern=rf"^{PART}{{1,64}}@{PART}{{1,189}}$(?!\n)")]
