"""Who asks is who our outermost proxy saw, and never who somebody says they are."""

from typing import Any

import pytest

from konsento.foundation.edge.forwarded import Forwarded, asker_of, counted_as


@pytest.mark.parametrize(
    ("said", "hops", "asker"),
    [
        ("198.51.100.7", 1, "198.51.100.7"),
        ("10.9.9.9, 198.51.100.7", 1, "198.51.100.7"),
        ("10.9.9.9, 198.51.100.7, 192.0.2.1", 2, "198.51.100.7"),
        ("2001:db8::0:7", 1, "2001:db8::7"),
        ("198.51.100.7", 2, None),
        ("", 1, None),
        ("unknown", 1, None),
        ("198.51.100.7, ", 1, None),
        ("198.51.100.7:4711", 1, None),
    ],
)
def test_the_asker_stands_as_many_places_from_the_end_as_there_are_proxies(
    said: str, hops: int, asker: str | None
) -> None:
    assert asker_of(said, hops) == asker


async def seen_by_the_house(hops: int, *lines: str) -> str:
    """The asker's address as the application behind finds it."""
    seen: list[str] = []

    async def app(scope: Any, _: Any, __: Any) -> None:
        seen.append(scope["client"][0])

    headers = [(b"x-forwarded-for", line.encode()) for line in lines]
    scope: Any = {"type": "http", "client": ("127.0.0.1", 4711), "headers": headers}
    await Forwarded(app, hops)(scope, None, None)  # type: ignore[arg-type]
    return seen[0]


async def test_without_a_proxy_the_header_means_nothing() -> None:
    assert await seen_by_the_house(0, "198.51.100.7") == "127.0.0.1"


async def test_several_lines_are_one_list() -> None:
    assert await seen_by_the_house(1, "10.0.0.1", "198.51.100.7") == "198.51.100.7"
    assert await seen_by_the_house(2, "198.51.100.7", "192.0.2.1") == "198.51.100.7"


async def test_who_came_around_the_proxies_is_the_peer() -> None:
    assert await seen_by_the_house(1) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::7%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_tries_are_counted_by_subscriber(address: str, counted: str) -> None:
    assert counted_as(address) == counted
