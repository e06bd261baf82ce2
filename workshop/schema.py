"""The API's schema and the TypeScript made from it: `schema.py write`, or `check` both."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from frontend import node_environment
from places import FRONTEND, NODE_MODULES, ROOT, VENV_BIN, say

SCHEMA = ROOT / "backend" / "openapi.json"
TYPES = FRONTEND / "src" / "api" / "schema.d.ts"
LINES_SHOWN = 40


def schema_now() -> str:
    """The OpenAPI document that the code stands for, as `konsento openapi` prints it."""
    command = [str(VENV_BIN / "konsento"), "openapi"]
    told = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return told.stdout


def types_of(schema: str) -> str:
    """The TypeScript types that openapi-typescript makes of a document."""
    with tempfile.TemporaryDirectory() as folder:
        document, types = Path(folder, "openapi.json"), Path(folder, "schema.d.ts")
        document.write_text(schema)
        subprocess.run(
            [NODE_MODULES / ".bin" / "openapi-typescript", document, "-o", types],
            check=True,
            cwd=FRONTEND,
            env={**os.environ, **node_environment()},
            stdout=subprocess.DEVNULL,
        )
        return types.read_text()


def differs(path: Path, now: str) -> bool:
    """Whether the file is not what it would be made now; the first lines that differ are shown."""
    kept = path.read_text() if path.exists() else ""
    if kept == now:
        return False
    name = str(path.relative_to(ROOT))
    now_lines = now.splitlines()
    lines = list(
        difflib.unified_diff(kept.splitlines(), now_lines, name, "by the code", lineterm="")
    )
    say("\n".join(lines[:LINES_SHOWN]))
    say(f"{name} has drifted: run `make openapi`, read the difference and commit it")
    return True


def main(names: list[str]) -> int:
    """Write both files, or compare both with what they would be; 1 when one differs."""
    if names not in (["write"], ["check"]):
        say("usage: schema.py write | check")
        return 2
    try:
        schema = schema_now()
        made = {SCHEMA: schema, TYPES: types_of(schema)}
    except (OSError, subprocess.CalledProcessError) as failed:
        say(f"the schema could not be made: {failed}")
        return 1
    if names == ["check"]:
        return int(any([differs(path, now) for path, now in made.items()]))
    for path, now in made.items():
        path.write_text(now)
        say(f"written: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
