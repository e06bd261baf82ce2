"""Brings Node, the front end's packages and the built front end, each only when it is not there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from once import Stamp, digest, files_under
from places import FRONTEND, NODE_MODULES, ROOT, VENV_BIN, VENV_PYTHON, WEB, run, say

NODE_LOCK = ROOT / "workshop" / "node.lock"
PACKAGES_STAMP = Stamp(NODE_MODULES / ".konsento-packages")
BUILD_STAMP = Stamp(NODE_MODULES / ".konsento-build")


def node_will_do(version: str) -> bool:
    """Whether `node --version` names one that Vite 8 runs on: 20.19 and on, or 22.12 and newer."""
    numbers = re.match(r"v(\d+)\.(\d+)\.", version)
    if numbers is None:
        return False
    major, minor = int(numbers[1]), int(numbers[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def node_folder() -> Path | None:
    """The folder of a `node` that will do and its `npm`: ours, else the first fit on the path."""
    for folder in [str(VENV_BIN), *os.environ.get("PATH", "").split(os.pathsep)]:
        node, npm = shutil.which("node", path=folder), shutil.which("npm", path=folder)
        if not node or not npm:
            continue
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        if node_will_do(told.stdout):
            return Path(folder)
    return None


def node_environment() -> dict[str, str]:
    """The environment in which `npm` and `npx` are found and keep quiet about themselves."""
    folder = node_folder() or VENV_BIN
    return {
        "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
    }


def bring_node() -> None:
    """Put Node into the virtual environment from Python's side, unless a fit one is there."""
    if node_folder() is not None:
        return
    say("node: none fit found; installing one into .venv (60 MB, once)")
    run(
        *(VENV_PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
        *("--require-hashes", "-r", NODE_LOCK),
    )


def bring_packages() -> None:
    """`npm ci` by package-lock.json, without running any package's own scripts."""
    told = [FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc")]
    wanted = digest(path for path in told if path.exists())
    if PACKAGES_STAMP.says(wanted):
        return
    say("frontend: installing packages by package-lock.json")
    PACKAGES_STAMP.forget()
    bring_node()
    run("npm", "ci", "--ignore-scripts", "--silent", cwd=FRONTEND, env=node_environment())
    PACKAGES_STAMP.set(wanted)


def sources_and_build() -> str:
    """One hash over what the front end is built from and over what stands built."""
    return digest(files_under(FRONTEND, ROOT / "push" / "service_worker", WEB))


def bring_build() -> None:
    """`npm run build`, when a source changed or the built files are not those of the last build."""
    if WEB.is_dir() and BUILD_STAMP.says(sources_and_build()):
        return
    say("frontend: building")
    BUILD_STAMP.forget()
    bring_node()
    run(
        "npm",
        "run",
        "--silent",
        "build",
        "--",
        "--logLevel",
        "warn",
        cwd=FRONTEND,
        env=node_environment(),
    )
    BUILD_STAMP.set(sources_and_build())
