"""Words, numbers and names that stand only where an attacker must not look, made anew for each run.

An answer that has one of them in it, in any of the usual disguises, is a successful attack.
"""

import base64
import binascii
import random
import secrets

_dice = random.SystemRandom()

#: In texts: names, passwords, labels, files.
WORD = "canary" + secrets.token_hex(8)
#: A magnitude, so exact that nobody guesses it.
MAGNITUDE = round(20 + _dice.random(), 12)
#: Another one, of points of light curves.
POINT_MAGNITUDE = round(22 + _dice.random(), 12)
#: A Julian date.
DATE = round(2459000 + 900 * _dice.random(), 7)
#: Numbers of alerts, above 2^53.
CANDIDS = [_dice.randrange(3 * 10**18, 4 * 10**18) for _ in range(8)]


def _disguises(word):
    yield word
    yield word.upper()
    yield word[::-1]
    yield word.encode().hex()
    for shift in range(3):
        # Base64 in each of its three alignments, without the ends, which depend on the neighbours.
        text = base64.b64encode(b"-" * shift + word.encode() + b"---").decode()
        yield text[4:-8]


def _numbers():
    for number in (MAGNITUDE, POINT_MAGNITUDE, DATE):
        # Without the last digits, which arithmetic may change.
        yield repr(number)[:-2]
    yield from map(str, CANDIDS)


TELLTALES = sorted({*_disguises(WORD), *_numbers()})

#: What no client may learn of the server: its files, its language, its database's address.
INTERNALS = ("mongodb://", ".swift:", "Fatal error", "Traceback", "/usr/", "/root/", "/home/", "/app/", "/tmp/",
             "libmongoc", "mongoc_", "rd_kafka", "$5$", "$y$", "$2b$", "stack trace", "0x00007f")


def found_in(text):
    """The telltales in a text."""
    return [telltale for telltale in TELLTALES if telltale in text]


def internals_in(text):
    """What of the server's inside is in a text."""
    return [word for word in INTERNALS if word in text]


def crc():
    """A checksum of all telltales, to tell runs apart in messages."""
    return f"{binascii.crc32(' '.join(TELLTALES).encode()):08x}"
