"""The API's description as a file: what is committed in backend/openapi.json."""

import msgspec

from konsento.assembly.servers import description


def written_description() -> str:
    """Sorted, two spaces, a line's end: the same text for the same doors."""
    encoded = msgspec.json.encode(description(), order="sorted")
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
