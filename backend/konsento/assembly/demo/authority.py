"""A small certificate authority of the demo's own, so that a phone can open it by HTTPS.

A phone gives a page a service worker, and some phones the camera, only over a connection that
it trusts, and it trusts a private address only by an authority that its owner has installed.
That authority's key lies in the demo's folder, so it can vouch for private addresses and this
machine's own alone: whoever gets hold of the key can deceive nobody about any other place.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from konsento.foundation.edge.server import Tls

CA_DAYS, CA_RENEWED_DAYS = 1_825, 420
# Apple refuses a server's certificate that lasts longer than 825 days, even under such a root.
LEAF_DAYS, LEAF_RENEWED_DAYS = 397, 30
PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
    "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
NO_NAME = "konsento.invalid"  # one permitted name that cannot exist shuts out all others

Key = ec.EllipticCurvePrivateKey
Net = ipaddress.IPv4Network | ipaddress.IPv6Network


class Papers(msgspec.Struct, frozen=True):
    """What the server shows, and the authority's certificate for whoever is to trust it."""

    shown: Tls
    authority: Path
    authority_der: bytes
    fingerprint: str


def papers_in(folder: Path, addresses: Sequence[str], now_ms: int) -> Papers:
    """Read from `folder`, or made where one is missing, ends soon, or is for other addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    ca_file, leaf_file, key_file = (folder / f"{name}.pem" for name in ("ca", "leaf", "leaf-key"))
    ca, ca_key = _authority(ca_file, folder / "ca-key.pem", addresses, now)
    if not _still_good(leaf_file, key_file, ca, addresses, now):
        leaf, key = _vouched(ca, ca_key, addresses, now)
        _write_key(key_file, key)
        leaf_file.write_bytes(_pem(leaf) + _pem(ca))
    fingerprint = ca.fingerprint(hashes.SHA256()).hex(":").upper()
    der = ca.public_bytes(serialization.Encoding.DER)
    return Papers(Tls(leaf_file, key_file), ca_file, der, fingerprint)


def _authority(
    file: Path, key_file: Path, addresses: Sequence[str], now: datetime
) -> tuple[x509.Certificate, Key]:
    if file.exists() and key_file.exists():
        ca = x509.load_pem_x509_certificate(file.read_bytes())
        lasts = ca.not_valid_after_utc - now > timedelta(days=CA_RENEWED_DAYS)
        if lasts and _covered(addresses, _nets(ca)):
            return ca, _read_key(key_file)
    key = ec.generate_private_key(ec.SECP256R1())
    who = f"Konsento demo {now:%Y-%m-%d}"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)])
    private = [ipaddress.ip_network(net) for net in PRIVATE]
    own = [ipaddress.ip_network(each) for each in addresses if not _covered([each], private)]
    nets = [x509.IPAddress(net) for net in (*private, *own)]
    only = x509.NameConstraints([*nets, x509.DNSName(NO_NAME)], None)
    ca = (
        _begun(name, name, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_may(sign_certificates=True), critical=True)
        .add_extension(only, critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_file, key)
    file.write_bytes(_pem(ca))
    return ca, key


def _nets(ca: x509.Certificate) -> list[Net]:
    """The networks that this authority may vouch for."""
    only = ca.extensions.get_extension_for_class(x509.NameConstraints).value
    named = [
        each.value for each in only.permitted_subtrees or () if isinstance(each, x509.IPAddress)
    ]
    return [net for net in named if isinstance(net, ipaddress.IPv4Network | ipaddress.IPv6Network)]


def _covered(addresses: Sequence[str], nets: Sequence[Net]) -> bool:
    return all(any(ipaddress.ip_address(each) in net for net in nets) for each in addresses)


def _vouched(
    ca: x509.Certificate, ca_key: Key, addresses: Sequence[str], now: datetime
) -> tuple[x509.Certificate, Key]:
    """A certificate for these addresses. No host names: a browser would note for years that
    they are to be asked by HTTPS alone (RFC 6797), and `localhost` is everybody's.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Konsento demo")])
    names = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    leaf = (
        _begun(name, ca.subject, key, now, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_may(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(signer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return leaf, key


def _begun(
    subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, days: int
) -> x509.CertificateBuilder:
    mine = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(mine, critical=False)
    )


def _may(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates, key_cert_sign=sign_certificates,
        crl_sign=sign_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _still_good(
    file: Path, key_file: Path, ca: x509.Certificate, addresses: Sequence[str], now: datetime
) -> bool:
    if not (file.exists() and key_file.exists()):
        return False
    leaf = x509.load_pem_x509_certificate(file.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    named = {str(each) for each in names.get_values_for_type(x509.IPAddress)}
    lasts = leaf.not_valid_after_utc - now > timedelta(days=LEAF_RENEWED_DAYS)
    return named == set(addresses) and lasts and leaf.issuer == ca.subject and _signed(leaf, ca)


def _signed(leaf: x509.Certificate, ca: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(ca)
    except (InvalidSignature, TypeError, ValueError):  # another hand, another kind of key
        return False
    return True


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _read_key(file: Path) -> Key:
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _write_key(file: Path, key: Key) -> None:
    """Only its owner may read it, from its first byte on."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
