"""Only addresses at a push service that we know are taken, and only keys that are keys."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.foundation.settings import PUSH_HOSTS
from konsento_push.subscription import (
    ENDPOINT_CHARS_MAX,
    Keys,
    Subscription,
    Unacceptable,
    checked,
    packed,
    push_hosts,
    unpacked,
)
from tests.push.pushbox import Browser

HOSTS = push_hosts(PUSH_HOSTS)
BROWSER = Browser("https://fcm.googleapis.com", "x")
KEYS = BROWSER.subscription.keys
PRIVATE = (
    "127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[fd00::1]", "[fe80::1%25eth0]", "10.0.0.1",
    "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "metadata.google.internal",
    "localhost", "localhost.localdomain", "intranet", "8.8.8.8", "[2001:4860:4860::8888]",
)  # fmt: skip
LOOK_ALIKES = (
    "fcm.googleapis.com.evil.example", "fcm.googleapis.com.", "fcm.googleapis.com..",
    "evil-fcm.googleapis.com", "googleapis.com", "storage.googleapis.com", "xpush.apple.com",
    "apple.com", "push.apple.com.evil.example", "notify.windows.com@evil.example",
    "evil.example#fcm.googleapis.com", "evil.example?fcm.googleapis.com",
    "evil.example\\fcm.googleapis.com", "fcm.googleapis.com\\@evil.example",
    "fcm.googleapis.com%2eevil.example", "fcm.googleapis.com%00.evil.example",
    "fcm.googleapis.com\t.evil.example", "fcm.googleapis.com\n", " fcm.googleapis.com",
    "ｆcm.googleapis.com", "fcm。googleapis.com", "fcm.googleapis.com:80", "FCM.googleapis.com",
    "fcm.googleapis.com:8443", "fcm.googleapis.com:0443", "user@fcm.googleapis.com",
    "user:secret@fcm.googleapis.com", "@fcm.googleapis.com", ":443", "", ".fcm.googleapis.com",
    "-.push.apple.com", "a..push.apple.com", "a_b.push.apple.com", "xn--fcm.googleapis.com.evil",
)  # fmt: skip
SCHEMES = ("https://", "http://", "HTTPS://", "ftp://", "file://", "//", "https:/", "https:\\\\")
PAGES = ("/send/x", "/", "")
HOSTILE = [
    f"{scheme}{host}{page}"
    for scheme, host, page in itertools.product(SCHEMES, (*PRIVATE, *LOOK_ALIKES), PAGES)
]


def test_hostile_addresses_are_refused_each() -> None:
    assert len(HOSTILE) > 1_000
    assert [endpoint for endpoint in HOSTILE if HOSTS.admits(endpoint)] == []


@pytest.mark.parametrize(
    "page", ["", "/a b", "/a\n", "/a#b", "/é", "\\a", "/a\\b", "/" + "a" * 1_000]
)
def test_a_page_that_two_would_read_differently_is_refused(page: str) -> None:
    assert not HOSTS.admits(f"https://fcm.googleapis.com{page}")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dX-1_a:APA91bF",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABn",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-by3p.notify.windows.com/w/?token=BQYAAAC%2f%3d",
        "https://fcm.googleapis.com:443/fcm/send/x",
        "https://fcm.googleapis.com/" + "a" * (ENDPOINT_CHARS_MAX - 27),
    ],
)
def test_the_addresses_that_browsers_give_are_taken(endpoint: str) -> None:
    found = checked(Subscription(endpoint, KEYS), HOSTS)
    assert found.endpoint == endpoint
    assert not found.origin.endswith(":443")


@given(st.text(max_size=40))
def test_no_text_at_all_makes_it_fail(text: str) -> None:
    HOSTS.admits(text)
    HOSTS.admits(f"https://{text}/x")
    assert not HOSTS.admits(f"https://{text}@fcm.googleapis.com/x")


def test_plain_http_is_for_one_origin_on_loopback_and_nothing_beside_it() -> None:
    hosts = push_hosts("push.example, http://127.0.0.1:8131")
    assert hosts.admits("http://127.0.0.1:8131/push/b1")
    for endpoint in (
        "http://127.0.0.1:8132/push/b1", "http://127.0.0.1/x", "https://127.0.0.1:8131/x",
        "http://127.0.0.1:8131", "http://127.0.0.1:8131@evil.example/", "http://push.example/x",
        "http://127.0.0.1:8131/a b",
    ):  # fmt: skip
        assert not hosts.admits(endpoint)
    assert hosts.local == {"127.0.0.1"}


@pytest.mark.parametrize(
    "text",
    ["com", "*.example", "https://push.example", "http://10.0.0.1:80", "push.example/x", "-"],
)
def test_a_setting_that_would_let_in_too_much_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither a host"):
        push_hosts(f"fcm.googleapis.com,{text}")


@pytest.mark.parametrize(
    "keys",
    [
        Keys("", KEYS.auth), Keys(KEYS.p256dh, ""), Keys(KEYS.p256dh[:-4], KEYS.auth),
        Keys(packed(b"\4" + b"\1" * 64), KEYS.auth), Keys(packed(b"\2" + b"\1" * 32), KEYS.auth),
        Keys(KEYS.p256dh, packed(b"a" * 15)), Keys(KEYS.p256dh, packed(b"a" * 17)),
        Keys("!" * 87, KEYS.auth), Keys(KEYS.p256dh + "\n", KEYS.auth),
        Keys(KEYS.auth, KEYS.p256dh), Keys("é" * 87, KEYS.auth),
    ],
)  # fmt: skip
def test_what_is_no_browsers_key_is_refused(keys: Keys) -> None:
    with pytest.raises(Unacceptable):
        checked(Subscription(BROWSER.endpoint, keys), HOSTS)


def test_keys_are_taken_with_padding_or_without_and_are_the_same() -> None:
    padded = Keys(KEYS.p256dh + "=", KEYS.auth + "==")
    assert checked(Subscription(BROWSER.endpoint, padded), HOSTS) == BROWSER.subscription


@given(st.binary(max_size=100))
def test_what_is_packed_can_be_unpacked(data: bytes) -> None:
    assert unpacked(packed(data)) == data
