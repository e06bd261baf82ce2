"""A start without what it needs ends with the name of what is missing."""

import pytest

from konsento.foundation.settings import SettingMissing, Settings, describe, read_settings

NEEDS = ("public_url", "mdms_api_key", "stripe_secret_key")
NEEDED = {
    "KONSENTO_PUBLIC_URL": "https://konsento.test",
    "KONSENTO_MDMS_API_KEY": "x",
    "KONSENTO_STRIPE_SECRET_KEY": "x",
}


def test_what_is_missing_is_named_all_at_once() -> None:
    given = {"KONSENTO_MDMS_API_KEY": "x"}
    with pytest.raises(SettingMissing) as missing:
        read_settings(given, needs=NEEDS)
    assert str(missing.value) == "set KONSENTO_PUBLIC_URL, KONSENTO_STRIPE_SECRET_KEY"


def test_what_is_set_to_nothing_is_missing() -> None:
    with pytest.raises(SettingMissing, match=r"^set KONSENTO_MDMS_API_KEY$"):
        read_settings({**NEEDED, "KONSENTO_MDMS_API_KEY": ""}, needs=NEEDS)


def test_what_nobody_needs_may_be_left_out() -> None:
    assert read_settings({}).stripe_secret_key == ""


def test_what_is_given_in_words_is_read_as_its_kind() -> None:
    settings = read_settings(
        {**NEEDED, "KONSENTO_QUOTE_HELD_MS": "60000", "KONSENTO_SMTP_STARTTLS": "false"}
    )
    assert (settings.quote_held_ms, settings.smtp_starttls) == (60_000, False)


def test_what_cannot_be_read_is_named_and_not_shown() -> None:
    with pytest.raises(SettingMissing, match="KONSENTO_QUOTE_HELD_MS") as wrong:
        read_settings({**NEEDED, "KONSENTO_QUOTE_HELD_MS": "hush"})
    assert "hush" not in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://konsento.test/"),
        ("PUBLIC_URL", "konsento.test"),
        ("MDMS_API_KEYS", "hush"),
        ("MDMS_API_KEYS", "konsento:hush"),
        ("PROXY_HOPS", "-1"),
        ("SMTP_PORT", "70000"),
        ("BIND_PORT", "http"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingMissing, match=f"KONSENTO_{name}") as wrong:
        read_settings({**NEEDED, f"KONSENTO_{name}": value})
    assert value not in str(wrong.value)


def test_no_secret_is_told_by_the_settings_themselves() -> None:
    settings = read_settings({**NEEDED, "KONSENTO_STRIPE_SECRET_KEY": "sk_live_hush"})
    assert "hush" not in repr(settings)
    assert "hush" not in f"{settings}"


def test_each_variable_is_told_with_its_default_and_who_needs_it() -> None:
    told = {name: rest for name, *rest in describe({"serve mdms": ("grid_db",), "demo": ()})}
    assert told["KONSENTO_GRID_DB"] == ["var/grid.sqlite", "serve mdms"]
    assert told["KONSENTO_SMTP_PORT"] == ["587", ""]


def test_what_the_program_gives_wins_over_the_environment() -> None:
    settings = read_settings({**NEEDED, "KONSENTO_GRID_DB": "a"}, grid_db="b")
    assert settings.grid_db == "b"


def test_what_is_not_ours_is_left_alone() -> None:
    assert isinstance(read_settings({**NEEDED, "PATH": "/bin", "KONSENTO_OTHER": "1"}), Settings)
