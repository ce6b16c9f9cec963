"""Asset tags: a short code that a phone opens, a clerk types and a slip of the finger cannot turn into another thing.

A tag is `ZC-`, a body that grows with the number (4 characters up to a million things, 5 up to 34 million, then 6 …), `-` and one check character,
for example `ZC-8F3K-2`. The alphabet has 32 characters: digits and capitals without I, L, O, U, all of them allowed in a URL and in the short
alphanumeric mode of a QR code.

The check character makes `Σ cᵢ·αⁱ` over the field GF(32) come out right, α a generator. The weights of up to 31 places are all different
and none is zero, so every single wrong character and every swap of any two characters is found, adjacent or not. ISO 7064 MOD 37,36 would
print I, L, O, U as check characters and, as Luhn-N does, misses some swaps; this sum has neither fault. The body's length is the starting
value, so a dropped leading zero is found too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from urllib.parse import unquote

from assetpool.core.errors import N_, DomainError

PREFIX = "ZC"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORTEST_BODY = 4
LONGEST_BODY = 12

_VALUE = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_URL_PATH = re.compile(r"/a/([^/?#]*)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-_.‐‑‒–—―−－ー·]+")
_SHOWN = 60


class TagUnreadable(DomainError, ValueError):
    """The text holds no asset tag at all."""

    status = 422
    sentence = N_("“%(text)s” is not an asset tag. A tag reads like %(example)s; scan the label again or type it as printed.")


class TagMistyped(DomainError, ValueError):
    """The text has the form of a tag, but its check character does not agree."""

    status = 422
    sentence = N_("%(tag)s cannot be right: its last character does not agree with the others. Compare it with the label, character by character.")


def make_tag(number: int) -> str:
    """Return the tag of a running number ≥ 0; every number has its own tag, and neighbours do not look alike.

    Raise ValueError below 0 and where twelve characters no longer suffice.
    """
    if number < 0:
        raise ValueError(f"a running number is 0 or more, not {number}")
    left = number
    for length in range(SHORTEST_BODY, LONGEST_BODY + 1):
        room: int = 32**length
        if left < room:
            scrambled = _scramble(left, 5 * length)
            body = "".join(ALPHABET[scrambled >> 5 * place & 31] for place in reversed(range(length)))
            return f"{PREFIX}-{body}-{check_character(body)}"
        left -= room
    raise ValueError(f"no tag is left for {number}")


def make_tags(first: int, count: int) -> list[str]:
    """Return the tags of `count` running numbers from `first` on, as `make_tag` makes each."""
    room: int = 32**SHORTEST_BODY
    short = range(first, max(min(first + count, room), first))
    return [*_short_tags(short), *map(make_tag, range(first + len(short), first + count))]


def _short_tags(numbers: range) -> list[str]:
    texts, upper, lower = _halves()
    made = []
    for number in numbers:
        scrambled = _scramble(number, 5 * SHORTEST_BODY)
        high, low = scrambled >> 10, scrambled & 1023
        made.append(f"{PREFIX}-{texts[high]}{texts[low]}-{ALPHABET[upper[high] ^ lower[low]]}")
    return made


@cache
def _halves() -> tuple[list[str], list[int], list[int]]:
    """Return the halves of the shortest bodies with what each adds to the check character, whose sum is linear."""
    nought = _VALUE[check_character("0" * SHORTEST_BODY)]
    texts = [ALPHABET[pair >> 5] + ALPHABET[pair & 31] for pair in range(1024)]
    return texts, [nought ^ _VALUE[check_character(f"{pair}00")] for pair in texts], [_VALUE[check_character(f"00{pair}")] for pair in texts]


def parse_tag(text: str) -> str:
    """Return the tag, as printed, that a scan or a person gave.

    Takes a bare tag in any case and width, with or without hyphens and spaces, with O for 0 and I or L for 1, and the URL of a label on any host.
    Raise TagUnreadable (also a ValueError) when there is no tag, TagMistyped when the check character does not agree.
    """
    shown = text.strip()[:_SHOWN]
    plain = unquote(unicodedata.normalize("NFKC", text)).strip()
    if "/" in plain:
        match = _URL_PATH.search(plain)
        if match is None:
            raise TagUnreadable(text=shown, example=make_tag(0))
        plain = match.group(1)
    letters = _SEPARATORS.sub("", plain).upper()
    code = letters.removeprefix(PREFIX)
    fits = SHORTEST_BODY < len(code) <= LONGEST_BODY + 1 and all(character in _VALUE for character in code)
    if not letters.startswith(PREFIX) or not fits:
        raise TagUnreadable(text=shown, example=make_tag(0))
    canonical = "".join(ALPHABET[_VALUE[character]] for character in code)
    tag = f"{PREFIX}-{canonical[:-1]}-{canonical[-1]}"
    if check_character(canonical[:-1]) != canonical[-1]:
        raise TagMistyped(tag=tag)
    return tag


def check_character(body: str) -> str:
    """Return the check character of a body written in ALPHABET; raise KeyError for other characters."""
    total = len(body)
    for character in body:
        total = _times_alpha(total) ^ _VALUE[character]
    return ALPHABET[_times_alpha(total)]


def _times_alpha(element: int) -> int:
    """Multiply by the generator x in GF(32) = GF(2)[x] / (x⁵ + x² + 1)."""
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _scramble(number: int, bits: int) -> int:
    """Mix a number of so many bits into another one; each step can be undone, so no two numbers meet."""
    mask = (1 << bits) - 1
    half = bits // 2
    for factor in (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03):
        number = (number * factor + 0x2545F4914F6CDD1D) & mask
        number ^= number >> half
    return number
