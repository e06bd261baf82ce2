"""`konsento`: the demo, the settings, and the API's description, from the command line."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from konsento.foundation.logs import set_up_logs
from konsento.foundation.settings import describe


def demo(args: argparse.Namespace) -> None:
    """Everything in one process, for trying it out."""
    from konsento.assembly.demo.run import DemoOptions, run_demo

    set_up_logs(level=os.environ.get("KONSENTO_LOG_LEVEL", "WARNING"), readable=True)
    given = {name: value for name, value in os.environ.items() if name.startswith("KONSENTO_")}
    options = DemoOptions(port=args.port, folder=Path(args.folder), environ=given)
    asyncio.run(run_demo(options))


def settings(_: argparse.Namespace) -> None:
    """Every variable and its default."""
    for name, default in describe():
        sys.stdout.write(f"{name}={default}\n")


def openapi(_: argparse.Namespace) -> None:
    """The API's description as JSON."""
    from konsento.assembly.description import written_description

    sys.stdout.write(written_description())


def main() -> None:
    parser = argparse.ArgumentParser(prog="konsento", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, run in (("demo", demo), ("settings", settings), ("openapi", openapi)):
        command = commands.add_parser(name, help=run.__doc__)
        command.set_defaults(run=run)
        if run is demo:
            command.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
            command.add_argument("--folder", default="var")
    args = parser.parse_args()
    args.run(args)
