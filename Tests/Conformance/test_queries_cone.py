"""cone_search: forms of coordinates, keys of answers, radii (1.5). Who lies in a cone is computed here."""

import pytest

from client import error, identical, same_documents
from sky import UNITS, separation
from world import CENTRE, GALAXIES, PLACES, STARS, galaxies, stars

ALL = {STARS: stars(), GALAXIES: galaxies()}


def inside(catalog, position, degrees):
    """The ids of what lies within a cone; asserts that nothing lies on its edge."""
    found = set()
    for one in ALL[catalog]:
        distance = separation(position, (one["ra"], one["dec"]))
        assert abs(distance - degrees) > 1e-4 * degrees, "a star on the edge proves nothing"
        if distance < degrees:
            found.add(one["_id"])
    return found


def cone(radec, radius=2.0, unit="arcsec", **catalogs):
    """The query of a cone, by default in the stars, with ids alone."""
    return {
        "object_coordinates": {"cone_search_radius": radius, "cone_search_unit": unit, "radec": radec},
        "catalogs": catalogs or {STARS: {"projection": {"_id": 1}}},
    }


def ids(documents):
    return {one["_id"] for one in documents}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("arcsec", [1, 10, 100, 2000, 20000])
@pytest.mark.parametrize("place", PLACES)
def test_cone_holds_what_is_near(astronomer, world, place, arcsec, unit):
    radius = arcsec / 3600 / UNITS[unit]
    answered = astronomer.data("cone_search", cone({place: list(PLACES[place])}, radius, unit))
    assert ids(answered[STARS][place]) == inside(STARS, PLACES[place], arcsec / 3600)
    assert len(answered[STARS][place]) == len(ids(answered[STARS][place]))


@pytest.mark.parametrize("radius", [2, 2.0, "2", "2.0", "2e0"])
def test_radius_is_a_number_or_its_text(astronomer, world, radius):
    answered = astronomer.data("cone_search", cone({"a": list(CENTRE)}, radius))
    assert ids(answered[STARS]["a"]) == inside(STARS, CENTRE, 2 / 3600)


def key_of(pair):
    """The key of a pair that has no name: Python's text of it without points."""
    return str(pair).replace(".", "_")


PAIRS = [
    [71.65, -10.2],
    [71.6577756, -10.2263957],
    [1, 2],
    [1.0, 2.5],
    [0, -90],
    [359.999, 0.5],
    [1e-07, 0.1],
    [10, 1e-05],
    [123.456789012345, -45.0],
    [0.1, -0.0],
    [100, 20.25],
]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_pair_without_name_is_its_own_key(astronomer, world, pair):
    answered = astronomer.data("cone_search", cone([pair]))
    assert list(answered[STARS]) == [key_of(pair)]
    assert ids(answered[STARS][key_of(pair)]) == inside(STARS, pair, 2 / 3600)


def test_several_pairs_have_several_keys(astronomer, world):
    pairs = [list(place) for place in PLACES.values()]
    answered = astronomer.data("cone_search", cone(pairs, 10))
    assert set(answered[STARS]) == {key_of(pair) for pair in pairs}
    for pair in pairs:
        assert ids(answered[STARS][key_of(pair)]) == inside(STARS, pair, 10 / 3600)


@pytest.mark.parametrize(
    "name, key",
    [
        ("ZTF18abacqpw", "ZTF18abacqpw"),
        ("a.b", "a_b"),
        ("x.y.z.", "x_y_z_"),
        ("with space", "with space"),
        ("$odd", "$odd"),
        ("é", "é"),
        ("", ""),
        ("10.5", "10_5"),
        ("a_b", "a_b"),
        ('"', '"'),
    ],
)
def test_names_are_keys_without_points(astronomer, world, name, key):
    answered = astronomer.data("cone_search", cone({name: list(CENTRE)}, 10))
    assert list(answered[STARS]) == [key] and ids(answered[STARS][key]) == inside(STARS, CENTRE, 10 / 3600)


#: Texts, their keys, and the positions meant.
TEXTS = [
    ("71.6577756 -10.2263957", "(71_6577756, -10_2263957)", CENTRE),
    ("71.65 -10.2", "(71_65, -10_2)", (71.65, -10.2)),
    ("  71.65   -10.2 ", "(71_65, -10_2)", (71.65, -10.2)),
    ("45 0", "(45, 0)", (45, 0)),
    ("45.0 0e0", "(45_0, 0_0)", (45, 0)),
    ("04:46:37.8661 -10:13:35.025", "('04:46:37_8661', '-10:13:35_025')", CENTRE),
    ("04:46:37.8 -10:13:35", "('04:46:37_8', '-10:13:35')", (71.6575, -10.226389)),
    ("04h46m37.8661s -10d13m35.025s", "('04h46m37_8661s', '-10d13m35_025s')", CENTRE),
    ("[[71.6577756, -10.2263957]]", "[71_6577756, -10_2263957]", CENTRE),
    ("[(1, 2)]", "(1, 2)", (1, 2)),
    ("[(45.0, 0.0)]", "(45_0, 0_0)", (45, 0)),
    ("((71.6577756, -10.2263957),)", "(71_6577756, -10_2263957)", CENTRE),
    ("{'a.b': [71.6577756, -10.2263957]}", "a_b", CENTRE),
    ("{'a': (45, 0)}", "a", (45, 0)),
    ("{'a': ('04:46:37.8661', '-10:13:35.025')}", "a", CENTRE),
    ("[('04:46:37.8661', '-10:13:35.025')]", "('04:46:37_8661', '-10:13:35_025')", CENTRE),
]


@pytest.mark.parametrize("text, key, position", TEXTS, ids=[text for text, _, _ in TEXTS])
def test_coordinates_may_be_text(astronomer, world, text, key, position):
    answered = astronomer.data("cone_search", cone(text, 30))
    assert list(answered[STARS]) == [key]
    assert ids(answered[STARS][key]) == inside(STARS, position, 30 / 3600)


SEXAGESIMAL = [
    (["04:46:37.8661", "-10:13:35.025"], CENTRE),
    (["04h46m37.8661s", "-10d13m35.025s"], CENTRE),
    (["03:00:00", "00:00:00"], (45, 0)),
    (["03h00m00s", "-00d00m00s"], (45, 0)),
    (["12:00:00", "+45:00:00.0"], (180, 45)),
    (["12h00m00.0s", "45d00m00s"], (180, 45)),
    (["23:59:59.952", "-00:00:00.18"], (359.9998, -0.00005)),
    (["23h59m59.952s", "-00d00m00.18s"], (359.9998, -0.00005)),
]


@pytest.mark.parametrize("pair, position", SEXAGESIMAL, ids=str)
def test_position_may_be_sexagesimal(astronomer, world, pair, position):
    answered = astronomer.data("cone_search", cone({"a": pair}, 10))
    assert ids(answered[STARS]["a"]) == inside(STARS, position, 10 / 3600)
    answered = astronomer.data("cone_search", cone([pair], 10))
    assert list(answered[STARS]) == [key_of(pair)]


def test_negative_zero_degrees_are_south(astronomer, world):
    answered = astronomer.data(
        "cone_search", cone({"a": ["03:00:00", "-00:30:00"], "b": ["03:00:00", "00:30:00"]}, 100, "arcmin")
    )
    assert ids(answered[STARS]["a"]) == inside(STARS, (45, -0.5), 100 / 60)
    assert ids(answered[STARS]["b"]) == inside(STARS, (45, 0.5), 100 / 60)
    answered = astronomer.data(
        "cone_search", cone({"a": ["03:00:00", "-00:59:59"], "b": ["03:00:00", "00:59:59"]}, 0.9, "deg")
    )
    assert ids(answered[STARS]["a"]) == inside(STARS, (45, -1 + 1 / 3600), 0.9)
    assert ids(answered[STARS]["b"]) == inside(STARS, (45, 1 - 1 / 3600), 0.9)
    assert ids(answered[STARS]["a"]) != ids(answered[STARS]["b"])


def test_several_catalogues_and_objects(astronomer, world):
    radec = {name: list(position) for name, position in PLACES.items()}
    query = cone(
        radec, 45, "arcsec", **{STARS: {"projection": {"_id": 1}}, GALAXIES: {"projection": {"_id": 1}}}
    )
    answered = astronomer.data("cone_search", query)
    assert set(answered) == {STARS, GALAXIES}
    for catalog in answered:
        assert set(answered[catalog]) == set(PLACES)
        for name, position in PLACES.items():
            assert ids(answered[catalog][name]) == inside(catalog, position, 45 / 3600)


def test_nothing_near_is_an_empty_list(astronomer, world):
    assert astronomer.data("cone_search", cone({"a": [270, 12]})) == {STARS: {"a": []}}


def test_no_objects_are_no_keys(astronomer, world):
    assert astronomer.data("cone_search", cone({})) == {STARS: {}}


@pytest.mark.parametrize("first", [True, False, None])
def test_filter_and_position_both_hold(astronomer, world, first):
    kwargs = {} if first is None else {"filter_first": first}
    query = cone(
        {"a": list(CENTRE)},
        1,
        "deg",
        **{STARS: {"filter": {"group": 2, "mag": {"$lt": 18}}, "projection": {"_id": 1}}}
    )
    answered = astronomer.data("cone_search", query, **kwargs)
    expected = {one["_id"] for one in stars() if one["group"] == 2 and one["mag"] < 18} & inside(
        STARS, CENTRE, 1
    )
    assert ids(answered[STARS]["a"]) == expected and expected


@pytest.mark.parametrize(
    "specification",
    [{}, {"filter": {}}, {"filter": {}, "projection": {}}, {"filter": "{}", "projection": "{}"}],
)
def test_whole_documents_without_projection(astronomer, world, specification):
    answered = astronomer.data(
        "cone_search", cone({"a": list(CENTRE)}, 5, "arcsec", **{STARS: specification})
    )
    same_documents(answered[STARS]["a"], world[STARS].find({"place": "field", "distance": {"$lt": 5}}))


@pytest.mark.parametrize(
    "projection", [{"name": 1}, {"_id": 0, "mag": 1}, {"coordinates": 0}, "{'_id': 0, 'name': True}"]
)
def test_projection_of_a_catalogue(astronomer, world, projection):
    query = cone({"a": list(CENTRE)}, 5, "arcsec", **{STARS: {"filter": {}, "projection": projection}})
    plain = {"_id": 0, "name": True} if isinstance(projection, str) else projection
    expected = world[STARS].find({"place": "field", "distance": {"$lt": 5}}, plain)
    same_documents(astronomer.data("cone_search", query)[STARS]["a"], expected)


@pytest.mark.parametrize("catalog", [{"filter": [1]}, {"filter": 1}, {"filter": True}])
def test_filter_of_another_type_is_unsupported(astronomer, catalog):
    error(
        astronomer.ask("cone_search", cone({"a": [1, 2]}, **{STARS: catalog})),
        containing="Unsupported filter specification",
    )


@pytest.mark.parametrize("catalog", [{"projection": [1]}, {"projection": 1}])
def test_projection_of_another_type_is_unsupported(astronomer, catalog):
    error(
        astronomer.ask("cone_search", cone({"a": [1, 2]}, **{STARS: catalog})),
        containing="Unsupported projection specification",
    )


def test_kwargs_hold_for_each_object(astronomer, world):
    radec = {name: list(position) for name, position in PLACES.items()}
    query = cone(radec, 1, "deg")
    answered = astronomer.data(
        "cone_search", query, sort=[["distance", -1], ["_id", 1]], skip=2, limit=3, max_time_ms=10000
    )
    for name, position in PLACES.items():
        near = [one for one in stars() if one["_id"] in inside(STARS, position, 1)]
        near.sort(key=lambda one: (-one["distance"], one["_id"]))
        assert [one["_id"] for one in answered[STARS][name]] == [one["_id"] for one in near[2:5]]


@pytest.mark.parametrize("hint", ["coordinates.radec_geojson_2dsphere", "mag_1"])
def test_hint_names_an_index(astronomer, world, hint):
    answered = astronomer.data("cone_search", cone({"a": list(CENTRE)}, 100), hint=hint)
    assert ids(answered[STARS]["a"]) == inside(STARS, CENTRE, 100 / 3600)


@pytest.mark.parametrize("unit", ["degrees", "", "ARCSEC", "radian", None, 1])
def test_unknown_unit_names_those_there_are(astronomer, unit):
    message = error(astronomer.ask("cone_search", cone({"a": [1, 2]}, 2, unit)))
    if isinstance(unit, str):
        assert message == "Exception: Angular units not in ('arcsec', 'arcmin', 'deg', 'rad')"


@pytest.mark.parametrize("radec", [1, 1.5, True])
def test_coordinates_of_another_type_are_unsupported(astronomer, radec):
    error(astronomer.ask("cone_search", cone(radec)), containing="Unsupported object coordinate specs")


@pytest.mark.parametrize(
    "pair", [["here", "there"], ["04:46", "-10:13"], ["abc:de:fg", "1:2:3"], ["4h46m", "-10d"]]
)
def test_text_that_is_no_position_is_said(astronomer, pair):
    message = error(astronomer.ask("cone_search", cone({"a": pair})))
    if pair[0] == "here":
        assert message == "Exception: unrecognized string ra/dec format."


@pytest.mark.parametrize(
    "radec",
    [
        {"a": [1]},
        {"a": []},
        {"a": 1},
        {"a": None},
        {"a": [1, None]},
        {"a": [10, 91]},
        {"a": [10, -90.5]},
        [[1]],
        [1, 2],
        ["x"],
        "1",
        "a b",
        "[1, 2",
        "[[1, 2]",
    ],
)
def test_coordinates_that_are_none_are_errors(astronomer, world, radec):
    error(astronomer.ask("cone_search", cone(radec)))


@pytest.mark.parametrize("radius", ["wide", None, [], {}, "-"])
def test_radius_that_is_none_is_an_error(astronomer, world, radius):
    error(astronomer.ask("cone_search", cone({"a": [1, 2]}, radius)))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"catalogs": {STARS: {}}},
        {"object_coordinates": {"cone_search_radius": 1, "cone_search_unit": "deg"}},
        {"object_coordinates": {"cone_search_radius": 1, "cone_search_unit": "deg", "radec": {"a": [1, 2]}}},
        {"object_coordinates": {"cone_search_unit": "deg", "radec": {"a": [1, 2]}}, "catalogs": {STARS: {}}},
        {"object_coordinates": {"cone_search_radius": 1, "radec": {"a": [1, 2]}}, "catalogs": {STARS: {}}},
        {"object_coordinates": [], "catalogs": {STARS: {}}},
        {"object_coordinates": None, "catalogs": {STARS: {}}},
    ],
    ids=str,
)
def test_incomplete_query_is_an_error(astronomer, query):
    error(astronomer.ask("cone_search", query))


def test_alerts_come_by_cone(astronomer, world):
    query = cone(
        {"ZTF18abacqpw": [68.578209, 49.0871395]},
        2,
        "arcsec",
        ZTF_alerts={"filter": {}, "projection": {"_id": 0, "objectId": 1}},
    )
    answered = astronomer.data("cone_search", query, filter_first=False)
    assert identical(answered, {"ZTF_alerts": {"ZTF18abacqpw": [{"objectId": "ZTF18abacqpw"}] * 3}})
