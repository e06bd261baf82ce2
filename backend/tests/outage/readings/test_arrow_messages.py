"""A stream is refused by what it says of itself, before any of it is unpacked."""

import base64
import contextlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.outage.readings.arrow_messages import MESSAGES_MAX, rows_said
from konsento.outage.readings.decode import ARROW, BatchNotOfForm, decode
from tests.outage.readings.written import as_arrow

# Three rows as polars writes them with zstd; a hundred million take 220 kB.
COMPRESSED = zlib.decompress(base64.b85decode(
    "c-oaxu}T9$5Pf&M>Zx0t@rqaoSBRt#`~i!ozhEB@5=;t3yod-X{1AUZu(8kQq_7GiBFg$^vc_;EV&1Vcvv1za?B1"
    "RC-j4uSt})|G<A`<xn@DIa-pM;M2_MNC+5y*5s2ec9N1v(&h+-(-$R`@DlDD)#*)RGxCGf;tV@}O0`CRtOud_-l("
    "7EhfpWn4^yNq9`IiMF^U9_3>sZpC^OS?Jk^+}zD)iahCy|!?qyfn9=j}9WTa5IN(?d7-|F>fYmJcN0vcCRz*7-#s"
    "PCgROj$gE*8_JeQYcb?$BqWjtJ20yIihn0GP2@4hOuYDeT<N5F_&mVy+dFSy|XU-T$i|=D*>&*^ud~%8<;AZPxG5"
    "O%}oP+*%{*uuDfcOSS_fts"
))  # fmt: skip
END = b"\xff\xff\xff\xff\x00\x00\x00\x00"


def test_a_stream_says_how_many_rows_it_has() -> None:
    assert rows_said(as_arrow()) == 3
    assert rows_said(as_arrow(chunks=2)) == 3
    assert rows_said(as_arrow(smid=[], energy_wh=[], status=[])) == 0
    assert rows_said(as_arrow().removesuffix(END)) == 3


def test_a_compressed_stream_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BatchNotOfForm) as refused:
        decode(COMPRESSED, ARROW)
    assert refused.value.more == {"errors": ["the stream is compressed"]}


def test_a_stream_without_end_is_refused() -> None:
    body = as_arrow()
    schema = body[: 8 + int.from_bytes(body[4:8], "little")]
    with pytest.raises(ValueError, match="more than"):
        rows_said(schema * (MESSAGES_MAX + 1))


@pytest.mark.parametrize("body", [b"ARROW1\0\0", b"\xff\xff\xff\xff", END[:4] + b"\x10\0\0\0"])
def test_what_is_no_stream_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="message"):
        rows_said(body)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_stream_is_counted_or_refused(hits: list[tuple[int, int]]) -> None:
    body = bytearray(as_arrow())
    for at, byte in hits:
        body[at % len(body)] = byte
    with contextlib.suppress(ValueError):
        assert rows_said(bytes(body)) >= 0
