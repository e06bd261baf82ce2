"""The same words on a page of nothing but words: the least that one can wait for them."""

import gzip
import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Konsento</title>
<main id="words">{}</main>
"""


@contextmanager
def bare(words: str) -> Iterator[str]:
    """Serves `words`, a paragraph a line; gives the address."""
    paragraphs = "".join(f"<p>{html.escape(line)}" for line in words.splitlines() if line.strip())
    body = gzip.compress(PAGE.format(paragraphs).encode())

    class Bare(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-encoding", "gzip")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: what is asked here is known."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Bare) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
