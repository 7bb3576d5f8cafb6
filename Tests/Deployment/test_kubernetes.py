"""The objects of Kubernetes, as kustomize and Helm render them."""

from __future__ import annotations

import copy
import functools
import json
import pathlib
import re
import shutil
import subprocess
from urllib.parse import urljoin

import jsonschema
import pytest
import yaml
from conftest import ROOT
from objects import Objects

FOLDERS = ["base", "overlays/single", "overlays/production"]
VALUES = {
    "defaults": {},
    "example": yaml.safe_load((ROOT / "kubernetes/chart/values.override.example.yaml").read_text()),
    "services": {"mongo": {"enabled": True}, "kafka": {"enabled": True}},
    "secrets": {
        "secrets": {"create": True, "content": {"server": {"admin_password": "x"}, "kafka": {"password": "y"}}},
        "ingester": {"autoscaling": {"enabled": False}}, "api": {"autoscaling": {"enabled": True}},
        "config": {"server": {"port": 4000, "metrics_port": 4001}},
    },
}


@pytest.fixture(name="objects")
def _objects(programs, images, routes):
    return lambda rendered: Objects(rendered, programs, images, routes)


@pytest.mark.parametrize("folder", FOLDERS)
def test_kustomize_renders_what_the_programs_are(folder, renderer, objects):
    objects(renderer.kustomize(folder)).check()


@functools.cache
def definitions(folder: pathlib.Path) -> dict:
    return json.loads((folder / "_definitions.json").read_text())


@functools.cache
def schema(folder: pathlib.Path, version: str, kind: str) -> jsonschema.Draft7Validator:
    """Kubernetes' own schema of a kind, in which no other fields are allowed."""
    group, _, version = version.rpartition("/")
    name = "-".join(filter(None, [kind.lower(), group.split(".")[0], version]))
    document = json.loads((folder / f"{name}.json").read_text())
    # The schemas name their common part by an address in the net; it is beside them.
    place = urljoin(document.get("$id", "https://kubernetes.io/"), "/api/_definitions.json")
    resolver = jsonschema.RefResolver.from_schema(document, store={place: definitions(folder)})
    return jsonschema.Draft202012Validator(document, resolver=resolver)


def faults(objects, folder: pathlib.Path) -> list[str]:
    return [f"{each['kind']} {each['metadata']['name']}: {'.'.join(map(str, fault.path))}: {fault.message[:300]}"
            for each in objects if each["kind"] != "ServiceMonitor"  # the Prometheus operator's
            for fault in schema(folder, each["apiVersion"], each["kind"]).iter_errors(each)]


@pytest.mark.parametrize("release", ["v1.27.0", "v1.37.0"])
def test_kubernetes_has_every_field(release, renderer):
    folder = renderer.tools.resolve() / "schemas" / release
    rendered = [each for name in FOLDERS for each in renderer.kustomize(name)]
    rendered += [each for values in VALUES.values() for each in renderer.helm(values)]
    assert not faults(rendered, folder)
    spoilt = copy.deepcopy(next(each for each in rendered if each["kind"] == "Deployment"))
    container(spoilt)["livenesProbe"] = container(spoilt).pop("livenessProbe")
    assert len(faults([spoilt], folder)) == 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_kubectl_renders_the_same(folder, renderer):
    version = re.search(r"Kustomize Version: v(\d+)", subprocess.run(
        ["kubectl", "version", "--client"], capture_output=True, text=True, check=False,
    ).stdout) if shutil.which("kubectl") else None
    if not version or int(version[1]) < 5:
        pytest.skip("there is no kubectl with kustomize 5")

    def key(each):
        return json.dumps(each, sort_keys=True)

    assert sorted(renderer.kubectl(folder), key=key) == sorted(renderer.kustomize(folder), key=key)


@pytest.mark.parametrize("values", VALUES)
def test_the_chart_renders_what_the_programs_are(values, renderer, objects):
    objects(renderer.helm(VALUES[values])).check()


def test_helm_finds_nothing_in_the_chart(renderer):
    result = renderer.lint()
    assert result["TotalChartsLinted"] == 1 and not result["Errors"]
    # 1 is information, for instance that an icon is recommended; 2 a warning, 3 an error.
    assert all(message["Severity"] <= 1 for message in result["Messages"]), result


def test_the_chart_makes_what_the_overlays_make(renderer):
    def kinds(rendered):
        return sorted(each["kind"] + " " + each["metadata"]["name"].removeprefix("skipper-").split("-config")[0]
                      for each in rendered if each["kind"] not in ("ConfigMap", "Namespace", "Job"))

    assert kinds(renderer.helm(VALUES["services"])) == kinds(renderer.kustomize("overlays/single"))
    assert kinds(renderer.helm({})) == kinds(renderer.kustomize("base"))


def test_the_production_overlay_keeps_no_service_of_its_own(renderer, objects):
    rendered = objects(renderer.kustomize("overlays/production"))
    assert not rendered.of("StatefulSet")
    settings = yaml.safe_load(rendered.of("ConfigMap")[0]["data"]["config.yaml"])
    assert settings["kafka"]["security_protocol"] == "sasl_ssl"
    assert not {"host", "uri", "password"} & settings["database"].keys()


def test_the_secret_template_has_known_secrets_that_are_refused(programs):
    template = yaml.safe_load((ROOT / "kubernetes/base/secret.template.yaml").read_text())
    secrets = json.loads(template["stringData"]["secrets.json"])
    example = json.loads(programs.run("skipper", "config", "--secrets").stdout)
    for section, keys in secrets.items():
        for key, value in keys.items():
            assert f"{section}.{key}" in programs.secrets and value == example[section][key]
    assert template["metadata"]["name"] == "skipper-secrets"


def test_mongod_starts_alike_everywhere():
    start = (ROOT / "docker/mongod").read_text()
    for copy_of in ("overlays/single/mongod", "chart/files/mongod"):
        assert (ROOT / "kubernetes" / copy_of).read_text() == start, f"cp docker/mongod kubernetes/{copy_of}"


def edit(rendered, kind, name, change):
    change(next(each for each in rendered if each["kind"] == kind and each["metadata"]["name"] == name))


FAULTS = {
    "a service's selector": ("Service", "api", lambda each: each["spec"]["selector"].update(tier="x")),
    "a deployment's selector": (
        "Deployment", "api", lambda each: each["spec"]["selector"]["matchLabels"].update({"a": "b"})),
    "a service's port": ("Service", "api", lambda each: each["spec"]["ports"][0].update(port=4002)),
    "a probe's path": ("Deployment", "ingester", lambda each: container(each)["readinessProbe"]["httpGet"].update(
        path="/ready")),
    "a probe's port": ("Deployment", "ingester", lambda each: container(each)["livenessProbe"]["httpGet"].update(
        port="http")),
    "an image's name": ("Deployment", "api", lambda each: container(each).update(image="skipper-server")),
    "an argument": ("Deployment", "ingester", lambda each: container(each).update(args=["--forever"])),
    "a command": ("Job", "prepare", lambda each: container(each).update(args=["index"])),
    "a setting in the environment": ("Deployment", "api", lambda each: container(each).update(
        env=[{"name": "SKIPPER_SERVER__PROT", "value": "1"}])),
    "a setting in config.yaml": ("ConfigMap", None, lambda each: each["data"].update(
        {"config.yaml": each["data"]["config.yaml"] + "misc:\n  max_time: 3\n"})),
    "a value in config.yaml": ("ConfigMap", None, lambda each: each["data"].update(
        {"config.yaml": each["data"]["config.yaml"].replace("port: 4000", "port: four")})),
    "a port in config.yaml": ("ConfigMap", None, lambda each: each["data"].update(
        {"config.yaml": each["data"]["config.yaml"].replace("port: 4000", "port: 4040")})),
    "a key of the secret": ("Deployment", "api", lambda each: container(each)["volumeMounts"][1].update(
        subPath="secret.json")),
    "a place of the configuration": ("Deployment", "api", lambda each: container(each)["volumeMounts"][0].update(
        mountPath="/etc/config.yaml")),
    "a volume": ("Deployment", "api", lambda each: each["spec"]["template"]["spec"]["volumes"].pop(0)),
    "a target of scaling": ("HorizontalPodAutoscaler", "api", lambda each: each["spec"]["scaleTargetRef"].update(
        name="web")),
    "a budget's selector": ("PodDisruptionBudget", "api", lambda each: each["spec"]["selector"]["matchLabels"].clear()),
    "a policy's selector": ("NetworkPolicy", "api", lambda each: each["spec"]["podSelector"]["matchLabels"].update(
        {"app.kubernetes.io/name": "web"})),
    "a policy's port": ("NetworkPolicy", "api", lambda each: each["spec"]["ingress"][0]["ports"][0].update(
        port="metrics")),
    "a monitor's port": ("ServiceMonitor", "api", lambda each: each["spec"]["endpoints"][0].update(port="metrics")),
    "a monitor's path": ("ServiceMonitor", "api", lambda each: each["spec"]["endpoints"][0].update(path="/metric")),
    "an ingress' path": ("Ingress", "api", lambda each: each["spec"]["rules"][0]["http"]["paths"][0].update(
        path="/graphql")),
    "an ingress' service": ("Ingress", "api", lambda each: each["spec"]["rules"][0]["http"]["paths"][0]["backend"][
        "service"].update(name="web")),
    "a user": ("Deployment", "api", lambda each: each["spec"]["template"]["spec"]["securityContext"].update(
        runAsUser=1000)),
    "a root file system": ("Deployment", "api", lambda each: container(each)["securityContext"].update(
        readOnlyRootFilesystem=False)),
    "a time to end": ("Deployment", "api", lambda each: each["spec"]["template"]["spec"].update(
        terminationGracePeriodSeconds=5)),
}


def container(workload):
    return workload["spec"]["template"]["spec"]["containers"][0]


@pytest.fixture(name="base", scope="module")
def _base(renderer):
    return renderer.kustomize("base")


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_noticed(fault, base, objects):
    rendered = copy.deepcopy(base)
    kind, name, change = FAULTS[fault]
    name = name or next(each["metadata"]["name"] for each in rendered if each["kind"] == kind)
    edit(rendered, kind, name, change)
    with pytest.raises((AssertionError, KeyError)):
        objects(rendered).check()
