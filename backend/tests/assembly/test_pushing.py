"""Whether and with which key the house pushes is a matter of its settings."""

from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from konsento.assembly.demo.secrets import secrets_in
from konsento.assembly.pushing import allowed_hosts, pusher, pusher_of
from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento.foundation.settings import SettingMissing, Settings
from konsento_push.vapid import VapidSigner, new_private_key

CONTACT = "mailto:push@konsento.example"


def settings(**more: object) -> Settings:
    return msgspec.convert({"public_url": "https://konsento.example", **more}, Settings)


async def test_without_a_key_nothing_is_pushed(clock: TestClock) -> None:
    assert pusher(settings(), clock) is None
    async with AsyncExitStack() as stack:
        assert await pusher_of(settings(), stack) is None


async def test_with_a_key_and_a_contact_the_house_signs_by_it() -> None:
    key = new_private_key()
    async with AsyncExitStack() as stack:
        made = await pusher_of(settings(vapid_private_key=key, vapid_contact=CONTACT), stack)
        assert made is not None
        assert made.public_key == VapidSigner(key, CONTACT).public_key


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"vapid_private_key": new_private_key()}, "KONSENTO_VAPID_CONTACT"),
        ({"vapid_private_key": "x", "vapid_contact": CONTACT}, "KONSENTO_VAPID_PRIVATE_KEY"),
        ({"vapid_private_key": new_private_key(), "vapid_contact": "me"}, "KONSENTO_VAPID_CONTACT"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_start_by_name_and_is_not_repeated(
    given: dict[str, str], named: str, clock: TestClock
) -> None:
    with pytest.raises(SettingMissing, match=named) as said:
        pusher(settings(**given), clock)
    assert len(given["vapid_private_key"]) < 2 or given["vapid_private_key"] not in str(said.value)


def test_the_known_push_services_are_allowed_and_a_setting_that_lets_in_all_is_not() -> None:
    hosts = allowed_hosts(settings())
    assert hosts.admits("https://fcm.googleapis.com/fcm/send/x")
    assert hosts.local == frozenset()
    with pytest.raises(SettingMissing, match="KONSENTO_PUSH_HOSTS"):
        allowed_hosts(settings(push_hosts="*"))


def test_the_demo_makes_its_own_key_once_and_also_where_it_had_none(tmp_path: Path) -> None:
    ids = CountingIds()
    first = secrets_in(tmp_path, ids)
    assert VapidSigner(first.vapid_private_key, CONTACT).public_key
    assert secrets_in(tmp_path, ids) == first
    path = tmp_path / "secrets.json"
    old = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    del old["vapid_private_key"], old["mail_secret"]
    path.write_bytes(msgspec.json.encode(old))
    again = secrets_in(tmp_path, ids)
    assert again.operator_password == first.operator_password
    assert len(again.mail_secret) > 20
    assert secrets_in(tmp_path, ids) == again
    assert path.stat().st_mode & 0o777 == 0o600
