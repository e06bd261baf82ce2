"""How often one may ask: a bucket of tries for each asker, refilled with time."""

from collections import OrderedDict

from konsento.foundation.problems import Refusal

ASKERS_KEPT = 20_000


class TooManyTries(Refusal):
    status = 429
    slug = "too-many-tries"
    title = "Too many tries. Wait a moment."


class Rate:
    """At most `tries` in `per_ms`, for each asker; a process counts for itself."""

    def __init__(self, tries: int, per_ms: int) -> None:
        self._tries = tries
        self._per_ms = per_ms
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def _left(self, asker: str, now_ms: int) -> float:
        left, at_ms = self._buckets.get(asker, (float(self._tries), now_ms))
        passed_ms = max(0, now_ms - at_ms)  # a clock that was set back takes nothing away
        return min(self._tries, left + passed_ms * self._tries / self._per_ms)

    def check(self, asker: str, now_ms: int) -> None:
        """Raises TooManyTries when nothing is left; takes nothing."""
        left = self._left(asker, now_ms)
        if left < 1:
            wait_s = int((1 - left) * self._per_ms / self._tries / 1000) + 1
            raise TooManyTries(retry_after_s=wait_s)

    def take(self, asker: str, now_ms: int) -> None:
        """Use one try up. Raises TooManyTries when nothing is left."""
        self.check(asker, now_ms)
        self._buckets[asker] = (self._left(asker, now_ms) - 1, now_ms)
        self._buckets.move_to_end(asker)
        while len(self._buckets) > ASKERS_KEPT:
            self._buckets.popitem(last=False)
