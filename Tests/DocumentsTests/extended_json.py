"""PyMongo and Python's json as judges of what this package reads and writes.

All texts and bytes go in and out as hexadecimal lines.

extended_json.py generate SEED COUNT   prints COUNT random documents: BSON, canonical Extended JSON, relaxed
                                       Extended JSON, separated by tabs
extended_json.py loads                 reads Extended JSON; prints the BSON that PyMongo makes of it
extended_json.py json                  reads any text; prints "ok" and the BSON of {"v": value}, or the
                                       exception's name and text
extended_json.py bson                  reads any bytes; prints "ok" or the exception's name
"""

import datetime
import json
import random
import struct
import sys

import bson
from bson import json_util
from bson.binary import Binary
from bson.code import Code
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.datetime_ms import DatetimeMS
from bson.decimal128 import Decimal128
from bson.int64 import Int64
from bson.max_key import MaxKey
from bson.min_key import MinKey
from bson.objectid import ObjectId
from bson.regex import Regex
from bson.timestamp import Timestamp

OPTIONS = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO)
CHARACTERS = 'abcXYZ019 _-/.:,"\\\b\f\n\r\t\x01\x1f\x7fé\u2028€\U0001d11e'


def text(generator, longest=24):
    return "".join(generator.choice(CHARACTERS) for _ in range(generator.randrange(longest)))


def double(generator):
    kind = generator.randrange(6)
    if kind == 0:
        return generator.choice([0.0, -0.0, 1.0, 0.1, 5e-324, float("nan"), float("inf"), float("-inf")])
    if kind == 1:
        return round(generator.uniform(-1000, 1000), generator.randrange(8))
    if kind == 2:
        return struct.unpack("<f", struct.pack("<f", generator.uniform(-30, 30)))[0]
    while True:
        number = struct.unpack("<d", generator.randbytes(8))[0]
        # From 1e16 to 2^54 Swift writes all digits where Python writes an exponent: the same number.
        if number == number and not 1e16 <= abs(number) < 2**54:
            return number


def decimal(generator):
    kind = generator.randrange(4)
    if kind == 0:
        names = ["0", "-0", "0E+6111", "0E-6176", "NaN", "Infinity", "-Infinity", "1E-6176"]
        return Decimal128(generator.choice(names))
    digits = str(generator.randrange(10 ** generator.randrange(1, 34)))
    if kind == 1:
        return Decimal128(digits)
    if kind == 2:
        point = generator.randrange(len(digits) + 1)
        return Decimal128("%s.%s" % (digits[:point], digits[point:]))
    return Decimal128("%s%sE%+d" % (generator.choice(["", "-"]), digits, generator.randrange(-6176, 6111)))


def value(generator, depth):
    kind = generator.randrange(19 if depth > 0 else 17)
    if kind < 3:
        return double(generator)
    if kind == 3:
        return text(generator)
    if kind == 4:
        return generator.randrange(-(2**31), 2**31)
    if kind == 5:
        return Int64(generator.randrange(-(2**63), 2**63) >> generator.randrange(64))
    if kind == 6:
        return generator.choice([True, False])
    if kind == 7:
        return None
    if kind == 8:
        return ObjectId(generator.randbytes(12))
    if kind == 9:
        return DatetimeMS(generator.randrange(-(2**63), 2**63) >> generator.randrange(64))
    if kind == 10:
        whole = generator.choice([0, generator.randrange(1000)])
        return DatetimeMS(generator.randrange(0, 253402300800) * 1000 + whole)
    if kind == 11:
        return Binary(generator.randbytes(generator.randrange(40)), generator.choice([0, 1, 2, 5, 6, 128, 254]))
    if kind == 12:
        return Binary(generator.randbytes(16), generator.choice([3, 4]))
    if kind == 13:
        return decimal(generator)
    if kind == 14:
        return Timestamp(generator.randrange(2**32), generator.randrange(2**32))
    if kind == 15:
        return Regex(text(generator), "".join(sorted(generator.sample("imsx", generator.randrange(4)))))
    if kind == 16:
        scope = document(generator, 0) if generator.randrange(2) else None
        return generator.choice([MinKey(), MaxKey(), Code(text(generator), scope)])
    if kind == 17:
        return document(generator, depth - 1)
    return [value(generator, depth - 1) for _ in range(generator.randrange(5))]


def document(generator, depth):
    return {text(generator, 12): value(generator, depth) for _ in range(generator.randrange(8))}


def dumps(content, options):
    return json_util.dumps(content, json_options=options, separators=(",", ":"), ensure_ascii=False)


def generate(seed, count):
    generator = random.Random(seed)
    for _ in range(count):
        data = bson.encode(document(generator, 3), codec_options=OPTIONS)
        content = bson.decode(data, codec_options=OPTIONS)
        canonical = dumps(content, json_util.CANONICAL_JSON_OPTIONS)
        relaxed = dumps(content, json_util.RELAXED_JSON_OPTIONS)
        print(data.hex(), canonical.encode().hex(), relaxed.encode().hex(), sep="\t")


def loads(line):
    options = json_util.JSONOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO)
    return bson.encode(json_util.loads(line.decode(), json_options=options), codec_options=OPTIONS).hex()


def plain_json(line):
    try:
        return "ok " + bson.encode({"v": json.loads(line.decode())}).hex()
    except Exception as error:
        return "%s: %s" % (type(error).__name__, str(error).splitlines()[0])


def plain_bson(line):
    try:
        bson.decode(line, codec_options=OPTIONS)
        return "ok"
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    if sys.argv[1] == "generate":
        generate(int(sys.argv[2]), int(sys.argv[3]))
    else:
        answer = {"loads": loads, "json": plain_json, "bson": plain_bson}[sys.argv[1]]
        for line in sys.stdin:
            print(answer(bytes.fromhex(line)))
