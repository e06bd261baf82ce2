"""What every verb of payments needs at hand."""

import msgspec

from konsento.management.charging.hands import Hands
from konsento.management.payments.gateway import PaymentGateway
from konsento.mdms.contract import MdmsClient


class Till(msgspec.Struct, frozen=True):
    """Handed to the verbs by assembly. `public_url` has no slash at its end."""

    charging: Hands
    gateway: PaymentGateway
    mdms: MdmsClient
    public_url: str
