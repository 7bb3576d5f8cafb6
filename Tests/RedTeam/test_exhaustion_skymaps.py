"""Sky maps and images that would take all memory or all time."""

import base64
import gzip
import json
import struct
import threading
import zlib

import pytest

from seed import OPEN_CANDID
from target import eventually, refused

BLOCK = 2880


@pytest.fixture(autouse=True)
def others_are_served(bystander, process):
    before = process.resident
    yield
    bystander.check()
    assert process.is_alive
    assert eventually(lambda: process.resident < before + 400), f"{before:.0f} to {process.resident:.0f} MiB"
    assert process.peak < 1500, f"{process.peak:.0f} MiB"


@pytest.fixture(scope="module")
def attacker(make_user):
    return make_user([1])


@pytest.fixture(autouse=True)
def no_map_stays(seed):
    before = {one["_id"] for one in seed.database["skymaps"].find({}, {"_id": 1})}
    yield
    seed.database["skymaps"].delete_many({"_id": {"$nin": list(before)}, "localization_name": {"$regex": "^redteam|^[0-9.-]+_"}})


def put(target, skymap, contours=90):
    return target.put("/api/skymap", {"dateobs": "2026-02-03T04:05:06", "contours": contours, "skymap": {
        "localization_name": "redteam_bomb", **skymap}})


def bearable(answer):
    """A map that is none is refused; one that is large may be worked out, or refused because others are."""
    assert answer.status in (200, 400, 409, 503), answer


def header(*cards):
    text = "".join(card.ljust(80)[:80] for card in (*cards, "END"))
    return text.ljust(-(-len(text) // BLOCK) * BLOCK).encode()


def table(rows, width=16, columns=(("UNIQ", "K"), ("PROBDENSITY", "D")), *more):
    primary = header("SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    0",
                     "EXTEND  =                    T")
    cards = ["XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2", f"NAXIS1  = {width:20}",
             f"NAXIS2  = {rows:20}", "PCOUNT  =                    0", "GCOUNT  =                    1", f"TFIELDS = {len(columns):20}"]
    for number, (name, form) in enumerate(columns, 1):
        cards += [f"TTYPE{number:<3}= '{name}'", f"TFORM{number:<3}= '{form}'"]
    return primary + header(*cards, *more)


def content(data, packed=True):
    return {"content": base64.b64encode(gzip.compress(data, 9) if packed else data).decode()}


def bomb(size, levels=1):
    """A gzip file that is a thousand times as large inside."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = b"".join([packer.compress(bytes(1 << 20)) for _ in range(size >> 20)] + [packer.flush()])
    for _ in range(levels - 1):
        data = gzip.compress(data, 9)
    return data


FLAT = (("PROB", "D"),)
FILES = {
    "bomb": lambda: {"content": base64.b64encode(bomb(600 << 20)).decode()},
    "bomb in a bomb": lambda: {"content": base64.b64encode(bomb(600 << 20, 2)).decode()},
    "bomb behind a header": lambda: content(table(2**40) + bytes(200 << 20)),
    "truncated": lambda: {"content": base64.b64encode(bomb(20 << 20)[:10_000]).decode()},
    "many members": lambda: {"content": base64.b64encode(gzip.compress(b"") * 30_000).decode()},
    "no rows": lambda: content(table(0)), "negative rows": lambda: content(table(-1)),
    "more rows than an integer": lambda: content(table(2**63 - 1)), "rows that are not there": lambda: content(table(10**9)),
    "wide rows": lambda: content(table(1, 2**62, (("PROB", "4611686018427387904D"),))),
    "wide columns": lambda: content(table(1, 8, (("PROB", "99999999999999999999D"),))),
    "empty columns": lambda: content(table(2**50, 0, (("PROB", "0D"),)) + bytes(BLOCK)),
    "many columns": lambda: content(table(1, 8, tuple((f"C{n}", "D") for n in range(999))) + bytes(BLOCK)),
    "endless header": lambda: content(table(1)[:-80] + b"COMMENT x".ljust(80) * 100_000),
    "no end": lambda: content(b"SIMPLE  =                    T".ljust(80) * 5000),
    "many units": lambda: content(table(1) + bytes(BLOCK) + (header(
        "XTENSION= 'IMAGE   '", "BITPIX  =                    8", "NAXIS   =                    0") * 3000)),
    "huge axes": lambda: content(header("SIMPLE  =                    T", "BITPIX  =                  -64", "NAXIS   =                    3",
                                        *(f"NAXIS{n}  = {2**31 - 1:20}" for n in (1, 2, 3)))),
    "999 axes": lambda: content(header("SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                  999",
                                       *(f"NAXIS{n:<3}=                    2" for n in range(1, 1000)))),
    "absurd order": lambda: content(table(12, 8, FLAT, "NSIDE   =  4611686018427387904", "ORDERING= 'NESTED'") + bytes(BLOCK)),
    "another nside": lambda: content(table(12, 8, FLAT, "NSIDE   =                 8192", "ORDERING= 'RING'") + bytes(BLOCK)),
    "zeros": lambda: content(table(12, 8, FLAT, "NSIDE   =                    1", "ORDERING= 'RING'") + bytes(BLOCK)),
    "nan": lambda: content(table(12, 8, FLAT, "NSIDE   =                    1", "ORDERING= 'RING'") + struct.pack(
        ">d", float("nan")) * 360),
    "infinity": lambda: content(table(12, 8, FLAT, "NSIDE   =                    1", "ORDERING= 'RING'") + struct.pack(
        ">d", float("inf")) * 360),
    "negative": lambda: content(table(12, 8, FLAT, "NSIDE   =                    1", "ORDERING= 'RING'") + struct.pack(">d", -1) * 360),
    "path": lambda: content(b"/etc/passwd", packed=False), "expression": lambda: content(b"mem://x[col y=1]", packed=False),
    "shell": lambda: content(b"|cat /etc/passwd", packed=False), "compressed otherwise": lambda: {
        "content": base64.b64encode(b"\x1f\x9d" + bytes(10_000)).decode()},
    "no base64": lambda: {"content": "!" * 900_000}, "not a text": lambda: {"content": {"$gt": ""}}, "empty": lambda: {"content": ""},
    "heap": lambda: content(table(1, 16, (("PROB", "1PD(2147483647)"),), "THEAP   =  9223372036854775807") + b"\x7f" * BLOCK),
    "scaled": lambda: content(table(12, 8, FLAT, "NSIDE   =                    1", "TSCAL1  = 1E308", "TZERO1  = 1E308") + b"\x7f" * BLOCK),
    "latin": lambda: content(table(1) + "é".encode("latin-1") * BLOCK),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_none(attacker, name):
    skymap = FILES[name]()
    assert len(skymap["content"]) < 1_000_000
    refused(put(attacker, skymap))


MAPS = {
    "tiny cone": {"ra": 10, "dec": 20, "error": 1e-300}, "small cone": {"ra": 10, "dec": 20, "error": 1e-9},
    "no cone": {"ra": 10, "dec": 20, "error": 0}, "negative cone": {"ra": 10, "dec": 20, "error": -1},
    "large cone": {"ra": 10, "dec": 20, "error": 180}, "huge cone": {"ra": 10, "dec": 20, "error": 1e308},
    "cone of nothing": {"ra": 10, "dec": 20, "error": {"$numberDouble": "NaN"}}, "cone nowhere": {"ra": 1e308, "dec": -1e308, "error": 1},
    "cone at a pole": {"ra": 0, "dec": 90, "error": 30}, "ellipse": {"ra": 1, "dec": 2, "amaj": 1e308, "amin": 1e-308, "phi": 1e308},
    "thin ellipse": {"ra": 1, "dec": 2, "amaj": 80, "amin": 1e-12, "phi": 45}, "wide ellipse": {"ra": 1, "dec": 89, "amaj": 80, "amin": 80, "phi": 1},
    "ellipse of nothing": {"ra": 1, "dec": 2, "amaj": {"$numberDouble": "Infinity"}, "amin": 1, "phi": 1},
    "polygon": {"polygon": [[n * 0.007, (n * 7919) % 90] for n in range(40_000)]},
    "star": {"polygon": [[(n * 7919) % 360, (n * 104729) % 180 - 90] for n in range(1000)]},
    "polygon of a point": {"polygon": [[1, 1]] * 1000}, "line": {"polygon": [[0, 0], [90, 0], [180, 0]]},
    "whole sky": {"polygon": [[0, 0], [120, 0], [240, 0], [0, 90]]}, "polygon of nothing": {"polygon": [[{"$numberDouble": "NaN"}, 1]] * 3},
    "deep polygon": {"polygon": "[" * 100_000}, "polygon of text": {"polygon": "x" * 500_000},
    "uniq zero": {"uniq": [0, 1, 2, 3], "probdensity": [1, 1, 1, 1]}, "uniq negative": {"uniq": [-1, -2**63], "probdensity": [1, 1]},
    "uniq of another length": {"uniq": [4, 5], "probdensity": [1]}, "uniq overlapping": {"uniq": [4, 16, 64], "probdensity": [1, 1, 1]},
    "uniq twice": {"uniq": [4] * 10_000, "probdensity": [1] * 10_000}, "uniq empty": {"uniq": [], "probdensity": []},
    "uniq deep": {"uniq": [2**62, 2**63 - 1], "probdensity": [1, 1]}, "uniq of floats": {"uniq": [4.5], "probdensity": [1]},
    "uniq of nothing": {"uniq": [4], "probdensity": [{"$numberDouble": "NaN"}]}, "uniq of zeros": {"uniq": [4, 5], "probdensity": [0, 0]},
    "uniq many": {"uniq": list(range(4 * 4**7, 4 * 4**7 + 60_000)), "probdensity": [n % 7 for n in range(60_000)]},
    "uniq huge density": {"uniq": [4, 5], "probdensity": [1e308, 1e308]}, "uniq checkered": {
        "uniq": list(range(4 * 4**8, 4 * 4**8 + 50_000)), "probdensity": [n % 2 for n in range(50_000)]},
}


@pytest.mark.parametrize("name", MAPS)
def test_maps_that_are_odd(attacker, name):
    body = MAPS[name]
    assert len(json.dumps(body)) < 1_040_000
    bearable(put(attacker, body))


@pytest.mark.parametrize("contours", [
    0, -1, 100, 101, 1e308, 99.999999999, "90,", ",", "9" * 100_000, list(range(1, 100)), [90] * 100_000, list(range(100_000)), [], {},
    {"$gt": 0}, [{"$gt": 0}], None, True, "nan", "inf", [[90]], ["90"], "90; drop", "contours.90", "$", 2**63, 1e-300], ids=lambda c: str(c)[:20])
def test_odd_levels(attacker, contours):
    bearable(put(attacker, {"ra": 10, "dec": 20, "error": 5}, contours))


def test_many_maps_at_a_time(attacker):
    """They are worked out one after the other; those for which there is no room are refused, not kept."""
    answers = []

    def ask(number):
        answers.append(attacker.put("/api/skymap", {
            "dateobs": f"2026-02-03T04:05:{number:02}", "contours": [90], "skymap": {
                "ra": number, "dec": 20, "error": 2}}, timeout=60).status)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40 and set(answers) <= {200, 503}, answers


@pytest.mark.parametrize("path", ["/api/skymap?dateobs={}", "/api/skymap?alias={}", "/api/skymap?triggerid={}",
                                  "/api/skymap?localization_name={}&dateobs=2026-01-02T03:04:05", "/api/skymap?contours={}&alias=x"])
@pytest.mark.parametrize("value", ["%7B%22$gt%22:%22%22%7D", "$where", "*", ".*", "", "%00", "x" * 20_000, "1e999", "[$ne]=", "9" * 400])
def test_questions_for_maps_hold_no_operators(attacker, path, value):
    answer = attacker.get(path.format(value))
    assert answer.status in (200, 400, 414, 431), answer
    assert answer.status != 200 or answer.json["status"] == "error" or "redteam_map" in answer.text, answer


@pytest.mark.parametrize("body", [
    {"localization_name": {"$gt": ""}, "alias": {"$gt": ""}}, {"localization_name": "redteam_map", "alias": {"$exists": False}},
    {"localization_name": "redteam_map", "dateobs": {"$gt": ""}}, {"localization_name": "redteam_map", "triggerid": {"$gt": 0}},
    {"localization_name": ["redteam_map"], "alias": ["x"]}, {"$where": "1"}, {"localization_name": "redteam_map", "$or": [{}]}], ids=str)
def test_removals_hold_no_operators(attacker, seed, body):
    answer = attacker.delete("/api/skymap", body)
    assert answer.status in (200, 400) and answer.json["status"] == "error", answer
    assert seed.database["skymaps"].find_one({"localization_name": "redteam_map"})


def _stamp(data):
    return {"cutoutScience": {"fileName": "x.fits.gz", "stampData": data}}


@pytest.mark.parametrize("name", ["bomb", "bomb in a bomb", "huge axes", "999 axes", "endless header", "no end", "truncated", "path"])
@pytest.mark.parametrize("form", ["fits", "png"])
def test_images_of_alerts_that_are_none(attacker, seed, name, form):
    """What a packet brought as an image was nobody's to check."""
    alerts = seed.database["ZTF_alerts"]
    before = alerts.find_one({"candid": OPEN_CANDID}, {"cutoutScience": 1})
    alerts.update_one({"candid": OPEN_CANDID}, {"$set": _stamp(base64.b64decode(FILES[name]()["content"]))})
    try:
        refused(attacker.get(f"/api/cutouts/ztf/{OPEN_CANDID}/science/{form}"))
    finally:
        alerts.update_one({"candid": OPEN_CANDID}, {"$set": {"cutoutScience": before["cutoutScience"]}})
