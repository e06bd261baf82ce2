"""Node's web-push in a process of its own, which pushes so many whenever it is told to."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

HERE = Path(__file__).parent / "node"


class Node:
    """The process, and what it is told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def pushes(self, count: int) -> tuple[float, float]:
        """A second, and µs of its processor for each."""
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        to.write(f"{count}\n")
        to.flush()
        took_s, processor_us = map(float, back.readline().split())
        return count / took_s, processor_us / count


@contextmanager
def node(**task: object) -> Iterator[Node]:
    """Node with its task, as push.mjs takes it. Raises FileNotFoundError without `npm install`."""
    if not (HERE / "node_modules").is_dir():
        raise FileNotFoundError("npm install --ignore-scripts, in backend/benchmarks/node")
    command = ["node", "push.mjs", msgspec.json.encode(task).decode()]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=HERE, text=True, stdin=pipe, stdout=pipe) as process:
        try:
            yield Node(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)
