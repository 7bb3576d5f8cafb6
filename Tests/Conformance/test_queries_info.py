"""info: what is in the database (1.5)."""

import pytest

from client import error, identical
from world import EMPTY, GALAXIES, STARS, THINGS

COMMANDS = ("catalog_names", "catalog_info", "index_info", "db_info")


def test_catalogues_are_named_from_last_to_first(astronomer, world):
    names = astronomer.data("info", {"command": "catalog_names"})
    assert names == sorted(names, reverse=True) and len(names) == len(set(names))


@pytest.mark.parametrize(
    "catalog",
    [
        STARS,
        GALAXIES,
        THINGS,
        EMPTY,
        "ZTF_alerts",
        "ZTF_alerts_aux",
        "PGIR_alerts",
        "WNTR_alerts",
        "TURBO_alerts",
        "TNS",
        "skymaps",
    ],
)
def test_catalogue_is_named_even_where_empty(astronomer, world, catalog):
    assert catalog in astronomer.data("info", {"command": "catalog_names"})


@pytest.mark.parametrize("hidden", ["users", "filters", "queries"])
def test_protected_collections_are_not_named(admin, astronomer, world, hidden):
    for service in (admin, astronomer):
        assert hidden not in service.data("info", {"command": "catalog_names"})


#: Collections that a service may name before the first alert, so that clients may ask for them.
SURVEYS = {
    f"{survey}_alerts{part}"
    for survey in ("ZTF", "PGIR", "WNTR", "TURBO")
    for part in ("", "_aux", "_classifications")
}


def test_named_catalogues_exist(astronomer, world):
    assert (
        set(astronomer.data("info", {"command": "catalog_names"}))
        <= set(world.list_collection_names()) | SURVEYS
    )


@pytest.mark.parametrize("catalog", [STARS, THINGS, EMPTY, "TNS"])
def test_catalogue_info_is_the_statistics_of_the_collection(astronomer, world, catalog):
    answered = astronomer.data("info", {"command": "catalog_info", "catalog": catalog})
    expected = world.command("collStats", catalog)
    for key in ("ns", "count", "size", "nindexes", "capped"):
        assert answered[key] == expected[key], key
    assert set(answered["indexSizes"]) == set(expected["indexSizes"])


@pytest.mark.parametrize("catalog", [STARS, GALAXIES, THINGS, EMPTY])
def test_index_info_has_keys_of_all_indexes(astronomer, world, catalog):
    answered = astronomer.data("info", {"command": "index_info", "catalog": catalog})
    expected = {
        name: {**index, "key": [list(pair) for pair in index["key"]]}
        for name, index in world[catalog].index_information().items()
    }
    assert identical(answered, expected), (answered, expected)


def test_index_info_says_what_is_unique(astronomer, world):
    answered = astronomer.data("info", {"command": "index_info", "catalog": "ZTF_alerts"})
    assert [index for index in answered.values() if index["key"] == [["candid", -1]]][0]["unique"] is True


def test_database_info_is_its_statistics(astronomer, world):
    answered = astronomer.data("info", {"command": "db_info"})
    assert answered["db"] == world.name and answered["ok"] == 1
    assert answered["collections"] >= 10 and answered["objects"] > 100 and answered["dataSize"] > 1000


@pytest.mark.parametrize("command", ["nothing", "", "catalog_name", "users"])
def test_unknown_command_names_those_there_are(astronomer, command):
    error(astronomer.ask("info", {"command": command}), f'KeyError: "command {command} not in {COMMANDS}"')


@pytest.mark.parametrize("query", [{}, {"command": None}, {"command": 1}, {"command": ["catalog_names"]}])
def test_missing_command_is_an_error(astronomer, query):
    error(astronomer.ask("info", query))


@pytest.mark.parametrize("command", ["catalog_info", "index_info"])
def test_command_without_its_catalogue_is_an_error(astronomer, command):
    error(astronomer.ask("info", {"command": command}))
