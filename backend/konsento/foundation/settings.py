"""What may differ from house to house: environment variables KONSENTO_*, read once.

A missing secret stops the start with the name of what is missing.
"""

import re
from collections.abc import Mapping

import msgspec

PREFIX = "KONSENTO_"


class SettingMissing(Exception):
    """Says which variables are missing or wrong."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default; a field without one must be given."""

    public_url: str
    people_db: str = "var/people.sqlite"
    grid_db: str = "var/grid.sqlite"
    mdms_api_key: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_api_base: str = ""
    trusted_proxy: bool = False
    log_level: str = "INFO"

    measure_every_ms: int = 3_000
    continuity_every_ms: int = 5_000
    failsafe_after_ms: int = 60_000
    counted_from: str = "switch_on"
    quote_held_ms: int = 600_000
    payment_within_ms: int = 1_800_000
    no_load_within_ms: int = 180_000
    idle_within_ms: int = 600_000
    settle_within_ms: int = 1_800_000


def read_settings(environment: Mapping[str, str], **given: object) -> Settings:
    """From KONSENTO_* variables; `given` wins. Raises SettingMissing."""
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, object] = {
        name: environment[PREFIX + name.upper()]
        for name in known
        if PREFIX + name.upper() in environment
    }
    values.update(given)
    missing = [
        PREFIX + name.upper()
        for name, field in known.items()
        if field.required and name not in values
    ]
    if missing:
        raise SettingMissing("set " + ", ".join(missing))
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingMissing(_by_variable(str(error))) from None


def _by_variable(said: str) -> str:
    """`Expected `int`, got `str` - at `$.x`` with the variable's name in place of the field's."""
    return re.sub(r"\$\.(\w+)", lambda at: PREFIX + at[1].upper(), said)


def describe() -> list[tuple[str, str]]:
    """Each variable and its default, for `konsento settings`."""
    return [
        (PREFIX + f.name.upper(), "(needed)" if f.required else str(f.default))
        for f in msgspec.structs.fields(Settings)
    ]
