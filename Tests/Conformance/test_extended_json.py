"""Extended JSON in answers: documents of every type, known and random, as PyMongo writes and reads them (1.1)."""

import base64
import datetime
import json
import math
import random

import pytest
from bson import Binary, Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp, json_util
from bson.codec_options import DatetimeConversion
from bson.datetime_ms import DatetimeMS

from client import identical
from world import TYPES

#: Reads datetimes that Python has no type for, too.
READING = json_util.JSONOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO)

#: One value of each kind, by what is odd about it.
VALUES = {
    "object id": ObjectId("0123456789abcdef01234567"),
    "date": datetime.datetime(2020, 1, 2, 3, 4, 5, 678000),
    "date without fraction": datetime.datetime(2020, 1, 2, 3, 4, 5),
    "date of 1970": datetime.datetime(1970, 1, 1),
    "date before 1970": datetime.datetime(1969, 12, 31, 23, 59, 59, 999000),
    "date of year 1": datetime.datetime(1, 1, 1),
    "date of 9999": datetime.datetime(9999, 12, 31, 23, 59, 59, 999000),
    "date after 9999": DatetimeMS(253402300800000),
    "binary": Binary(b"\x00\x01\xfe\xff"),
    "no bytes": Binary(b""),
    "uuid": Binary(bytes(range(16)), 4),
    "old uuid": Binary(bytes(range(16)), 3),
    "digest": Binary(bytes(16), 5),
    "own binary": Binary(b"x", 128),
    "nan": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "int32": 2147483647,
    "least int32": -2147483648,
    "int64": Int64(1127561445515015011),
    "largest int64": Int64(9223372036854775807),
    "least int64": Int64(-9223372036854775808),
    "small int64": Int64(7),
    "zero": 0,
    "double one": 1.0,
    "minus zero": -0.0,
    "tenth": 0.1,
    "small": 5e-324,
    "large": 1.7976931348623157e308,
    "exponent": 1e22,
    "small exponent": 1e-7,
    "long": 123456.78901234567,
    "2^53": 9007199254740992.0,
    "2^53 + 1": Int64(9007199254740993),
    "null": None,
    "true": True,
    "false": False,
    "text": "plain",
    "no text": "",
    "quotes": 'a"b\\c/d',
    "controls": "\x01\x1f\t\n\r\b\f\x7f",
    "letters": "é ß 中文 \u2028 \u2029",
    "telescope": "🔭 \U0010ffff",
    "regular expression": Regex("^ZTF.*$", "im"),
    "no expression": Regex("", ""),
    "timestamp": Timestamp(5, 6),
    "largest timestamp": Timestamp(4294967295, 4294967295),
    "code": Code("function() {}"),
    "code with scope": Code("f", {"x": Int64(1), "y": [None]}),
    "decimal": Decimal128("1.10"),
    "decimal nan": Decimal128("NaN"),
    "decimal infinity": Decimal128("-Infinity"),
    "decimal exponent": Decimal128("1E+6144"),
    "least": MinKey(),
    "most": MaxKey(),
    "reference": DBRef("stars", 7),
    "list": [1, "a", None, [2.0, []]],
    "no list": [],
    "document": {"a": {"b": {"c": [{}]}}},
    "no document": {},
    "odd keys": {"": 1, "with space": 2, "with.point": 3, 'quote"': 4, "é": 5, "0": 6, "\n": 7},
    "order": {"z": 1, "a": 2, "m": 3, "B": 4},
}


def random_value(source, depth=0):
    """A value of a random type, with documents and lists inside each other."""
    kind = source.randrange(17 if depth < 4 else 14)
    if kind == 0:
        return ObjectId(source.randbytes(12))
    if kind == 1:
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(
            milliseconds=source.randrange(-(10**13), 10**14)
        )
    if kind == 2:
        return Binary(source.randbytes(source.randrange(9)), source.choice([0, 0, 0, 1, 5, 6, 128, 254]))
    if kind == 3:
        return Int64(source.randrange(-(2**63), 2**63) >> source.randrange(64))
    if kind == 4:
        return source.randrange(-(2**31), 2**31)
    if kind == 5:
        return source.choice(
            [math.nan, math.inf, -math.inf, -0.0, 0.0, 1.0, -1e300, 1e16, 123456789012345680.0]
        )
    if kind in (6, 7):
        return source.uniform(-1, 1) * 10.0 ** source.randrange(-300, 300)
    if kind == 8:
        return "".join(
            chr(
                source.choice(
                    [
                        source.randrange(1, 128),
                        source.randrange(128, 0xD800),
                        source.randrange(0xE000, 0x110000),
                    ]
                )
            )
            for _ in range(source.randrange(12))
        )
    if kind == 9:
        return source.choice([None, True, False])
    if kind == 10:
        return Regex("a" * source.randrange(3), source.choice(["", "i", "imsx"]))
    if kind == 11:
        return Timestamp(source.randrange(2**32), source.randrange(2**32))
    if kind == 12:
        return source.choice([Code("x"), Code("x", {"a": 1}), MinKey(), MaxKey()])
    if kind == 13:
        return Decimal128(str(source.randrange(-(10**30), 10**30)) + f"E{source.randrange(-50, 50)}")
    if kind == 14:
        return [random_value(source, depth + 1) for _ in range(source.randrange(5))]
    return {f"k{source.randrange(100)}": random_value(source, depth + 1) for _ in range(source.randrange(6))}


def random_documents():
    source = random.Random(20230623)
    return [
        {"_id": f"random {number}", **{f"f{key}": random_value(source) for key in range(8)}}
        for number in range(60)
    ]


@pytest.fixture(scope="module")
def stored(seed):
    """The documents as PyMongo reads them back, by id, and the collection."""
    known = [{"_id": name, "value": value} for name, value in VALUES.items()]
    collection = seed.put(TYPES, known + random_documents())
    options = collection.codec_options.with_options(datetime_conversion=DatetimeConversion.DATETIME_AUTO)
    return {one["_id"]: one for one in collection.with_options(codec_options=options).find()}


def data_text(response):
    """The text of an answer, which must be strict JSON: no bare NaN."""

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    json.loads(response.text, parse_constant=refuse)
    return response.text


def same(text, documents):
    """Asserts that an answer's documents are PyMongo's: as JSON with the order of keys, and after PyMongo has read both."""
    expected = json_util.dumps(documents)
    ordered, wanted = (
        json.loads(each, object_pairs_hook=lambda pairs: ["object", *map(list, pairs)])
        for each in (text, expected)
    )
    answered = [value for key, value in (pair for pair in ordered[1:]) if key == "data"][0]
    assert identical(answered, wanted), (answered, wanted)
    options = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL)
    read, meant = (
        json_util.dumps(each, json_options=options)
        for each in (
            json_util.loads(text, json_options=READING)["data"],
            json_util.loads(expected, json_options=READING),
        )
    )
    assert read == meant


@pytest.mark.parametrize("name", VALUES)
def test_value_is_written_as_pymongo_writes_it(astronomer, stored, name):
    response = astronomer.ask("find", {"catalog": TYPES, "filter": {"_id": name}})
    same(data_text(response), [stored[name]])


@pytest.mark.parametrize("number", range(60))
def test_random_document_is_written_as_pymongo_writes_it(astronomer, stored, number):
    name = f"random {number}"
    response = astronomer.ask("find", {"catalog": TYPES, "filter": {"_id": name}})
    same(data_text(response), [stored[name]])


@pytest.mark.parametrize("kind", ["find_one", "aggregate"])
def test_other_queries_write_the_same(astronomer, stored, kind):
    for name in list(VALUES) + ["random 1", "random 2"]:
        if kind == "find_one":
            response = astronomer.ask(kind, {"catalog": TYPES, "filter": {"_id": name}})
            same(data_text(response), stored[name])
        else:
            response = astronomer.ask(kind, {"catalog": TYPES, "pipeline": [{"$match": {"_id": name}}]})
            same(data_text(response), [stored[name]])


def test_all_documents_at_once(astronomer, stored):
    response = astronomer.ask("find", {"catalog": TYPES, "filter": {}}, sort=[["_id", 1]])
    same(data_text(response), [stored[name] for name in sorted(stored, key=lambda text: text.encode())])


#: What the contract says in words, not by the library.
FORMS = {
    "object id": {"$oid": "0123456789abcdef01234567"},
    "date": {"$date": "2020-01-02T03:04:05.678Z"},
    "binary": {"$binary": {"base64": base64.b64encode(b"\x00\x01\xfe\xff").decode(), "subType": "00"}},
    "nan": {"$numberDouble": "NaN"},
    "infinity": {"$numberDouble": "Infinity"},
    "minus infinity": {"$numberDouble": "-Infinity"},
    "int64": 1127561445515015011,
    "int32": 2147483647,
    "double one": 1.0,
    "null": None,
}


@pytest.mark.parametrize("name", FORMS)
def test_form_is_that_of_the_contract(astronomer, stored, name):
    answered = astronomer.data("find_one", {"catalog": TYPES, "filter": {"_id": name}})["value"]
    assert identical(answered, FORMS[name]), answered


@pytest.mark.parametrize("text", ['"value":1.0', '"value":1127561445515015011', '"value":null'])
def test_digits_are_kept_in_the_text(astronomer, stored, text):
    name = {"1.0": "double one", "1127561445515015011": "int64", "null": "null"}[text.split(":")[1]]
    response = astronomer.ask("find", {"catalog": TYPES, "filter": {"_id": name}})
    assert text in response.text.replace(" ", ""), response.text
