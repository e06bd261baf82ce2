"""Logs are events with ids, one JSON line each, and never a person.

Only the fields named here pass; whoever logs an e-mail address by mistake logs nothing.
"""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "exception", "exc_info", "job", "task", "attempt",
        "session", "request_number", "outlet", "quote", "payment", "kind", "state", "reason",
        "method", "path", "status", "took_ms", "request", "used_wh", "amount_yen", "count",
        "database", "port", "cursor", "generation", "hop", "error", "retry_ms", "name",
    }
)  # fmt: skip


ADDRESS = re.compile(r"[^\s@<>\"'(),:;=]+@[^\s@<>\"'(),:;=]+")


def only_known_fields(_: Any, __: str, event: EventDict) -> EventDict:
    """Drop what is not on the list, and say that something was dropped."""
    kept = {name: value for name, value in event.items() if name in FIELDS}
    if len(kept) != len(event):
        kept["dropped"] = len(event) - len(kept)
    return kept


def without_addresses(_: Any, __: str, event: EventDict) -> EventDict:
    """A library's words, or an exception's, may carry what no field of ours would."""
    return {
        name: value
        if isinstance(value, bool | int | float | None)
        else ADDRESS.sub("[address]", str(value))
        for name, value in event.items()
    }


def set_up_logs(*, level: str = "INFO", readable: bool = False) -> None:
    """To standard error; `readable` for a person's terminal, else JSON.

    What libraries log through `logging` goes the same way, from WARNING on.
    """
    ours: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_known_fields,
        structlog.processors.format_exc_info,
        without_addresses,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*ours, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    theirs = logging.StreamHandler(sys.stderr)
    theirs.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[_from_library, *ours[1:], renderer])
    )
    logging.basicConfig(level=logging.WARNING, handlers=[theirs], force=True)


def _from_library(_: Any, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    told = {"event": event["event"], "level": record.levelname.lower(), "name": record.name}
    return {**told, "exc_info": record.exc_info} if record.exc_info else told
