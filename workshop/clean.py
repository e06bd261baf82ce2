"""Removes what can be made again: caches and the built front end.

With ALL=1 the installed packages too.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from places import NODE_MODULES, ROOT, VENV, WEB, say

CACHES = re.compile(r"__pycache__|\..+_cache|\.hypothesis|\.schemathesis")
INSTALLED = (VENV, NODE_MODULES)


def rubbish() -> list[Path]:
    """The folders to remove, whether they are there or not."""
    found = [WEB, ROOT / "dist"]
    for folder, folders, _ in os.walk(ROOT):
        found += [Path(folder, name) for name in folders if CACHES.fullmatch(name)]
        folders[:] = [name for name in folders if name not in {".git", VENV.name, "node_modules"}]
    return found + list(INSTALLED if os.environ.get("ALL") else ())


def main() -> int:
    """Remove them; nothing that a person wrote and nothing in var/ is among them."""
    for folder in rubbish():
        if folder.is_dir():
            shutil.rmtree(folder)
            say(f"removed: {folder.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
