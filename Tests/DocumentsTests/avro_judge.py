"""Says what Avro records are as BSON, by fastavro and pymongo: the judge of AvroDecoder.

    avro_judge.py packets FOLDER...      every *.avro of the folders
    avro_judge.py random SEED COUNT      so many random schemas, five random records of each

Writes chunks to standard output, each a 32-bit little-endian length and as many bytes.
packets: path, number of histories h, document, document with _id and without histories, then for each history the
number of its elements and these. random: schema, number of records, then for each its encoding and its document.

Logical types are taken out of the schema before fastavro sees it and applied here, by the rules that AvroDecoder
documents; field names that come twice keep their last value.
"""
import copy
import io
import json
import math
import pathlib
import random
import struct
import sys
from decimal import Context, Decimal

import bson
import fastavro
from bson.binary import Binary
from bson.datetime_ms import DatetimeMS
from bson.decimal128 import Decimal128
from bson.int64 import Int64

PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
HISTORIES = ("prv_candidates", "fp_hists")


def chunk(data):
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)


def number(value):
    chunk(str(value).encode())


# Real packets


def collect(schema, space, named):
    """All named types of a schema by full name; every name in the schema is replaced by the full one."""
    if isinstance(schema, str):
        if schema in PRIMITIVES or schema in named:
            return schema
        return f"{space}.{schema}"
    if isinstance(schema, list):
        return [collect(branch, space, named) for branch in schema]
    kind = schema["type"]
    if isinstance(kind, (dict, list)):
        return collect(kind, space, named)
    if kind in ("record", "enum", "fixed"):
        name = schema["name"]
        if "." not in name and schema.get("namespace", space):
            name = f"{schema.get('namespace', space)}.{name}"
        schema["name"] = name
        schema.pop("namespace", None)
        named[name] = schema
        inner = name.rpartition(".")[0]
        for field in schema.get("fields", []):
            field["type"] = collect(field["type"], inner, named)
    elif kind == "array":
        schema["items"] = collect(schema["items"], space, named)
    elif kind == "map":
        schema["values"] = collect(schema["values"], space, named)
    return schema


def lenient(schema):
    """The schema without logical types, without defaults, and with the earlier of two equal names renamed."""
    if isinstance(schema, list):
        return [lenient(branch) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: lenient(value) for key, value in schema.items() if key not in ("default", "logicalType")}
    if schema.get("type") == "record":
        names = [field["name"] for field in schema["fields"]]
        for index, field in enumerate(result["fields"]):
            if field["name"] in names[index + 1 :]:
                field["name"] = f"overridden_{index}"
    elif schema.get("type") == "enum":
        result["symbols"] = schema["symbols"]
    return result


def stored(schema, value, named):
    """What a value of a schema is stored as."""
    if isinstance(schema, str) and schema not in PRIMITIVES:
        schema = named[schema]
    if isinstance(schema, list):
        if value is None:
            return None
        branches = [branch for branch in schema if branch != "null"]
        assert len(branches) == 1, "unions of real packets are nullable types"
        return stored(branches[0], value, named)
    kind = schema if isinstance(schema, str) else schema["type"]
    if kind == "long":
        return value
    if kind == "record":
        return {
            field["name"]: stored(field["type"], value[field["name"]], named)
            for field in schema["fields"]
            if not field["name"].startswith("overridden_")
        }
    if kind == "array":
        return [stored(schema["items"], item, named) for item in value]
    if kind == "map":
        return {key: stored(schema["values"], item, named) for key, item in value.items()}
    return value


def packet(path):
    data = io.BytesIO(path.read_bytes())
    assert data.read(4) == b"Obj\x01"
    metadata = fastavro.schemaless_reader(data, {"type": "map", "values": "bytes"})
    data.read(16)
    length = {"type": "record", "name": "head", "fields": [{"name": "n", "type": "long"}, {"name": "s", "type": "long"}]}
    head = fastavro.schemaless_reader(data, length)
    assert head["n"] == 1
    named = {}
    schema = lenient(json.loads(metadata["avro.schema"]))
    readable = fastavro.parse_schema(copy.deepcopy(schema))
    record = fastavro.schemaless_reader(data, readable)
    schema = collect(schema, "", named)
    document = stored(schema, record, named)
    chunk(str(path).encode())
    number(len(HISTORIES))
    chunk(bson.encode(document))
    main = {"_id": Int64(document["candid"])} | {key: value for key, value in document.items() if key not in HISTORIES}
    chunk(bson.encode(main))
    for name in HISTORIES:
        missing = (None,) if name == "prv_candidates" else (None, -99999)
        rows = document.get(name) or []
        number(len(rows))
        for row in rows:
            chunk(bson.encode({key: value for key, value in row.items() if value not in missing}))


# Random schemas


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0
        self.records = []

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}" + "_with_a_name_longer_than_thirty_two_bytes" * (self.random.random() < 0.05)

    def schema(self, depth, in_union=False):
        choices = ["null", "boolean", "int", "long", "float", "double", "bytes", "string", "enum", "fixed", "logical"]
        if depth > 0:
            choices += ["record", "array", "map", "record", "array"] + ([] if in_union else ["union", "nullable"] * 2)
        kind = self.random.choice(choices)
        if kind in PRIMITIVES:
            return self.random.choice([kind, {"type": kind}, {"type": kind, "logicalType": "nobody-knows"}])
        if kind == "enum":
            symbols = [f"S{index}" for index in range(self.random.randint(1, 70))]
            return {"type": "enum", "name": self.name("Enum"), "symbols": symbols}
        if kind == "fixed":
            return {"type": "fixed", "name": self.name("Fixed"), "size": self.random.choice([1, 2, 16, 40])}
        if kind == "logical":
            return self.logical()
        if kind == "array":
            return {"type": "array", "items": self.schema(depth - 1)}
        if kind == "map":
            return {"type": "map", "values": self.schema(depth - 1)}
        if kind == "record":
            return self.record(depth)
        if kind == "nullable":
            return self.random.sample(["null", self.branch(depth, {"null"})], 2)
        seen, branches = set(), []
        for _ in range(self.random.randint(1, 6)):
            branches.append(self.branch(depth, seen))
        if self.records and self.random.random() < 0.3 and "null" not in seen:
            # Recursion: a record that is not finished yet, with null as the way out.
            branches += [self.random.choice(self.records), "null"]
        return branches

    def branch(self, depth, seen):
        while True:
            schema = self.schema(depth - 1, in_union=True)
            kind = schema if isinstance(schema, str) else schema["type"]
            if kind in ("record", "enum", "fixed"):
                return schema
            if kind not in seen:
                seen.add(kind)
                return schema

    def record(self, depth):
        name = self.name("Record")
        self.records.append(name)
        # The first field is never null, so that a record without values differs from an empty map.
        fields = [{"name": self.name("f"), "type": "int"}]
        for _ in range(self.random.randint(0, 12)):
            fields.append({"name": self.name("f"), "type": self.schema(depth - 1)})
        self.random.shuffle(fields)
        self.records.remove(name)
        return {"type": "record", "name": name, "fields": fields}

    def logical(self):
        kind = self.random.choice(
            ["decimal-bytes", "decimal-fixed", "uuid", "uuid-fixed", "date", "time-millis", "time-micros", "duration"]
            + [place + "timestamp-" + unit for place in ("", "local-") for unit in ("millis", "micros", "nanos")]
        )
        if kind == "decimal-bytes":
            precision = self.random.randint(1, 60)
            scale = self.random.randint(0, precision)
            return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
        if kind == "decimal-fixed":
            return {
                "type": "fixed", "name": self.name("Decimal"), "size": 12, "logicalType": "decimal",
                "precision": 28, "scale": self.random.randint(0, 28),
            }
        if kind == "uuid":
            return {"type": "string", "logicalType": "uuid"}
        if kind == "uuid-fixed":
            return {"type": "fixed", "name": self.name("Uuid"), "size": 16, "logicalType": "uuid"}
        if kind == "duration":
            return {"type": "fixed", "name": self.name("Duration"), "size": 12, "logicalType": "duration"}
        return {"type": "int" if kind in ("date", "time-millis") else "long", "logicalType": kind}

    def integer(self, bits):
        size = self.random.randint(0, bits - 1)
        return self.random.choice([0, 1, -1, 63, -64, 64, 2**size - 1, -(2**size), self.random.randrange(-(2**size), 2**size)])

    def text(self):
        alphabet = self.random.choice(["ab z", "aé", "a☄b🔭"])
        return "".join(self.random.choice(alphabet) for _ in range(self.random.choice([0, 1, 5, 7, 8, 9, 16, 31, 200])))

    def value(self, schema, named, depth=0):
        """A value for fastavro and what it is stored as."""
        if isinstance(schema, str) and schema not in PRIMITIVES:
            schema = named[schema]
        if isinstance(schema, list):
            branches = schema
            if depth > 12 and "null" in schema:
                branches = ["null"]
            branch = self.random.choice(branches)
            value, bson_value = self.value(branch, named, depth + 1)
            kind = branch if isinstance(branch, str) else branch["type"]
            return (branch["name"] if kind in ("record", "enum", "fixed") else kind, value), bson_value
        kind = schema if isinstance(schema, str) else schema["type"]
        logical = None if isinstance(schema, str) else schema.get("logicalType")
        if kind == "null":
            return None, None
        if kind == "boolean":
            flag = self.random.random() < 0.5
            return flag, flag
        if kind == "int":
            value = self.integer(32)
            return value, DatetimeMS(value * 86_400_000) if logical == "date" else value
        if kind == "long":
            # A bit less for times: the smallest long, rounded down to milliseconds, is no long again.
            value = self.integer(63 if logical else 64)
            unit = {"millis": 1, "micros": 1000, "nanos": 1_000_000}.get((logical or "").rpartition("-")[2])
            return value, DatetimeMS(value // unit) if unit and "timestamp" in logical else value
        if kind == "float":
            value = self.random.choice([0.0, -0.0, math.inf, -math.inf, math.nan, self.random.uniform(-1e9, 1e9), 1e-42])
            value = struct.unpack("<f", struct.pack("<f", value))[0]
            return value, value
        if kind == "double":
            value = self.random.choice([0.0, -math.inf, math.nan, self.random.uniform(-1e300, 1e300), 5e-324])
            return value, value
        if kind == "string":
            value = self.text()
            return value, value
        if kind in ("bytes", "fixed"):
            size = schema["size"] if kind == "fixed" else self.random.choice([0, 1, 5, 14, 15, 16, 17, 26, 300])
            if logical == "decimal" and kind == "bytes":
                size = self.random.randint(0, 26)
            value = bytes(self.random.randrange(256) for _ in range(size))
            if logical == "decimal":
                if self.random.random() < 0.5:
                    value = self.integer(90).to_bytes(size if kind == "fixed" else 13, "big", signed=True)
                return value, decimal(int.from_bytes(value, "big", signed=True), schema.get("scale", 0))
            return value, Binary(value, 4) if logical == "uuid" else value
        if kind == "enum":
            value = self.random.choice(schema["symbols"])
            return value, value
        if kind == "record":
            pairs = {field["name"]: self.value(field["type"], named, depth + 1) for field in schema["fields"]}
        else:
            count = self.random.choice([0, 1, 2, 3, 12]) if depth < 4 else self.random.choice([0, 1])
            inner = schema["items"] if kind == "array" else schema["values"]
            pairs = {f"k{self.text()}{index}": self.value(inner, named, depth + 1) for index in range(count)}
        if kind == "array":
            return [pair[0] for pair in pairs.values()], [pair[1] for pair in pairs.values()]
        return {key: pair[0] for key, pair in pairs.items()}, {key: pair[1] for key, pair in pairs.items()}


def decimal(unscaled, scale):
    if abs(unscaled) < 10**34:
        return Decimal128(Decimal((int(unscaled < 0), tuple(map(int, str(abs(unscaled)))), -scale)))
    digits = str(abs(unscaled)).rjust(scale + 1, "0")
    text = digits if scale == 0 else f"{digits[:-scale]}.{digits[-scale:]}"
    return "-" + text if unscaled < 0 else text


def random_schemas(seed, count):
    for index in range(count):
        generator = Generator(seed * 1_000_003 + index)
        schema = generator.record(4)
        chunk(json.dumps(schema).encode())
        named = {}
        plain = collect(copy.deepcopy(schema), "", named)
        writable = fastavro.parse_schema(lenient(copy.deepcopy(schema)))
        number(5)
        for _ in range(5):
            value, document = generator.value(plain, named)
            body = io.BytesIO()
            fastavro.schemaless_writer(body, writable, value)
            chunk(body.getvalue())
            chunk(bson.encode(document))


if sys.argv[1] == "packets":
    for folder in sys.argv[2:]:
        for path in sorted(pathlib.Path(folder).glob("*.avro")):
            packet(path)
else:
    random_schemas(int(sys.argv[2]), int(sys.argv[3]))
