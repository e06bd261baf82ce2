"""`konsento enrol PART FILE`: read the file, write one part's books, and say what became of it."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from konsento.assembly.enrolment.plan import Plan, PlanRefused, read_plan
from konsento.assembly.processes.part import CannotStart, Store
from konsento.assembly.processes.run import part_named
from konsento.foundation.clock import SystemClock
from konsento.foundation.ids import SystemIds
from konsento.foundation.migrations import StepsMissing
from konsento.foundation.settings import Settings, read_settings

FILE_BYTES_MAX = 1_000_000
NEEDS = {"management": ("public_url",), "mdms": ("mdms_driver",), "customers": ()}
Counts = Counter[tuple[str, str]]


async def enrol(part: str, file: Path, environ: Mapping[str, str]) -> list[str]:
    """Lines to print. Raises CannotStart, with every wrong row; then nothing was changed."""
    settings = read_settings(environ, needs=NEEDS[part])
    if part == "customers":
        return await _customers(file, settings)
    try:
        plan = read_plan(_text(file))
        async with _opened(part_named(part).stores(settings), part):
            return await (_people if part == "management" else _meters)(plan, settings)
    except PlanRefused as refused:
        said = [f"  {file.name}:{each.line}: {each.what}" for each in refused.complaints]
        raise CannotStart("\n".join(["nothing was enrolled", *said])) from None


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
        if len(raw) > FILE_BYTES_MAX:
            raise CannotStart(f"{file} is larger than {FILE_BYTES_MAX} bytes")
        return raw.decode()
    except OSError as error:
        raise CannotStart(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CannotStart(f"{file} is not UTF-8") from None


@contextlib.asynccontextmanager
async def _opened(stores: Sequence[Store], part: str) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        for store in stores:
            await store.database.open(store.address)
            stack.push_async_callback(store.database.close)
            try:
                await store.database.must_have(store.steps)
            except StepsMissing as missing:
                raise CannotStart(f"{missing}: `konsento migrate {part}` first") from None
        yield


async def _customers(file: Path, settings: Settings) -> list[str]:
    from konsento.assembly.enrolment.customers import enrol_customers

    async with _opened(part_named("management").stores(settings), "management"):
        return await enrol_customers(file, SystemClock().now_ms())


async def _people(plan: Plan, settings: Settings) -> list[str]:
    from konsento.assembly.enrolment.people import enrol_people
    from konsento.management.operators.password import Passwords

    done = await enrol_people(plan, clock=SystemClock(), ids=SystemIds(), passwords=Passwords())
    codes = [f"  {outlet}  {code}" for outlet, code in done.labels.items()]
    passwords = [f"password of {name}, told this once: {pw}" for name, pw in done.passwords.items()]
    sheet = f"label sheet: {settings.public_url}/desk#labels"
    return [*_said(done.counts), "codes:", *codes, *passwords, sheet]


async def _meters(plan: Plan, settings: Settings) -> list[str]:
    from konsento.assembly.enrolment.meters import enrol_meters, put_up_on_the_street

    now_ms = SystemClock().now_ms()
    said = _said(await enrol_meters(plan, now_ms))
    if settings.mdms_driver == "simulated" and await put_up_on_the_street(plan, now_ms):
        said.append("new meters of a simulated street are seen when `serve mdms` starts next")
    return said


def _said(counts: Counts) -> list[str]:
    kinds = dict.fromkeys(kind for kind, _ in counts)
    told = {
        kind: ", ".join(
            f"{counts[kind, became]} {became}"
            for became in ("new", "changed", "same")
            if counts[kind, became]
        )
        for kind in kinds
    }
    return [f"{kind}: {what}" for kind, what in told.items()]
