"""Stripe's way of saying no: an HTTP status and an `error` object."""

from typing import Any


class WireError(Exception):
    """A refusal in Stripe's own words; it leaves the twin as `body()` under `status`."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.status = status
        self.kind = kind
        self.more = more

    def body(self) -> dict[str, Any]:
        """`{"error": {...}}` without what was not said."""
        said = {"type": self.kind, "message": self.message, "code": self.code, "param": self.param}
        said |= self.more
        return {"error": {name: value for name, value in said.items() if value is not None}}


def no_such(noun: str, name: str) -> WireError:
    """An id that names nothing here."""
    return WireError(f"No such {noun}: '{name}'", code="resource_missing", param="id", status=404)


def saved_failure() -> WireError:
    """What a request answers that broke inside Stripe."""
    return WireError("An unknown error occurred", status=500, kind="api_error")
