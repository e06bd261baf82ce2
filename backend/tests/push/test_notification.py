"""A notification fits into what every push service takes, in whole letters."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento_push.notification import (
    PAYLOAD_BYTES_MAX,
    SHORT_BYTES_MAX,
    TITLE_CHARS_MAX,
    Notification,
    TooLong,
    payload,
)

PLAIN = Notification(
    kind="idle", title="電気が流れていません", body="満充電か、プラグが抜けています。",
    navigate="https://konsento.example/s/s1", tag="session:s1", language="ja", at_ms=5,
    about="s1", ttl_s=600, urgency="high",
)  # fmt: skip


def body(data: bytes) -> str:
    return str(msgspec.json.decode(data)["notification"]["body"])


def test_japanese_is_written_in_letters_and_not_in_escapes() -> None:
    assert "電気が流れていません".encode() in payload(PLAIN)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=3_000),
    st.sampled_from([PAYLOAD_BYTES_MAX, SHORT_BYTES_MAX, 300]),
)
def test_a_body_of_any_length_fits_and_loses_only_its_end(text: str, bytes_max: int) -> None:
    data = payload(msgspec.structs.replace(PLAIN, body=text), bytes_max)
    assert len(data) <= bytes_max
    shown = body(data)
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


@pytest.mark.parametrize("letter", ["a", "電", "🔌", '"', "\\", "\x01"])
def test_what_fits_is_used(letter: str) -> None:
    long = msgspec.structs.replace(PLAIN, body=letter * 5_000)
    assert len(payload(long)) > PAYLOAD_BYTES_MAX - 10


def test_the_longest_title_leaves_room_for_a_body() -> None:
    wide = msgspec.structs.replace(PLAIN, title="🔌" * TITLE_CHARS_MAX, body="電" * 2_000)
    assert len(body(payload(wide))) > 900
    assert len(body(payload(wide, SHORT_BYTES_MAX))) > 50


def test_what_cannot_fit_is_said_to_be_too_long() -> None:
    with pytest.raises(TooLong):
        payload(msgspec.structs.replace(PLAIN, navigate="https://a.example/" + "a" * 5_000))


def test_a_topic_is_the_same_for_a_tag_and_tells_nothing_of_it() -> None:
    other = msgspec.structs.replace(PLAIN, tag="session:s2")
    assert PLAIN.topic == msgspec.structs.replace(PLAIN, kind="done").topic != other.topic
    assert len(PLAIN.topic) == 32
    assert "s1" not in PLAIN.topic
