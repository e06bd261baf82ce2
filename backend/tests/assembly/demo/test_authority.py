"""The demo's authority vouches for private addresses, as long as needed, and for nothing else."""

import datetime
import ipaddress
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from konsento.assembly.demo.authority import Papers, papers_in
from konsento.assembly.demo.lan import in_url, lan_address
from konsento.assembly.processes.part import CannotStart

HOME = ["127.0.0.1", "192.168.1.20"]
NOW_MS, DAY_MS = 1_795_219_200_000, 86_400_000


def shown(papers: Papers) -> x509.Certificate:
    return x509.load_pem_x509_certificate(papers.shown.certificate.read_bytes())


def trusted(
    papers: Papers,
    place: str | x509.IPAddress | x509.DNSName,
    now_ms: int,
    leaf: x509.Certificate | None = None,
) -> bool:
    """Whether a client that trusts the authority alone believes that this is the place."""
    ca = x509.load_der_x509_certificate(papers.authority_der)
    subject = x509.IPAddress(ipaddress.ip_address(place)) if isinstance(place, str) else place
    at = datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC)
    policy = PolicyBuilder().store(Store([ca])).time(at).build_server_verifier(subject)
    try:
        policy.verify(leaf or shown(papers), [])
    except VerificationError:
        return False
    return True


def test_each_address_is_vouched_for_and_no_other(tmp_path: Path) -> None:
    papers = papers_in(tmp_path, HOME, NOW_MS)
    assert [trusted(papers, each, NOW_MS) for each in HOME] == [True, True]
    assert not trusted(papers, "192.168.1.21", NOW_MS)


def test_twice_is_once(tmp_path: Path) -> None:
    first, kept = papers_in(tmp_path, HOME, NOW_MS), (tmp_path / "leaf.pem").read_bytes()
    again = papers_in(tmp_path, list(reversed(HOME)), NOW_MS + DAY_MS)
    assert (again.fingerprint, (tmp_path / "leaf.pem").read_bytes()) == (first.fingerprint, kept)


def test_another_address_gets_another_certificate_of_the_same_authority(tmp_path: Path) -> None:
    before = papers_in(tmp_path, HOME, NOW_MS)
    after = papers_in(tmp_path, ["127.0.0.1", "10.0.0.7"], NOW_MS)
    assert after.fingerprint == before.fingerprint
    assert trusted(after, "10.0.0.7", NOW_MS)
    assert not trusted(after, "192.168.1.20", NOW_MS)


def test_what_soon_ends_is_renewed_and_the_phone_need_not_know(tmp_path: Path) -> None:
    before = papers_in(tmp_path, HOME, NOW_MS)
    later_ms = NOW_MS + 380 * DAY_MS
    after = papers_in(tmp_path, HOME, later_ms)
    assert after.fingerprint == before.fingerprint
    assert trusted(after, HOME[1], later_ms + 300 * DAY_MS)
    lasts = shown(after).not_valid_after_utc - shown(after).not_valid_before_utc
    assert lasts <= datetime.timedelta(days=825)


def test_an_authority_never_ends_before_what_it_vouched_for(tmp_path: Path) -> None:
    before = papers_in(tmp_path, HOME, NOW_MS)
    late_ms = NOW_MS + 1_500 * DAY_MS
    after = papers_in(tmp_path, HOME, late_ms)
    assert after.fingerprint != before.fingerprint
    assert trusted(after, HOME[1], late_ms)


def test_only_the_owner_reads_the_keys(tmp_path: Path) -> None:
    papers_in(tmp_path, HOME, NOW_MS)
    for name in ("ca-key.pem", "leaf-key.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_certificate_and_a_key_that_belong_together_can_be_served(tmp_path: Path) -> None:
    papers = papers_in(tmp_path, HOME, NOW_MS)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
        papers.shown.certificate, papers.shown.key
    )


def test_a_machine_on_the_open_internet_is_vouched_for_alone(tmp_path: Path) -> None:
    home = papers_in(tmp_path, HOME, NOW_MS)
    papers = papers_in(tmp_path, ["127.0.0.1", "198.51.100.7"], NOW_MS)
    assert papers.fingerprint != home.fingerprint
    assert trusted(papers, "198.51.100.7", NOW_MS)
    next_door = x509.IPAddress(ipaddress.ip_address("198.51.100.8"))
    assert not trusted(papers, next_door, NOW_MS + 1, forged(tmp_path, next_door))
    assert papers_in(tmp_path, HOME, NOW_MS).fingerprint == papers.fingerprint


def forged(folder: Path, name: x509.GeneralName) -> x509.Certificate:
    """What somebody makes who has got hold of the authority's key."""
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    ca_key = load_pem_private_key((folder / "ca-key.pem").read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    now = datetime.datetime.fromtimestamp(NOW_MS / 1000, datetime.UTC)
    day = datetime.timedelta(days=1)
    return (
        x509.CertificateBuilder(ca.subject, x509.Name([]), key.public_key(), 7, now, now + day)
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(signer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )


@pytest.mark.parametrize(
    ("name", "believed"),
    [
        (x509.IPAddress(ipaddress.ip_address("10.1.2.3")), True),
        (x509.IPAddress(ipaddress.ip_address("fd00::7")), True),
        (x509.IPAddress(ipaddress.ip_address("198.51.100.7")), False),
        (x509.IPAddress(ipaddress.ip_address("2001:db8::7")), False),
        (x509.DNSName("bank.example"), False),
        (x509.DNSName("localhost"), False),
    ],
)
def test_who_steals_the_key_deceives_nobody_about_the_internet(
    tmp_path: Path, name: x509.IPAddress | x509.DNSName, believed: bool
) -> None:
    papers = papers_in(tmp_path, HOME, NOW_MS)
    assert trusted(papers, name, NOW_MS + 1, forged(tmp_path, name)) is believed


def test_an_address_is_taken_as_it_is_said() -> None:
    assert lan_address("192.168.1.20") == "192.168.1.20"
    assert in_url(lan_address("fd00::0:7")) == "[fd00::7]"


@pytest.mark.parametrize("said", ["0.0.0.0", "::", "home", "192.168.1.20:8000"])
def test_what_no_phone_could_open_is_refused(said: str) -> None:
    with pytest.raises(CannotStart, match="--lan"):
        lan_address(said)
