"""An outlet by a code that somebody typed or scanned; codes that do not exist are counted.

Every door that takes a code from outside comes through here, so that none of them can be used
to try codes out.
"""

from typing import Annotated

from litestar.params import PathParameter

from konsento.foundation.edge.rates import Rate
from konsento.management.charging.outlet_code import read
from konsento.management.charging.store import Outlet, UnknownOutlet, outlet_by_code

# Whatever a person may have typed, on one line. The router reads bounds from its own parameters
# only, not from a Meta inside them; and `$` alone lets a last newline pass.
TYPED = r"^[^\x00-\x1f\x7f]{1,40}$(?!\n)"
TypedInPath = Annotated[str, PathParameter(pattern=TYPED, min_length=1, max_length=40)]


async def outlet_typed(typed: str, *, asker: str, guesses: Rate, now_ms: int) -> Outlet:
    """Raises MistypedCode, UnknownOutlet, and TooManyTries after too many unknown ones."""
    code = read(typed)
    guesses.check(asker, now_ms)
    try:
        return await outlet_by_code(code)
    except UnknownOutlet:
        guesses.take(asker, now_ms)
        raise
