"""The HTTP edge for those who speak with customers: states of meters, doubts, counts by area."""

from typing import Annotated

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from konsento.foundation.edge.api_keys import in_braces
from konsento.foundation.edge.strict_body import strict_body
from konsento.outage import contract, registrations
from konsento.outage.contract import (
    SMID_PATTERN,
    AreasCalled,
    MetersAwaited,
    MeterSmids,
    MeterState,
    MeterStates,
    Registrations,
    RegistrationsTaken,
    RegistrationsView,
)
from konsento.outage.neighbours import READERS, Neighbour, Role, only
from konsento.outage.rounds.round import Rounds
from konsento.outage.rounds.state import doubt, meter_state, meter_states
from konsento.outage.system import OutageSystem
from konsento.outage.views import areas_called

# The router reads bounds from its own parameters only, not from a Meta inside them.
Smid = Annotated[str, PathParameter(pattern=SMID_PATTERN, max_length=16)]

# Each of them names a target state, or changes nothing.
REPEATABLE = {"repeatable": True}


@get(in_braces(contract.METER_PATH))
async def get_meter_state(
    smid: Smid,
    rounds: NamedDependency[Rounds],
    neighbour: NamedDependency[Neighbour],
) -> MeterState:
    """Whether this meter's customer has power, as far as that can be told, and why."""
    only(neighbour, READERS)
    return await meter_state(rounds, smid)


@post(
    contract.METER_STATES_PATH,
    opt=REPEATABLE,
    status_code=200,
    guards=[strict_body],
    description="The states of up to 5,000 meters at once; changes nothing.",
)
async def post_meter_states(
    data: JSONBody[MeterSmids],
    rounds: NamedDependency[Rounds],
    neighbour: NamedDependency[Neighbour],
) -> MeterStates:
    only(neighbour, (Role.READER,))
    return await meter_states(rounds, data.smids)


@post(contract.AWAITED_PATH, opt=REPEATABLE, status_code=200, guards=[strict_body])
async def post_awaited(
    data: JSONBody[MeterSmids],
    rounds: NamedDependency[Rounds],
    neighbour: NamedDependency[Neighbour],
) -> MetersAwaited:
    """Somebody waits for the own word of these meters: they are asked in the next minutes."""
    only(neighbour, (Role.READER,))
    now_ms = rounds.system.clock.now_ms()
    return MetersAwaited(new=rounds.awaited.want(data.smids, now_ms))


@post(in_braces(contract.DOUBT_PATH), opt=REPEATABLE, status_code=200)
async def post_doubt(
    smid: Smid,
    rounds: NamedDependency[Rounds],
    neighbour: NamedDependency[Neighbour],
) -> MeterState:
    """Somebody says that there is still no power: the meter is asked in the next pass."""
    only(neighbour, (Role.READER,))
    return await doubt(rounds, smid)


@put(contract.REGISTRATIONS_PATH, opt=REPEATABLE, guards=[strict_body])
async def put_registrations(
    data: JSONBody[Registrations],
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
) -> RegistrationsTaken:
    """How many meters of each area somebody is registered for; the latest counts stand."""
    only(neighbour, (Role.READER,))
    return await registrations.keep(data, system.watch.register, system.clock.now_ms())


@get(contract.REGISTRATIONS_PATH)
async def get_registrations(
    system: NamedDependency[OutageSystem], neighbour: NamedDependency[Neighbour]
) -> RegistrationsView:
    only(neighbour, READERS)
    return await registrations.counted(system.clock.now_ms())


@get(contract.AREAS_PATH)
async def get_areas(
    system: NamedDependency[OutageSystem], neighbour: NamedDependency[Neighbour]
) -> AreasCalled:
    """What each area of the tables is called."""
    only(neighbour, READERS)
    return areas_called(system.watch.register)


METER_HANDLERS: list[HTTPRouteHandler] = [
    get_meter_state,
    post_meter_states,
    post_awaited,
    post_doubt,
    put_registrations,
    get_registrations,
    get_areas,
]
