"""A real server with two hundred open streams ends when it is told to."""

import asyncio
import signal
import sys
from pathlib import Path

BACKEND = Path(__file__).parents[3]
STREAMS = 200
ENDS_WITHIN_S = 10


async def listen(port: int, load: int = 1) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /events?load={load} HTTP/1.1\r\nHost: shop\r\n\r\n".encode())
    assert b"200" in await reader.readline()
    return reader, writer


async def test_two_hundred_open_streams_hear_goodbye_and_the_server_ends() -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.foundation.edge.streaming",
        cwd=BACKEND, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout
    try:
        port = int(await server.stdout.readline())
        streams = [await listen(port) for _ in range(STREAMS)]
        deaf = [await listen(port, load=8_000_000) for _ in range(3)]  # these never read on
        server.send_signal(signal.SIGTERM)
        async with asyncio.timeout(ENDS_WITHIN_S):
            texts = await asyncio.gather(*(reader.read() for reader, _ in streams))
            ended = await server.wait()
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()
    for _, writer in (*streams, *deaf):
        writer.close()
    assert all(b"event: tick" in text for text in texts)
    assert all(b"event: goodbye" in text and b"retry: " in text for text in texts)
    assert ended in (0, -signal.SIGTERM)
