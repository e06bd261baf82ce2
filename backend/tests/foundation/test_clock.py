"""Time goes on without a jump, at any pace, and a test's time only when told."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from konsento.foundation.clock import Clock, RateClock, SystemClock, TestClock, Unhurried


class Hand:
    """A real clock moved by hand."""

    def __init__(self) -> None:
        self.at_ms = 1_000_000

    def now_ms(self) -> int:
        return self.at_ms

    async def sleep(self, for_ms: int) -> None:
        self.at_ms += for_ms
        await asyncio.sleep(0)


def test_each_is_a_clock() -> None:
    clocks = (SystemClock(), RateClock(), TestClock(), Unhurried(RateClock()))
    assert all(isinstance(clock, Clock) for clock in clocks)


def test_the_system_clock_is_in_milliseconds_since_1970() -> None:
    assert 1_700_000_000_000 < SystemClock().now_ms() < 5_000_000_000_000


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(-5, 1_000)), max_size=20))
def test_changing_the_rate_never_makes_time_jump(turns: list[tuple[int, int]]) -> None:
    hand = Hand()
    clock = RateClock(hand)
    expected_ms = clock.now_ms()
    for passed_ms, rate in turns:
        hand.at_ms += passed_ms
        expected_ms += passed_ms * clock.rate
        before_ms = clock.now_ms()
        clock.set_rate(rate)
        assert clock.now_ms() == before_ms == expected_ms
        assert 1 <= clock.rate <= 120


async def test_a_sleeper_feels_a_new_rate() -> None:
    hand = Hand()
    clock = RateClock(hand)
    began_ms = hand.at_ms
    async with asyncio.TaskGroup() as group:
        group.create_task(clock.sleep(60_000))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        clock.set_rate(120)
    assert hand.at_ms - began_ms < 1_000


@given(st.integers(1, 120), st.integers(0, 600_000))
async def test_whoever_is_unhurried_sleeps_as_long_as_told_and_never_less_than_a_moment(
    rate: int, for_ms: int
) -> None:
    hand = Hand()
    clock = RateClock(hand)
    clock.set_rate(rate)
    unhurried = Unhurried(clock)
    began_ms, began_real_ms = unhurried.now_ms(), hand.at_ms
    await unhurried.sleep(for_ms)
    assert unhurried.now_ms() - began_ms >= for_ms
    slept_real_ms = hand.at_ms - began_real_ms
    assert slept_real_ms == max(Unhurried.LEAST_MS, -(-for_ms // rate))


async def test_a_test_clock_wakes_its_sleepers_in_their_order() -> None:
    clock = TestClock(0)
    woken: list[tuple[str, int]] = []

    async def sleeper(name: str, *naps_ms: int) -> None:
        for nap_ms in naps_ms:
            await clock.sleep(nap_ms)
            woken.append((name, clock.now_ms()))

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("late", 300))
        group.create_task(sleeper("twice", 100, 150))
        group.create_task(sleeper("same", 100))
        await asyncio.sleep(0)
        await clock.advance(99)
        assert woken == []
        await clock.advance(201)
    assert woken == [("twice", 100), ("same", 100), ("twice", 250), ("late", 300)]
    assert clock.now_ms() == 300


async def test_sleeping_for_nothing_only_gives_way() -> None:
    clock = TestClock(5)
    await clock.sleep(0)
    await RateClock(clock).sleep(-1)
    await SystemClock().sleep(-1)
    assert clock.now_ms() == 5


def test_a_clock_goes_on_from_the_pace_of_the_one_before_it() -> None:
    hand = Hand()
    before = RateClock(hand)
    before.set_rate(60)
    hand.at_ms += 1_000
    after = RateClock(hand, before.pace)
    hand.at_ms += 500
    assert after.now_ms() == before.now_ms()
    assert after.rate == 60
