"""Which parameters each call takes, as tables; whatever is not in the table is refused."""

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from konsento.twin.form import Tree, Value
from konsento.twin.limits import (
    CHARGE_YEN_MAX,
    CHARGE_YEN_MIN,
    LIST_ROWS_MAX,
    METADATA_PAIRS_MAX,
)
from konsento.twin.refusals import WireError

Check: TypeAlias = Callable[[Value, str], Any]
Table: TypeAlias = dict[str, Check]

INSTANT_S_MAX = 99_999_999_999


def text(chars_max: int) -> Check:
    """Text of 1 to `chars_max` characters."""

    def check(value: Value, name: str) -> str:
        if not isinstance(value, str):
            raise WireError(f"Invalid string: {name}", param=name)
        if not value:
            raise WireError(
                f"You passed an empty string for '{name}'.",
                code="parameter_invalid_empty",
                param=name,
            )
        if len(value) > chars_max:
            raise WireError(f"Invalid {name}: longer than {chars_max}.", param=name)
        return value

    return check


def one_of(*words: str) -> Check:
    """One of the words."""

    def check(value: Value, name: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise WireError(f"Invalid {name}: must be one of {', '.join(words)}", param=name)
        return value

    return check


def whole(least: int, most: int) -> Check:
    """A whole number; `10.0` and `1e3` are not."""

    def check(value: Value, name: str) -> int:
        if (
            not isinstance(value, str)
            or not value.isascii()
            or not value.isdigit()
            or len(value) > 15
            or not least <= int(value) <= most
        ):
            raise WireError(
                f"Invalid integer: {name}", code="parameter_invalid_integer", param=name
            )
        return int(value)

    return check


def flag(value: Value, name: str) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise WireError(f"Invalid boolean: {name}", param=name)
    return value == "true"


def web_address(value: Value, name: str) -> str:
    """An absolute http(s) address that may stand in a header."""
    plain = isinstance(value, str) and value.isascii() and not set(value) & set(" \t\r\n\"';,<>\\")
    parts = urlsplit(value) if isinstance(value, str) and plain else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise WireError(f"Not a valid URL: {name}", code="url_invalid", param=name)
    return str(value)


def metadata(value: Value, name: str) -> dict[str, str]:
    """Up to 50 names of 40 characters with texts of 500."""
    if value == "":
        return {}
    if not isinstance(value, dict) or len(value) > METADATA_PAIRS_MAX:
        raise WireError(f"Invalid {name}", param=name)
    kept: dict[str, str] = {}
    for key, entry in value.items():
        if not isinstance(entry, str) or len(key) > 40 or len(entry) > 500:
            raise WireError(f"Invalid {name}: {key[:40]}", param=name)
        kept[key] = entry
    return kept


def table(fields: Table, *needed: str) -> Check:
    """A nested object with the fields of a table."""

    def check(value: Value, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WireError(f"Invalid object: {name}", param=name)
        return read(value, fields, needed, within=name)

    return check


def rows(check_row: Check) -> Check:
    """A list: `[0]`, `[1]`, … without a gap."""

    def check(value: Value, name: str) -> list[Any]:
        wanted = [str(place) for place in range(len(value))]
        if not isinstance(value, dict) or sorted(value, key=len) != sorted(wanted, key=len):
            raise WireError(f"Invalid array: {name}", param=name)
        if set(value) != set(wanted):
            raise WireError(f"Invalid array: {name}", param=name)
        return [check_row(value[place], f"{name}[{place}]") for place in wanted]

    return check


def read(tree: Tree, fields: Table, needed: tuple[str, ...], *, within: str = "") -> dict[str, Any]:
    """The tree as checked values. Raises WireError at the first parameter that is wrong."""
    read_values: dict[str, Any] = {}
    for key, value in tree.items():
        name = f"{within}[{key}]" if within else key
        if key == "payment_method_types":
            raise WireError(
                "payment_method_types is no longer supported.",
                code="payment_method_types_no_longer_supported",
                param=name,
            )
        if key not in fields:
            raise WireError(
                f"Received unknown parameter: {name}", code="parameter_unknown", param=name
            )
        read_values[key] = fields[key](value, name)
    for key in needed:
        if key not in read_values:
            name = f"{within}[{key}]" if within else key
            raise WireError(
                f"Missing required param: {name}.", code="parameter_missing", param=name
            )
    return read_values


YEN = whole(1, CHARGE_YEN_MAX)
EXPAND = rows(text(100))
PRICE = table(
    {
        "currency": one_of("jpy"),
        "unit_amount": YEN,
        "product_data": table({"name": text(250), "description": text(500)}, "name"),
    },
    "currency",
    "unit_amount",
    "product_data",
)
SPAN: Table = {name: whole(0, INSTANT_S_MAX) for name in ("gt", "gte", "lt", "lte")}
LISTING: Table = {
    "limit": whole(1, LIST_ROWS_MAX),
    "created": table(SPAN),
    "starting_after": text(100),
    "expand": EXPAND,
}

SESSION_CREATE: Table = {
    "mode": one_of("payment"),
    "ui_mode": one_of("hosted_page"),
    "locale": one_of("ja", "en", "auto"),
    "submit_type": one_of("auto", "pay", "book"),
    "allowed_payment_method_types": rows(one_of("card")),
    "adaptive_pricing": table({"enabled": flag}),
    "line_items": rows(
        table({"quantity": whole(1, 100), "price_data": PRICE}, "quantity", "price_data")
    ),
    "client_reference_id": text(200),
    "customer": text(100),
    "customer_creation": one_of("always", "if_required"),
    "customer_email": text(254),
    "metadata": metadata,
    "payment_intent_data": table(
        {
            "capture_method": one_of("automatic", "manual"),
            "description": text(1000),
            "metadata": metadata,
            "setup_future_usage": one_of("on_session", "off_session"),
        }
    ),
    "payment_method_options": table({"card": table({"capture_method": one_of("manual")})}),
    "success_url": web_address,
    "cancel_url": web_address,
    "expires_at": whole(0, INSTANT_S_MAX),
    "expand": EXPAND,
}
SESSION_LIST: Table = {
    **LISTING,
    "status": one_of("open", "complete", "expired"),
    "payment_intent": text(100),
}
PAYMENT_CREATE: Table = {
    "amount": whole(CHARGE_YEN_MIN, CHARGE_YEN_MAX),
    "currency": one_of("jpy"),
    "customer": text(100),
    "payment_method": text(100),
    "allowed_payment_method_types": rows(one_of("card")),
    "capture_method": one_of("automatic", "manual"),
    "confirm": flag,
    "description": text(1000),
    "metadata": metadata,
    "return_url": web_address,
    "expand": EXPAND,
}
PAYMENT_LIST: Table = {**LISTING, "customer": text(100)}
PAYMENT_CAPTURE: Table = {"amount_to_capture": YEN, "metadata": metadata, "expand": EXPAND}
PAYMENT_CANCEL: Table = {
    "cancellation_reason": one_of("duplicate", "fraudulent", "requested_by_customer", "abandoned"),
    "expand": EXPAND,
}
REFUND_CREATE: Table = {
    "payment_intent": text(100),
    "amount": YEN,
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
    "metadata": metadata,
    "expand": EXPAND,
}
REFUND_LIST: Table = {**LISTING, "payment_intent": text(100)}
ONLY_EXPAND: Table = {"expand": EXPAND}
