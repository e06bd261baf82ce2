"""The code on an outlet: ten symbols that cannot be guessed and tell a typing error at once.

Eight symbols carry 40 random bits. Two check symbols over GF(32) make every codeword satisfy
S0 = Σ c_i = 0 and S1 = Σ α^i·c_i = 0. Any single wrong symbol and any swap of neighbours breaks
one of them, and a single wrong symbol is located by S1/S0 = α^i. Crockford's alphabet has no
I, L, O, U; what looks alike is read as what was meant.
"""

from konsento.foundation.problems import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_SYMBOLS = 8
SYMBOLS = 10
LOOK_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None})
FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


class MistypedCode(Refusal):
    """`position`, from 1, is the symbol most likely wrong; null when several may be."""

    status = 422
    slug = "mistyped-code"
    title = "This is not an outlet's code. Compare it with the label."


def _powers() -> list[int]:
    powers = [1]
    for _ in range(30):
        doubled = powers[-1] << 1
        powers.append(doubled ^ FIELD_POLYNOMIAL if doubled & 32 else doubled)
    return powers


POWER = _powers()
LOG = {power: exponent for exponent, power in enumerate(POWER)}


def _times(one: int, other: int) -> int:
    if one == 0 or other == 0:
        return 0
    return POWER[(LOG[one] + LOG[other]) % 31]


def _over(one: int, other: int) -> int:
    return 0 if one == 0 else POWER[(LOG[one] - LOG[other]) % 31]


def _syndromes(values: list[int]) -> tuple[int, int]:
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= _times(POWER[place], value)
    return plain, weighted


def complete(data: int) -> str:
    """The code whose data symbols carry `data` (0 … 2^40-1)."""
    values = [data >> 5 * place & 31 for place in reversed(range(DATA_SYMBOLS))]
    plain, weighted = _syndromes(values)
    # c8 + c9 = plain and α^8·c8 + α^9·c9 = weighted
    last = _over(weighted ^ _times(POWER[8], plain), POWER[8] ^ POWER[9])
    values += [plain ^ last, last]
    return "".join(ALPHABET[value] for value in values)


def read(typed: str) -> str:
    """The code as stored, from what was typed or scanned. Raises MistypedCode."""
    text = typed[:40].upper().translate(LOOK_ALIKE)
    for place, symbol in enumerate(text):
        if symbol not in ALPHABET:
            raise MistypedCode(position=place + 1 if place < SYMBOLS else None)
    if len(text) != SYMBOLS:
        raise MistypedCode(position=None)
    plain, weighted = _syndromes([ALPHABET.index(symbol) for symbol in text])
    if plain or weighted:
        at = LOG[_over(weighted, plain)] if plain and weighted else SYMBOLS
        raise MistypedCode(position=at + 1 if at < SYMBOLS else None)
    return text


def label(code: str) -> str:
    """As printed: XXXXX-XXXXX."""
    return f"{code[:5]}-{code[5:]}"
