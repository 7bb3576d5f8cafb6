"""Catalogues for a set of positions, and what MongoDB itself finds in them: no index file and no code of ours.

    cross_matches.py fill URI DATABASE SEED < positions   makes 14 collections with rows around the positions
    cross_matches.py compare URI DATABASE [CATALOGUE...]  compares every object's cross_matches with direct queries;
                                                          of these catalogues only, where some are named
    cross_matches.py compare-any ...                      the same at the position of any of the object's alerts, not of
                                                          the first one
    cross_matches.py change URI DATABASE SEED CATALOGUE < positions   other rows in the place of a catalogue's

Prints one JSON object; ends with code 1 where something differs.
"""

import json
import math
import random
import sys

import bson
import pymongo
from astropy.coordinates import angular_separation

# Catalogue: fields, radius in arcseconds, whether _id is shown.
PLAIN = {
    "2MASS_PSC": ("j_m h_m k_m", 2, 1),
    "AllWISE": ("w1mpro w1sigmpro w2mpro w2sigmpro w3mpro w3sigmpro w4mpro w4sigmpro ph_qual", 2, 1),
    "Gaia_DR2": ("parallax parallax_error phot_g_mean_mag phot_bp_mean_mag phot_rp_mean_mag", 2, 1),
    "Gaia_EDR3": ("parallax parallax_error phot_g_mean_mag phot_bp_mean_mag phot_rp_mean_mag", 2, 1),
    "Gaia_DR2_WD": ("White_dwarf_name Pwd Pwd_correction SDSS_name Teff eTeff", 2, 1),
    "PS1_STRM": ("objID class prob_Galaxy prob_Star prob_QSO z_phot z_phot_err", 2, 1),
    "galaxy_redshifts_20200522": ("z l b", 2, 1),
    "GALEX": ("name FUVmag e_FUVmag NUVmag e_NUVmag", 2, 0),
    "IGAPS_DR2": ("name r rErr i iErr ha haErr U_RGO UErr", 2, 0),
    "LAMOST_DR5_v3": ("mjd snru snrg snrr snri snrz objtype class subclass", 2, 1),
    "PS1_DR1": ("gMeanPSFMag gMeanPSFMagErr rMeanPSFMag rMeanPSFMagErr iMeanPSFMag iMeanPSFMagErr zMeanPSFMag "
                "zMeanPSFMagErr yMeanPSFMag yMeanPSFMagErr", 2, 1),
    "milliquas": ("Name Descrip Qpct", 2, 1),
}
# Catalogue: fields, the distance's field, whether it is a redshift.
GALAXIES = {
    "CLU_20190625": ("name ra dec a b2a pa z sfr_fuv mstar sfr_ha", "z", True),
    "NED_BetaV3": ("ra dec objname objtype z z_unc z_tech z_qual DistMpc DistMpc_unc ebv m_Ks m_Ks_unc tMASSphot "
                   "Mstar Mstar_unc", "DistMpc", False),
}
ALL = list(PLAIN) + list(GALAXIES)
COARSE, LOW, AT = 300, 300, 30


def fields(catalog):
    return (PLAIN.get(catalog) or GALAXIES[catalog])[0].split()


def value(number):
    """Values of the kinds that catalogues have."""
    return random.choice([
        random.uniform(-5, 25), random.randint(0, 10**6), bson.Int64(10**17 + number), f"text {number} é", None, 0, 0.0,
        [number, 1.5, {"of": "list"}], {"a": 1, "b": [True]}, True,
    ])


def row(catalog, number, ra, dec):
    identifier = random.choice([number, bson.Int64(10**12 + number), f"id{number}", bson.ObjectId()])
    document = {"_id": identifier}
    for field in random.sample(fields(catalog), random.randint(len(fields(catalog)) // 2, len(fields(catalog)))):
        document[field] = value(number)
    document["not_projected"] = "x" * random.randint(0, 40)
    if catalog in GALAXIES:
        _, distance, is_redshift = GALAXIES[catalog]
        usual = 10 ** random.uniform(-3, -0.5) if is_redshift else 10 ** random.uniform(-1, 3)
        document.pop(distance, None)
        chosen = random.choice([usual] * 8 + [None, math.nan, "missing", 0, -0.001, "far"])
        document.update(ra=ra, dec=dec)
        if chosen != "missing":
            document[distance] = chosen
    document["coordinates"] = {
        "radec_geojson": {"type": "Point", "coordinates": [ra - 180, dec]},
        "radec_str": [f"{ra:.6f}", f"{dec:.6f}"],
        "l": random.uniform(0, 360),
    }
    if random.random() < 0.5:
        document["after"] = 1
    return document


def around(ra, dec, arcseconds):
    angle = random.uniform(0, 2 * math.pi)
    distance = arcseconds * math.sqrt(random.random()) / 3600
    ra = (ra + distance * math.sin(angle) / max(0.01, math.cos(math.radians(dec)))) % 360
    return ra, max(-90, min(90, dec + distance * math.cos(angle)))


def fill(database, catalog, positions):
    collection = database[catalog]
    collection.drop()
    rows = []
    for ra, dec in positions:
        for _ in range(random.choice([0, 0, 1, 2, 3])):
            rows.append(row(catalog, len(rows), *around(ra, dec, 400 if catalog in GALAXIES else 4)))
    for _ in range(500):
        rows.append(row(catalog, len(rows), random.uniform(0, 360), math.degrees(math.asin(random.uniform(-1, 1)))))
    collection.insert_many(rows)
    collection.create_index([("coordinates.radec_geojson", "2dsphere")])
    return len(rows)


def separation(ra1, dec1, ra2, dec2):
    return math.degrees(angular_separation(*map(math.radians, (ra1, dec1, ra2, dec2))))


def within(ra, dec, arcseconds):
    return {"coordinates.radec_geojson": {
        "$geoWithin": {"$centerSphere": [[ra - 180, dec], arcseconds / 3600 * math.pi / 180]}}}


def position(document):
    longitude, dec = document["coordinates"]["radec_geojson"]["coordinates"]
    return longitude + 180, dec


def expected(database, catalog, ra, dec):
    """What a direct query finds, the nearest first."""
    shown = 1 if catalog in GALAXIES else PLAIN[catalog][2]
    projection = {"_id": shown, "coordinates.radec_str": 1, **{field: 1 for field in fields(catalog)}}
    radius = COARSE if catalog in GALAXIES else PLAIN[catalog][1]
    query = within(ra, dec, radius)
    projected = list(database[catalog].find(query, projection).hint([("coordinates.radec_geojson", "2dsphere")]))
    whole = list(database[catalog].find(query).hint([("coordinates.radec_geojson", "2dsphere")]))
    found = []
    for document, full in zip(projected, whole):
        assert not shown or document["_id"] == full["_id"]
        away = separation(ra, dec, *position(full))
        if catalog in GALAXIES:
            _, field, is_redshift = GALAXIES[catalog]
            distance = full.get(field)
            if isinstance(distance, (str, type(None))) or math.isnan(distance):
                continue
            away = separation(ra, dec, full["ra"], full["dec"])
            if is_redshift:
                reach = LOW / 3600 if distance < 0.01 else AT * (0.05 / distance) / 3600
            else:
                reach = LOW / 3600 if distance < 40 else math.degrees(math.atan(AT / (distance * 1e3)))
            if away >= reach:
                continue
            kpc = -1
            if distance > 0.005:
                kpc = round(away * 3600 * (distance / 0.05) if is_redshift else math.radians(away) * distance * 1e3, 2)
            document["coordinates"]["distance_arcsec"] = round(away * 3600, 2)
            document["coordinates"]["distance_kpc"] = kpc
        found.append((away, document))
    return [document for _, document in sorted(found, key=lambda item: item[0])]


def compare(database, catalogs, of_any_alert):
    differences, matched, objects = [], 0, 0
    per_catalog = dict.fromkeys(catalogs, 0)
    for aux in database.ZTF_alerts_aux.find({}, {"cross_matches": 1, "cross_match_versions": 1}):
        objects += 1
        alerts = list(database.ZTF_alerts.find(
            {"objectId": aux["_id"]}, {"candidate.ra": 1, "candidate.dec": 1},
            sort=[("candidate.jd", 1), ("candid", 1)]))
        stored = aux["cross_matches"]
        if set(stored) != set(catalogs) or set(aux.get("cross_match_versions", {})) != set(catalogs):
            differences.append(f"{aux['_id']} has {sorted(stored)} of {sorted(aux.get('cross_match_versions', {}))}")
            continue
        # Bytes: types and the order of fields count.
        found = {catalog: [bson.encode(document) for document in stored[catalog]] for catalog in catalogs}
        for alert in alerts if of_any_alert else alerts[:1]:
            place = alert["candidate"]
            wanted = {catalog: expected(database, catalog, place["ra"], place["dec"]) for catalog in catalogs}
            different = [catalog for catalog in catalogs
                         if found[catalog] != [bson.encode(document) for document in wanted[catalog]]]
            if not different:
                break
        differences += [f"{aux['_id']} {name}: {stored[name]}, not {wanted[name]}" for name in different]
        for catalog in catalogs:
            matched += len(wanted[catalog])
            per_catalog[catalog] += len(wanted[catalog])
    print(json.dumps({"objects": objects, "matches": matched, "least": min(per_catalog.values()),
                      "differences": len(differences), "first": differences[:3]}))
    return 1 if differences else 0


def main():
    verb, uri, name, *rest = sys.argv[1:]
    database = pymongo.MongoClient(uri)[name]
    if verb in ("compare", "compare-any"):
        return compare(database, rest or ALL, verb == "compare-any")
    random.seed(int(rest[0]))
    positions = json.load(sys.stdin)
    rows = {catalog: fill(database, catalog, positions) for catalog in (rest[1:] if verb == "change" else ALL)}
    print(json.dumps(rows))
    return 0


sys.exit(main())
