"""What may differ from house to house: environment variables KONSENTO_*, read once.

A missing secret stops the start with the name of what is missing.
"""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from konsento.foundation.limits import PROXY_HOPS_MAX

PREFIX = "KONSENTO_"
# Of Chrome, Firefox, Safari and Edge; each with all hosts below it.
PUSH_HOSTS = "fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com"
# As makers write them (IEC 61968-9): 3.26.9.185 and .216, 3.26.0.85, 0.26.38.85 and .49.
OUTAGE_EVENT_CODES = "3.26.9.185=down,3.26.9.216=up,3.26.0.85=down,0.26.38.85=down,0.26.38.49=up"
API_KEY = r"[a-z0-9-]{1,32}:[A-Za-z0-9_-]{20,200}"
API_KEYS = rf"^{API_KEY}(,{API_KEY})*$"  # name:key, by commas
ROLE_KEY = r"[a-z0-9-]{1,23}:(collector|automation|office|registrar|reader):[A-Za-z0-9_-]{20,200}"
ROLE_KEYS = rf"^{ROLE_KEY}(,{ROLE_KEY})*$"  # name:role:key, by commas
MAIL_SECRET = r"^[!-~]{20,200}$"
PHONE = r"^[0-9+() -]{3,30}$"
EVENT_CODES = r"^[A-Za-z0-9_.#-]{1,40}=(up|down)(,[A-Za-z0-9_.#-]{1,40}=(up|down))*$"


class SettingMissing(Exception):
    """Says which variables are missing or wrong."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default; empty means that there is none.

    Which of the empty ones a command cannot do without, the command says.
    """

    public_url: Annotated[str, Meta(pattern=r"^https?://[^/\s]+$")] = ""
    bind_host: str = "127.0.0.1"
    bind_port: Annotated[int, Meta(ge=0, le=65_535)] = 0
    proxy_hops: Annotated[int, Meta(ge=0, le=PROXY_HOPS_MAX)] = 0
    people_db: str = "var/people.sqlite"
    grid_db: str = "var/grid.sqlite"
    mdms_url: Annotated[str, Meta(pattern=r"^https?://[^/\s]+$")] = ""
    mdms_api_key: str = ""
    mdms_api_keys: Annotated[str, Meta(pattern=API_KEYS)] = ""
    mdms_driver: Literal["", "simulated"] = ""
    street_db: str = "var/street.sqlite"
    outage_api_keys: Annotated[str, Meta(pattern=ROLE_KEYS)] = ""
    outage_event_codes: Annotated[str, Meta(pattern=EVENT_CODES)] = OUTAGE_EVENT_CODES
    outage_folder: str = "var/outage"
    outage_grace_ms: Annotated[int, Meta(ge=0, le=7_200_000)] = 1_200_000
    outage_automation_speaks: bool = False
    outage_url: Annotated[str, Meta(pattern=r"^https?://[^/\s]+$")] = ""
    outage_api_key: str = ""
    outage_phone: Annotated[str, Meta(pattern=PHONE)] = ""
    notice_brake_above: Annotated[int, Meta(ge=0, le=100_000_000)] = 10_000
    stripe_secret_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_base: str = ""
    vapid_private_key: str = ""
    vapid_contact: str = ""
    push_hosts: str = PUSH_HOSTS
    twin_db: str = "var/twin.sqlite"
    smtp_host: str = ""
    smtp_port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True
    mail_from: str = ""
    mail_name: str = "Konsento"
    dkim_private_key: str = ""
    dkim_selector: str = ""
    mail_secret: Annotated[str, Meta(pattern=MAIL_SECRET)] = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    measure_every_ms: int = 3_000
    continuity_every_ms: int = 5_000
    failsafe_after_ms: int = 60_000
    pause_after_ms: Annotated[int, Meta(ge=0, le=600_000)] = 10_000
    pause_below_w: Annotated[int, Meta(ge=1, le=1_000)] = 10
    counted_from: Literal["switch_on", "first_use"] = "switch_on"
    quote_held_ms: int = 600_000
    payment_within_ms: int = 1_800_000
    no_load_within_ms: int = 180_000
    idle_within_ms: int = 600_000
    resume_within_ms: Annotated[int, Meta(ge=60_000, le=86_400_000)] = 3_600_000
    settle_within_ms: int = 1_800_000
    link_told_after_ms: int = 60_000

    def __repr__(self) -> str:
        """Without its fields: half of them are secrets."""
        return "Settings(...)"


def read_settings(
    environment: Mapping[str, str], *, needs: Collection[str] = (), **given: object
) -> Settings:
    """From KONSENTO_* variables; `given` wins. Raises SettingMissing.

    `needs` are names of fields that may not be left empty.
    """
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, object] = {
        name: environment[variable(name)] for name in known if environment.get(variable(name))
    }
    values.update(given)
    missing = [
        variable(name)
        for name, field in known.items()
        if (field.required or name in needs) and name not in values
    ]
    if missing:
        raise SettingMissing("set " + ", ".join(missing))
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingMissing(_by_variable(str(error))) from None


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def _by_variable(said: str) -> str:
    """`Expected `int`, got `str` - at `$.x`` with the variable's name in place of the field's."""
    return re.sub(r"\$\.(\w+)", lambda at: PREFIX + at[1].upper(), said)


def describe(needed: Mapping[str, Collection[str]]) -> list[tuple[str, str, str]]:
    """Each variable, its default, and who cannot do without it.

    `needed`: the fields that each command needs, by the command's name.
    """
    return [
        (
            variable(field.name),
            "" if field.required else str(field.default),
            ", ".join(command for command, names in needed.items() if field.name in names),
        )
        for field in msgspec.structs.fields(Settings)
    ]
