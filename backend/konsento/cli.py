"""`konsento`: the demo, each part as a process of its own, and what one can look up about them."""

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from konsento.foundation.logs import set_up_logs
from konsento.foundation.settings import SettingMissing, Settings, describe, read_settings

PARTS = ("management", "mdms", "outage", "twin")
WORKED = ("management", "mdms")
ENROLLED = ("management", "mdms", "customers")
LAN_HELP = "HTTPS for phones on the local network, at ADDRESS or wherever this machine is"


def demo(args: argparse.Namespace) -> None:
    """Everything in one process, for trying it out."""
    from konsento.assembly.demo.run import DemoOptions, run_demo

    set_up_logs(level=os.environ.get("KONSENTO_LOG_LEVEL", "WARNING"), readable=True)
    given = {name: value for name, value in os.environ.items() if name.startswith("KONSENTO_")}
    options = DemoOptions(port=args.port, folder=Path(args.folder), environ=given, lan=args.lan)
    on_loop(run_demo(options))


def serve(args: argparse.Namespace) -> None:
    """Serve one part; it works as well where one process must do both."""
    from konsento.assembly.processes import run

    part = run.part_named(args.part)
    settings = run.settings_to_serve(part, os.environ)
    host, port = bound(args, settings, part.port)
    on_loop(run.serve(part, settings, host=host, port=port))


def worker(args: argparse.Namespace) -> None:
    """Do one part's work, beside those that serve it; as many as one likes."""
    from konsento.assembly.processes import run

    part = run.part_named(args.part)
    settings = run.settings_to_work(part, os.environ)
    host, port = bound(args, settings, part.port + 1)
    on_loop(run.work(part, settings, host=host, port=port))


def on_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run it on uvloop where there is one: the server's own choice, which it makes only alone."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work)


def bound(args: argparse.Namespace, settings: Settings, port: int) -> tuple[str, int]:
    """Where to listen: as the command line says, else the settings, else the part's own port."""
    set_up_logs(level=settings.log_level)
    return args.host or settings.bind_host, args.port or settings.bind_port or port


def migrate(args: argparse.Namespace) -> None:
    """Bring one part's databases up to this program; tells the steps. Safe to repeat."""
    from konsento.assembly.processes import run

    steps = asyncio.run(run.migrate(run.part_named(args.part), read_settings(os.environ)))
    sys.stdout.writelines(f"{step}\n" for step in steps)


def enrol(args: argparse.Namespace) -> None:
    """Put a facility on one part's books, or customers; tells what became of it. Safe to repeat."""
    from konsento.assembly.enrolment import run

    told = asyncio.run(run.enrol(args.part, Path(args.file), os.environ))
    sys.stdout.writelines(f"{line}\n" for line in told)


def exchange(args: argparse.Namespace) -> None:
    """Put another meter before an outlet; --write-off gives up what its dead meter still holds."""
    from konsento.assembly.exchange import exchange

    asked = (args.outlet, args.smid, args.register_wh, args.write_off)
    told = asyncio.run(exchange(*asked, os.environ))
    sys.stdout.writelines(f"{line}\n" for line in told)


def brake(args: argparse.Namespace) -> None:
    """Which outages wait to be told to very many; `release` lets the notices of one go."""
    from konsento.assembly.brake import held, let_go

    told = asyncio.run(let_go(args.outage, os.environ) if args.outage else held(os.environ))
    sys.stdout.writelines(f"{line}\n" for line in told)


def bounces(args: argparse.Namespace) -> None:
    """Take in mails that came back, from files or standard input; tells what was made of them."""
    from konsento.assembly.bounces import take_all_back

    told = asyncio.run(take_all_back(args.files, os.environ))
    sys.stdout.writelines(f"{line}\n" for line in told)


def settings(_: argparse.Namespace) -> None:
    """Every variable, its default, and which command cannot do without it."""
    from konsento.assembly.processes.run import needs

    for name, default, needed_by in describe(needs()):
        remark = f"  # needed by: {needed_by}" if needed_by else ""
        sys.stdout.write(f"{name}={default}{remark}\n")


def openapi(_: argparse.Namespace) -> None:
    """The API's description as JSON."""
    from konsento.assembly.description import written_description

    sys.stdout.write(written_description())


def parser() -> argparse.ArgumentParser:
    """Every command with its words."""
    top = argparse.ArgumentParser(prog="konsento", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for run in (demo, serve, worker, migrate, enrol, exchange, brake, bounces, settings, openapi):
        command = commands.add_parser(run.__name__, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        if run is demo:
            command.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
            command.add_argument("--folder", default="var")
            command.add_argument("--lan", nargs="?", const="", metavar="ADDRESS", help=LAN_HELP)
        if run in (serve, worker, migrate):
            command.add_argument("part", choices=WORKED if run is worker else PARTS)
        if run is enrol:
            command.add_argument("part", choices=ENROLLED)
            command.add_argument("file", metavar="FILE", help="TOML or CSV; see docs/running.md")
        if run is brake:
            release = command.add_subparsers(metavar="release OUTAGE").add_parser("release")
            release.add_argument("outage", metavar="OUTAGE")
            command.set_defaults(outage="")
        if run is exchange:
            command.add_argument("outlet", metavar="OUTLET")
            command.add_argument("--smid", required=True, help="the new meter")
            command.add_argument("--register-wh", type=int, required=True, help="what it shows")
            command.add_argument("--write-off", default="", metavar="WHY")
        if run is bounces:
            command.add_argument("files", nargs="*", metavar="FILE", help="else standard input")
        if run in (serve, worker):
            command.add_argument("--host", default="")
            command.add_argument("--port", type=int, default=0)
    return top


def main() -> None:
    """Run the command named; a start that cannot be ends with a sentence."""
    from konsento.assembly.processes.part import CannotStart

    args = parser().parse_args()
    try:
        args.run(args)
    except (CannotStart, SettingMissing) as why:
        sys.exit(f"konsento {args.run.__name__}: {why}")
