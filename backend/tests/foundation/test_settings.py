"""A start without what it needs ends with the name of what is missing."""

import pytest

from konsento.foundation.settings import SettingMissing, Settings, describe, read_settings

NEEDED = {name: "x" for name, default in describe() if default == "(needed)"}


def test_what_is_missing_is_named_all_at_once() -> None:
    given = dict(list(NEEDED.items())[1:-1])
    with pytest.raises(SettingMissing) as missing:
        read_settings(given)
    absent = set(NEEDED) - set(given)
    assert set(str(missing.value).removeprefix("set ").split(", ")) == absent


def test_what_is_given_in_words_is_read_as_its_kind() -> None:
    settings = read_settings(
        {**NEEDED, "KONSENTO_QUOTE_HELD_MS": "60000", "KONSENTO_TRUSTED_PROXY": "true"}
    )
    assert (settings.quote_held_ms, settings.trusted_proxy) == (60_000, True)


def test_what_cannot_be_read_is_named_and_not_shown() -> None:
    with pytest.raises(SettingMissing, match="KONSENTO_QUOTE_HELD_MS") as wrong:
        read_settings({**NEEDED, "KONSENTO_QUOTE_HELD_MS": "hush"})
    assert "hush" not in str(wrong.value)


def test_what_the_program_gives_wins_over_the_environment() -> None:
    settings = read_settings({**NEEDED, "KONSENTO_GRID_DB": "a"}, grid_db="b")
    assert settings.grid_db == "b"


def test_what_is_not_ours_is_left_alone() -> None:
    assert isinstance(read_settings({**NEEDED, "PATH": "/bin", "KONSENTO_OTHER": "1"}), Settings)
