"""The services of docker-compose.yaml and docker-compose.traefik.yaml, as docker-compose itself reads them."""

from __future__ import annotations

import ipaddress
import re

import pytest
import yaml
from conftest import ROOT
from programs import key_of_variable

ENDS_WITHIN = 30  # seconds from SIGTERM until our programs have ended, see docs/operations.md


@pytest.fixture(name="alone", scope="module")
def _alone(renderer):
    return renderer.compose("docker-compose.yaml")


@pytest.fixture(name="traefik", scope="module")
def _traefik(renderer):
    return renderer.compose("docker-compose.yaml", "docker-compose.traefik.yaml")


@pytest.fixture(name="both", params=["alone", "traefik"])
def _both(request):
    return request.getfixturevalue(request.param)


def ours(configuration) -> dict[str, dict]:
    return {name: each for name, each in configuration["services"].items() if "build" in each}


def seconds(text: str) -> float:
    return sum(float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]
               for number, unit in re.findall(r"([\d.]+)(ms|[smh])", text))


def test_every_image_is_one_that_the_dockerfile_makes(both, images):
    services = ours(both)
    assert {"ingester", "api", "prepare", "mongo-initiate", "kafka-producer", "skipper"} == services.keys()
    for name, service in services.items():
        target = service["build"]["target"]
        assert service["image"] == ("skipper" if target == "skipper" else f"skipper-{target}"), name
        assert service["image"] in images, name
    assert {each["build"]["target"] for each in services.values()} == {
        name.removeprefix("skipper-") for name in images}


def test_every_setting_exists(both, programs):
    for name, service in ours(both).items():
        for variable in service["environment"]:
            key = key_of_variable(variable)
            assert variable.startswith("SKIPPER_") and key in programs.settings, f"{name}: {variable}"


def test_every_command_is_understood(both, images, programs):
    for name, service in ours(both).items():
        assert "entrypoint" not in service
        image = images[service["image"]]
        words = image.entrypoint + (service.get("command") or image.command)
        if name == "kafka-producer":
            # The script hands its words on.
            words = ["skipper", "simulate", "--topic", "t", *words[1:]]
        assert programs.understands(words), f"{name}: {words}"


def test_files_are_where_the_programs_look(both, images, programs):
    catalogs = programs.settings.get("catalogs.folder", "catalogs")
    for name, service in ours(both).items():
        folder = images[service["image"]].folder
        assert [each["target"] for each in service["secrets"]] == [f"{folder}/secrets.json"], name
        mounts = {target: source for source, target in map(mount, service["volumes"])}
        assert mounts[f"{folder}/config.yaml"].endswith("/config.yaml"), name
        assert f"{folder}/{catalogs}" in mounts or name == "kafka-producer"
        assert all(readonly(each) for each in service["volumes"]), name
    volume = images["skipper-kafka-producer"].volumes
    assert volume == ["/packets"] and "/packets" in [mount(each)[1] for each in ours(both)["kafka-producer"]["volumes"]]


def mount(volume) -> tuple[str, str]:
    if isinstance(volume, dict):
        return volume["source"], volume["target"]
    source, target = volume.split(":")[:2]
    return source, target


def readonly(volume) -> bool:
    return volume.get("read_only") is True if isinstance(volume, dict) else volume.endswith(":ro")


def test_programs_can_change_nothing_but_what_they_store(both):
    for name, service in both["services"].items():
        assert service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"], name
        assert service.get("read_only") is True or name == "kafka", name
        assert not any("docker.sock" in str(each) for each in service.get("volumes", []))
    for service in [*ours(both).values(), both["services"]["mongo"]]:
        assert service["user"].split(":")[0] not in ("", "0", "root")


def test_the_users_of_containers_are_those_of_the_images(alone, images):
    for service in ours(alone).values():
        assert service["user"] == images[service["image"]].user


def test_ingesters_can_be_as_many_as_one_likes(both):
    for name in ("ingester", "api"):
        assert "container_name" not in both["services"][name]
    assert not both["services"]["ingester"].get("ports")


def test_only_what_is_meant_to_be_reached_is(both):
    published = {name: each["ports"] for name, each in both["services"].items() if each.get("ports")}
    assert published.keys() <= {"api", "traefik"}
    assert len(published["api"]) == 1
    port = published["api"][0]
    text = port if isinstance(port, str) else f"{port['host_ip']}:{port['published']}:{port['target']}"
    assert text.removesuffix("/tcp") == "127.0.0.1:4000:4000"
    assert both["networks"]["store"]["internal"] is True
    assert list(both["services"]["mongo"]["networks"]) == ["store"]


def test_nothing_starts_before_what_it_needs_is_there(both, images):
    services = both["services"]
    condition = {name: {on: how["condition"] for on, how in each.get("depends_on", {}).items()}
                 for name, each in services.items()}
    assert condition["mongo-initiate"] == {"mongo": "service_healthy"}
    assert condition["prepare"] == {"mongo-initiate": "service_completed_successfully"}
    assert condition["ingester"] == condition["api"] == {"prepare": "service_completed_successfully"}
    assert condition["kafka-producer"] == {"kafka": "service_healthy"}
    for name, each in condition.items():
        for on, how in each.items():
            healthy = "healthcheck" in services[on] or images.get(services[on]["image"], None) and images[
                services[on]["image"]].health
            assert how != "service_healthy" or healthy, f"{name} waits for the health of {on}"
    for name, service in services.items():
        once = name in ("mongo-initiate", "prepare", "kafka-producer", "skipper")
        assert service["restart"] == ("no" if once else "unless-stopped"), name
    for name in ("ingester", "api"):
        assert seconds(services[name]["stop_grace_period"]) > ENDS_WITHIN


def test_mongodb_is_initiated_by_the_loopback_interface(both):
    initiate = both["services"]["mongo-initiate"]
    assert initiate["network_mode"] == "service:mongo"
    assert initiate["environment"]["SKIPPER_DATABASE__HOST"] == "127.0.0.1"
    member = initiate["command"][initiate["command"].index("--member") + 1]
    environment = both["services"]["api"]["environment"]
    assert member == f"{environment['SKIPPER_DATABASE__HOST']}:27017" and member.split(":")[0] in both["services"]
    start = (ROOT / "docker/mongod").read_text()
    assert f"--replSet {environment['SKIPPER_DATABASE__REPLICA_SET']} " in start


def test_mongod_starts_as_the_operations_manual_says(both):
    mongo = both["services"]["mongo"]
    start = (ROOT / "docker/mongod").read_text()
    manual = (ROOT / "docs/operations.md").read_text()
    recommended = re.findall(r"--(?:wiredTiger\w+Compressor none|setParameter minSnapshot\w+=0)", manual)
    assert len(recommended) == 3
    for flag in recommended:
        assert flag in start
    assert "--auth" in start and "--keyFile" in start
    target = mongo["entrypoint"][1]
    assert ("docker/mongod", target) in [
        (source.removeprefix(f"{ROOT}/").removeprefix("./"), to) for source, to in map(mount, mongo["volumes"])]
    # 4 GB beyond the cache, as the manual asks for.
    cache = float(mongo["command"][mongo["command"].index("--wiredTigerCacheSizeGB") + 1])
    limit = str(mongo["mem_limit"])
    bytes_ = float(limit[:-1]) * 2**30 if limit.endswith("g") else float(limit)
    assert bytes_ >= (cache + 4) * 2**30


def test_kafka_is_where_the_programs_look_and_takes_every_packet(both, programs):
    kafka = both["services"]["kafka"]
    address = both["services"]["ingester"]["environment"]["SKIPPER_KAFKA__BOOTSTRAP_SERVERS"]
    assert kafka["environment"]["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{address}"
    assert address.split(":")[0] in both["services"]
    largest = programs.settings["ingester.packet_bytes"]
    assert int(kafka["environment"]["KAFKA_MESSAGE_MAX_BYTES"]) > largest
    for name in ("ingester", "kafka-producer", "kafka"):
        assert "alerts" in both["services"][name]["networks"], name


def test_kafka_comes_only_when_it_is_asked_for():
    services = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]
    assert {name for name, each in services.items() if each.get("profiles") == ["kafka"]} == {"kafka", "kafka-producer"}
    assert services["skipper"]["profiles"] == ["operator"]


def test_the_address_of_traefik_alone_is_believed(traefik):
    address = traefik["services"]["traefik"]["networks"]["front"]["ipv4_address"]
    assert traefik["services"]["api"]["environment"]["SKIPPER_SERVER__TRUSTED_PROXIES"] == address
    subnet = ipaddress.ip_network(traefik["networks"]["front"]["ipam"]["config"][0]["subnet"])
    # The first address is the host's.
    assert ipaddress.ip_address(address) in list(subnet.hosts())[1:]
    assert "front" in traefik["services"]["api"]["networks"]


def test_traefik_leads_to_the_api_and_nowhere_else(traefik, images, routes):
    service = traefik["services"]["traefik"]
    flags = dict(word.removeprefix("--").partition("=")[::2] for word in service["command"])
    source, target = next(each for each in map(mount, service["volumes"]) if each[1] == "/etc/traefik/skipper.yaml")
    assert flags["providers.file.filename"] == target and "providers.docker" not in flags
    # Like traefik, which fills in the name before it reads the file.
    text = (ROOT / source.removeprefix(f"{ROOT}/")).read_text()
    assert re.findall(r"\{\{ env \"(\w+)\" \}\}", text) == ["DOMAIN"] and "DOMAIN" in service["environment"]
    rules = yaml.safe_load(re.sub(r"\{\{.*?\}\}", service["environment"]["DOMAIN"], text))["http"]
    assert rules["routers"].keys() == {"api"}
    router = rules["routers"]["api"]
    assert router["rule"].startswith(f"Host(`{service['environment']['DOMAIN']}`) && ")
    for path in ("/metrics", "/readyz"):
        assert f"!Path(`{path}`)" in router["rule"]
    assert set(router["entryPoints"]) <= {name.split(".")[1] for name in flags if name.startswith("entrypoints.")}
    assert flags["entrypoints.web.http.redirections.entrypoint.to"] == router["entryPoints"][0]
    assert flags["entrypoints.web.http.redirections.entrypoint.scheme"] == "https"
    resolver = router["tls"]["certResolver"]
    assert f"certificatesresolvers.{resolver}.acme.email" in flags
    assert flags[f"certificatesresolvers.{resolver}.acme.httpchallenge.entrypoint"] == "web"
    storage = flags[f"certificatesresolvers.{resolver}.acme.storage"]
    assert any(storage.startswith(to + "/") for _, to in map(mount, service["volumes"]))
    assert set(router["middlewares"]) == rules["middlewares"].keys()
    assert rules["middlewares"]["rate"]["rateLimit"]["average"] > 0
    balancer = rules["services"][router["service"]]["loadBalancer"]
    api = traefik["services"]["api"]
    assert balancer["servers"] == [{"url": f"http://api:{images[api['image']].ports[0]}"}]
    assert balancer["healthCheck"]["path"] in routes["skipper-api"]


def test_two_lines_of_the_traefik_file_are_to_be_changed():
    lines = [line for line in (ROOT / "docker-compose.traefik.yaml").read_text().splitlines() if "CHANGE" in line]
    assert len(lines) == 2 and "acme.email=" in lines[1] and "DOMAIN:" in lines[0]
