"""A process that logs what it should not (see test_logs)."""

import logging
import sys

import structlog

from konsento.foundation.logs import set_up_logs


def main(*, readable: bool) -> None:
    set_up_logs(readable=readable)
    log = structlog.get_logger("konsento")
    log.info("session ended", session="s1", used_wh=1_200, email="kana@example.jp")
    log.warning("mail to kana@example.jp", reason="no box for <kana@example.jp>")
    try:
        raise ValueError("no account for kana@example.jp")
    except ValueError as error:
        log.error("request failed", exc_info=error)
        logging.getLogger("library").exception("could not tell %s", "kana@example.jp")
    logging.getLogger("library").info("chatter")


if __name__ == "__main__":
    main(readable=sys.argv[1:] == ["readable"])
