"""near: by distance, between two distances (1.5). Who is near, and in which order, is computed here."""

import pytest

from client import error, same_documents
from sky import UNITS, separation
from test_queries_cone import ALL, TEXTS, ids, key_of
from world import CENTRE, EMPTY, GALAXIES, PLACES, STARS, UNINDEXED, stars

#: One arcminute, in radians: how far `near` looks that is not told.
DEFAULT = 0.000290888


def near(radec, catalogs=None, **more):
    """The query of neighbours, by default stars with ids alone."""
    return {"radec": radec, "catalogs": catalogs or {STARS: {"projection": {"_id": 1}}}, **more}


def ordered(catalog, position, longest, shortest=0.0):
    """Distances (degrees) and ids of what lies between two distances, nearest first."""
    found = []
    for one in ALL[catalog]:
        distance = separation(position, (one["ra"], one["dec"]))
        for edge in (longest, shortest):
            assert abs(distance - edge) > 1e-4 * edge, "a star on the edge proves nothing"
        if shortest <= distance <= longest:
            found.append((distance, one["_id"]))
    return sorted(found)


def judge(answered, expected):
    """The same ids, and none before another that is nearer by more than rounding (a microarcsecond)."""
    distances = {number: distance for distance, number in expected}
    assert {one["_id"] for one in answered} == set(distances) and len(answered) == len(distances)
    order = [distances[one["_id"]] for one in answered]
    assert all(later > earlier - 3e-10 for earlier, later in zip(order, order[1:])), order


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("arcsec", [1, 10, 100, 2000])
@pytest.mark.parametrize("place", PLACES)
def test_neighbours_come_nearest_first(astronomer, world, place, arcsec, unit):
    query = near({place: list(PLACES[place])}, max_distance=arcsec / 3600 / UNITS[unit], distance_units=unit)
    answered = astronomer.data("near", query)
    judge(answered[STARS][place], ordered(STARS, PLACES[place], arcsec / 3600))


@pytest.mark.parametrize("unit", UNITS)
def test_neighbours_between_two_distances(astronomer, world, unit):
    query = near(
        {"a": list(CENTRE)},
        min_distance=3 / 3600 / UNITS[unit],
        max_distance=300 / 3600 / UNITS[unit],
        distance_units=unit,
    )
    judge(astronomer.data("near", query)[STARS]["a"], ordered(STARS, CENTRE, 300 / 3600, 3 / 3600))


def test_default_is_an_arcminute(astronomer, world):
    answered = astronomer.data("near", near({"a": list(CENTRE)}))
    judge(answered[STARS]["a"], ordered(STARS, CENTRE, DEFAULT * UNITS["rad"]))


@pytest.mark.parametrize("unit", ["deg", "rad", "arcmin"])
def test_default_number_is_in_the_unit_given(astronomer, world, unit):
    answered = astronomer.data("near", near({"a": list(CENTRE)}, distance_units=unit))
    judge(answered[STARS]["a"], ordered(STARS, CENTRE, DEFAULT * UNITS[unit]))


def test_distances_are_radians_by_default(astronomer, world):
    answered = astronomer.data("near", near({"a": list(CENTRE)}, max_distance=0.0001))
    judge(answered[STARS]["a"], ordered(STARS, CENTRE, 0.0001 * UNITS["rad"]))


@pytest.mark.parametrize("place", PLACES)
def test_limit_of_one_is_the_nearest(astronomer, world, place):
    query = near({"a": list(PLACES[place])}, {STARS: {}, GALAXIES: {}}, max_distance=1, distance_units="deg")
    answered = astronomer.data("near", query, limit=1)
    assert answered[STARS]["a"][0]["distance"] == 0.5 and len(answered[STARS]["a"]) == 1
    assert [one["_id"] for one in answered[GALAXIES]["a"]] == [ordered(GALAXIES, PLACES[place], 1)[0][1]]


@pytest.mark.parametrize("skip, limit", [(1, 3), (5, 0), (100, 3)])
def test_neighbours_are_skipped_and_limited(astronomer, world, skip, limit):
    position = (71.66, -10.23)  # off the centre, so that all distances differ
    query = near({"a": list(position)}, max_distance=1, distance_units="deg")
    expected = [number for _, number in ordered(STARS, position, 1)][skip : skip + limit if limit else None]
    assert [
        one["_id"] for one in astronomer.data("near", query, skip=skip, limit=limit)[STARS]["a"]
    ] == expected


def test_sort_takes_the_place_of_distance(astronomer, world):
    query = near({"a": list(CENTRE)}, max_distance=1, distance_units="deg")
    answered = astronomer.data("near", query, sort=[["_id", -1]])
    assert [one["_id"] for one in answered[STARS]["a"]] == sorted(
        (n for _, n in ordered(STARS, CENTRE, 1)), reverse=True
    )


@pytest.mark.parametrize("first", [True, False])
def test_filter_and_position_both_hold(astronomer, world, first):
    query = near(
        {"a": list(CENTRE)},
        {STARS: {"filter": {"group": 1}, "projection": {"_id": 1}}},
        max_distance=1,
        distance_units="deg",
    )
    groups = {one["_id"]: one["group"] for one in stars()}
    answered = astronomer.data("near", query, filter_first=first)
    judge(answered[STARS]["a"], [pair for pair in ordered(STARS, CENTRE, 1) if groups[pair[1]] == 1])


@pytest.mark.parametrize("text, key, position", TEXTS, ids=[text for text, _, _ in TEXTS])
def test_coordinates_may_be_text(astronomer, world, text, key, position):
    answered = astronomer.data("near", near(text, max_distance=30, distance_units="arcsec"))
    assert list(answered[STARS]) == [key]
    judge(answered[STARS][key], ordered(STARS, position, 30 / 3600))


def test_several_objects_and_catalogues(astronomer, world):
    pairs = [list(place) for place in PLACES.values()]
    query = near(pairs, {STARS: {}, GALAXIES: {}}, max_distance=45, distance_units="arcsec")
    answered = astronomer.data("near", query)
    for catalog in (STARS, GALAXIES):
        assert set(answered[catalog]) == {key_of(pair) for pair in pairs}
        for pair in pairs:
            judge(answered[catalog][key_of(pair)], ordered(catalog, pair, 45 / 3600))


def test_whole_documents_without_projection(astronomer, world):
    query = near({"a.b": list(CENTRE)}, {STARS: {}}, max_distance=5, distance_units="arcsec")
    answered = astronomer.data("near", query)
    same_documents(answered[STARS]["a_b"], world[STARS].find({"place": "field", "distance": {"$lt": 5}}))


def test_nothing_near_is_an_empty_list(astronomer, world):
    assert astronomer.data("near", near({"a": [270, 12]}, {STARS: {}, GALAXIES: {}})) == {
        STARS: {"a": []},
        GALAXIES: {"a": []},
    }


@pytest.mark.parametrize("catalog", [UNINDEXED, EMPTY])
def test_catalogue_without_positions_cannot_be_asked_by_distance(astronomer, world, catalog):
    response = astronomer.ask("near", near({"a": [1, 2]}, {catalog: {}}))
    if catalog == UNINDEXED or response.status_code != 200:
        error(response)


@pytest.mark.parametrize("unit", ["degrees", "", "ARCSEC", 1])
def test_unknown_unit_is_an_error(astronomer, world, unit):
    error(astronomer.ask("near", near({"a": [1, 2]}, max_distance=1, distance_units=unit)))


@pytest.mark.parametrize("radec", [1, 1.5, True])
def test_coordinates_of_another_type_are_unsupported(astronomer, radec):
    error(astronomer.ask("near", near(radec)), containing="Unsupported object coordinate specs")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"radec": {"a": [1, 2]}},
        {"catalogs": {STARS: {}}},
        near({"a": [1]}),
        near({"a": ["x", "y"]}),
        near({"a": [10, 100]}),
        near({"a": [1, 2]}, max_distance="far"),
        near({"a": [1, 2]}, min_distance=[]),
    ],
    ids=str,
)
def test_query_without_sense_is_an_error(astronomer, world, query):
    error(astronomer.ask("near", query))


def test_alerts_come_by_distance(astronomer, world):
    query = near(
        {"query_coords": [68.578209, 49.0871395]},
        {"ZTF_alerts": {"projection": {"_id": 0, "objectId": 1}}},
        max_distance=2,
        distance_units="arcsec",
    )
    answered = astronomer.data("near", query, limit=10)
    assert ids([{"_id": one["objectId"]} for one in answered["ZTF_alerts"]["query_coords"]]) == {
        "ZTF18abacqpw"
    }
