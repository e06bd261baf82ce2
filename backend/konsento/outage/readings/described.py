"""What the API's description says of a batch's body, which the handler decodes by itself."""

from dataclasses import dataclass

from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)

from konsento.outage.readings.batch import ENERGY_WH_MAX, ROWS_MAX, STATUS_MAX
from konsento.outage.readings.decode import ARROW, JSON, MSGPACK
from konsento.outage.record.said import NAME_PATTERN
from konsento.outage.slots import SLOT_MS

ARROW_FORM = (
    "An Arrow IPC stream, uncompressed: columns smid (utf8), energy_wh and status (whole "
    "numbers), the other fields as metadata of its schema."
)


def _name() -> Schema:
    return Schema(type=OpenAPIType.STRING, pattern=NAME_PATTERN, max_length=64)


def _instant(multiple_of: int | None = None) -> Schema:
    return Schema(
        type=OpenAPIType.INTEGER, minimum=0, maximum=2**53, multiple_of=multiple_of
    )  # fmt: skip


def _rows(item: Schema) -> Schema:
    return Schema(type=OpenAPIType.ARRAY, items=item, max_items=ROWS_MAX)


def _whole(most: int) -> Schema:
    return Schema(type=OpenAPIType.INTEGER, minimum=0, maximum=most)


def _batch() -> Schema:
    fields: dict[str, Reference | Schema] = {
        "batch": _name(),
        "concentrator": _name(),
        "slot_start_ms": _instant(SLOT_MS),
        "sent_at_ms": _instant(),
        "smid": _rows(Schema(type=OpenAPIType.STRING)),
        "energy_wh": _rows(_whole(ENERGY_WH_MAX)),
        "status": _rows(_whole(STATUS_MAX)),
    }
    return Schema(
        type=OpenAPIType.OBJECT,
        description="The three lists are columns of one length: a row for each meter.",
        properties=fields,
        required=list(fields),
        additional_properties=False,
    )


@dataclass
class ReadingsOperation(Operation):
    """The operation that takes a batch, with its body in all three encodings."""

    def __post_init__(self) -> None:
        binary = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            required=True,
            description=ARROW_FORM,
            content={
                JSON: OpenAPIMediaType(schema=_batch()),
                MSGPACK: OpenAPIMediaType(schema=binary),
                ARROW: OpenAPIMediaType(schema=binary),
            },
        )
