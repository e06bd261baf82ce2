"""Who sends, signed: one ES256 header for each push service, made once and kept (RFC 8292).

Signing costs a third of encrypting a push; a header is good for hours and for everyone there.
"""

import binascii
import re
from typing import cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02, VapidException

from konsento_push.subscription import packed

GOOD_FOR_MS = 12 * 3_600_000  # a day at most is allowed
RENEWED_BEFORE_MS = 3_600_000  # clocks differ, and a push may wait on its way
ORIGINS_KEPT = 1_000
CONTACT = re.compile(r"mailto:[^\s@<>]+@[^\s@<>]+|https://[^\s/<>]+(?:/[^\s<>]*)?")


class BadVapidKey(ValueError):
    """The private key or the contact cannot be used; repeats nothing of the key."""


class VapidSigner:
    """Signs as one sender.

    `private_key`: 32 bytes or DER in base64url, or PEM. `contact`: mailto: or https:, where a
    push service can reach whoever runs this house. Raises BadVapidKey.
    """

    def __init__(self, private_key: str, contact: str) -> None:
        if not CONTACT.fullmatch(contact):
            raise BadVapidKey("the contact is neither mailto: nor https:")
        self._vapid = _read(private_key)
        self._contact = contact
        self._headers: dict[str, tuple[str, int]] = {}

    @property
    def public_key(self) -> str:
        """The uncompressed point in base64url, as a browser's `applicationServerKey`."""
        return packed(
            cast(ec.EllipticCurvePublicKey, self._vapid.public_key).public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        )

    def header(self, origin: str, now_ms: int) -> str:
        """The Authorization header for the push service at `origin`; `now_ms` on the wall."""
        kept = self._headers.get(origin)
        # Also made anew when the clock was set back: what is valid too long is refused there.
        if kept is not None and RENEWED_BEFORE_MS < kept[1] - now_ms <= GOOD_FOR_MS:
            return kept[0]
        until_ms = now_ms + GOOD_FOR_MS
        claims = {"aud": origin, "exp": until_ms // 1000, "sub": self._contact}
        made = str(self._vapid.sign(claims)["Authorization"])
        if len(self._headers) >= ORIGINS_KEPT:
            self._headers.clear()
        self._headers[origin] = (made, until_ms)
        return made


def new_private_key() -> str:
    """A fresh key: 32 bytes in base64url."""
    secret = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return packed(secret.to_bytes(32, "big"))


def _read(private_key: str) -> Vapid02:
    try:
        if "-----BEGIN" in private_key:
            loaded = serialization.load_pem_private_key(private_key.encode(), None)
            signer = Vapid02(loaded)
        else:
            signer = Vapid02.from_string(private_key.strip())
        if not isinstance(signer.private_key.curve, ec.SECP256R1):
            raise BadVapidKey("the key is not on the curve P-256")
    except BadVapidKey:
        raise
    except (
        ValueError, TypeError, AttributeError, binascii.Error, UnsupportedAlgorithm, VapidException
    ):  # fmt: skip
        raise BadVapidKey("the key cannot be read") from None
    return signer
