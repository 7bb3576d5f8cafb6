"""What must hold of the objects of Kubernetes that are rendered, whatever rendered them."""

from __future__ import annotations

import json

import yaml
from programs import Programs, flat_keys, key_of_variable

WORKLOADS = ("Deployment", "StatefulSet", "Job")
THIRD_PARTY = ("mongo", "apache/kafka")
ENDS_WITHIN = 30  # seconds from SIGTERM until our programs have ended, see docs/operations.md


class Objects:
    """The objects of one rendering, with what the programs and their images really are."""

    def __init__(self, objects: list[dict], programs: Programs, images: dict, routes: dict) -> None:
        self.objects, self.programs, self.images, self.routes = objects, programs, images, routes

    def of(self, *kinds: str) -> list[dict]:
        return [each for each in self.objects if each["kind"] in kinds]

    def named(self, kind: str, name: str) -> dict:
        found = [each for each in self.of(kind) if each["metadata"]["name"] == name]
        assert len(found) == 1, f"{len(found)} of {kind} {name}"
        return found[0]

    def pods(self) -> list[tuple[dict, dict]]:
        """Workloads with their templates of pods."""
        return [(each, each["spec"]["template"]) for each in self.of(*WORKLOADS)]

    def selected(self, selector: dict) -> list[dict]:
        """The templates of pods that a selector picks."""
        return [pod for _, pod in self.pods() if matches(selector, pod["metadata"]["labels"])]

    def check(self) -> None:
        """All of it."""
        names = [(each["kind"], each["metadata"]["name"]) for each in self.objects]
        assert len(set(names)) == len(names), "an object is there twice"
        for kind in ("ConfigMap", "Deployment", "Job", "Service", "Ingress", "HorizontalPodAutoscaler",
                     "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor"):
            assert self.of(kind), f"there is no {kind}"
        for each in self.objects:
            assert each["kind"] == "Namespace" or each["metadata"].get("namespace") == "skipper", each["metadata"]
        self.check_selectors()
        self.check_ports()
        self.check_configuration()
        for workload, pod in self.pods():
            for container in pod["spec"]["containers"]:
                self.check_container(workload, pod, container)

    def check_selectors(self) -> None:
        for workload, pod in self.pods():
            if workload["kind"] != "Job":
                assert self.selected(workload["spec"]["selector"]) == [pod], f"{name(workload)}: selector"
            for spread in pod["spec"].get("topologySpreadConstraints", []):
                assert self.selected(spread["labelSelector"]) == [pod], f"{name(workload)}: topology spread"
        for each in self.of("Service"):
            assert len(self.selected({"matchLabels": each["spec"]["selector"]})) == 1, f"{name(each)}: selector"
        for each in self.of("PodDisruptionBudget"):
            assert len(self.selected(each["spec"]["selector"])) == 1, f"{name(each)}: selector"
        for each in self.of("NetworkPolicy"):
            assert self.selected(each["spec"]["podSelector"]), f"{name(each)}: selects nothing"
            for rule in each["spec"].get("ingress", []) + each["spec"].get("egress", []):
                for peer in rule.get("from", []) + rule.get("to", []):
                    if "podSelector" in peer:
                        assert self.selected(peer["podSelector"]), f"{name(each)}: a peer that does not exist"
        for each in self.of("HorizontalPodAutoscaler"):
            target = self.named(each["spec"]["scaleTargetRef"]["kind"], each["spec"]["scaleTargetRef"]["name"])
            assert "replicas" not in target["spec"], f"{name(target)}: two say how many there are"
            assert each["spec"]["minReplicas"] <= each["spec"]["maxReplicas"]
        for each in self.of("StatefulSet"):
            self.named("Service", each["spec"]["serviceName"])

    def check_ports(self) -> None:
        for each in self.of("Service"):
            pod = self.selected({"matchLabels": each["spec"]["selector"]})[0]
            for port in each["spec"]["ports"]:
                assert ports(pod).get(port["targetPort"]) == port["port"], f"{name(each)}: port {port}"
        for each in self.of("Ingress"):
            for rule in each["spec"]["rules"]:
                for path in rule["http"]["paths"]:
                    backend = path["backend"]["service"]
                    service = self.named("Service", backend["name"])
                    assert backend["port"]["name"] in [port["name"] for port in service["spec"]["ports"]]
                    probe = {"/api": "/api/auth", "/docs": "/docs/api/"}.get(path["path"], path["path"])
                    assert probe in self.routes["skipper-api"], f"{name(each)}: {path['path']} is no route"
                    assert path["path"] not in ("/metrics", "/readyz")
                    assert path["pathType"] == "Exact" or path["path"] != "/", f"{name(each)}: everything is shown"
                hosts = [host for entry in each["spec"].get("tls", []) for host in entry["hosts"]]
                assert rule["host"] in hosts
        for each in self.of("ServiceMonitor"):
            services = [service for service in self.of("Service")
                        if matches(each["spec"]["selector"], service["metadata"]["labels"])]
            assert len(services) == 1, f"{name(each)}: {len(services)} services"
            for endpoint in each["spec"]["endpoints"]:
                assert endpoint["port"] in [port["name"] for port in services[0]["spec"]["ports"]], name(each)
                program = program_of(self.selected({"matchLabels": services[0]["spec"]["selector"]})[0])
                assert endpoint["path"] in self.routes[program], f"{name(each)}: {endpoint['path']} is no route"
        for each in self.of("NetworkPolicy"):
            for rule in each["spec"].get("ingress", []):
                for port in rule["ports"]:
                    for pod in self.selected(each["spec"]["podSelector"]):
                        assert port["port"] in ports(pod), f"{name(each)}: {port}"
            for rule in each["spec"].get("egress", []):
                for port in rule["ports"]:
                    for peer in rule.get("to", []):
                        for pod in self.selected(peer["podSelector"]):
                            assert port["port"] in ports(pod), f"{name(each)}: {port}"

    def configuration(self, pod: dict) -> str:
        """The config.yaml that a pod of ours has."""
        for volume in pod["spec"]["volumes"]:
            if volume["name"] == "config":
                return self.named("ConfigMap", volume["configMap"]["name"])["data"]["config.yaml"]
        raise AssertionError("a pod without config.yaml")

    def check_configuration(self) -> None:
        for each in self.of("ConfigMap"):
            if "config.yaml" not in each["data"]:
                continue
            text = each["data"]["config.yaml"]
            for key in flat_keys(yaml.safe_load(text)):
                assert key in self.programs.settings, f"{name(each)}: there is no setting {key}"
            for program in ("skipper-api", "skipper-ingester"):
                said = self.programs.reads(program, text)
                assert "/healthz" in said or "onnect" in said, f"{name(each)}: {said}"
        for each in self.of("Secret"):
            for key in flat_keys(json.loads(each["stringData"]["secrets.json"])):
                assert key in self.programs.secrets, f"{name(each)}: there is no secret {key}"

    def check_container(self, workload: dict, pod: dict, container: dict) -> None:
        where = f"{name(workload)}, {container['name']}"
        image = container["image"].rpartition(":")[0] or container["image"]
        security = {**pod["spec"]["securityContext"], **container["securityContext"]}
        assert security["runAsNonRoot"] is True and security["runAsUser"] > 0, where
        assert security["allowPrivilegeEscalation"] is False and security["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), where
        assert "memory" in container["resources"]["limits"], where
        volumes = {each["name"]: each for each in pod["spec"].get("volumes", [])}
        for claim in workload["spec"].get("volumeClaimTemplates", []):
            volumes[claim["metadata"]["name"]] = claim
        for mount in container["volumeMounts"]:
            assert mount["name"] in volumes, f"{where}: there is no volume {mount['name']}"
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if probe in container:
                kind = container[probe].get("httpGet") or container[probe]["tcpSocket"]
                assert kind["port"] in ports(pod), f"{where}: {probe} asks port {kind['port']}"
        if image in THIRD_PARTY:
            return
        built = image.rpartition("/")[2]
        assert built in self.images, f"{where}: the Dockerfile makes no {image}"
        self.check_our_container(where, workload, pod, container, self.images[built], volumes)

    def check_our_container(self, where, workload, pod, container, image, volumes) -> None:
        security = {**pod["spec"]["securityContext"], **container["securityContext"]}
        assert security["readOnlyRootFilesystem"] is True, where
        # In the pod of another program it has that one's user.
        alone = len(pod["spec"]["containers"]) == 1
        assert not alone or f"{security['runAsUser']}:{security['runAsGroup']}" == image.user, where
        assert "command" not in container, f"{where}: the image says what runs"
        words = image.entrypoint + container.get("args", image.command)
        assert self.programs.understands(words), f"{where}: {words}"
        settings = flat_keys(yaml.safe_load(self.configuration(pod)))
        for variable in container.get("env", []):
            key = key_of_variable(variable["name"])
            assert key in self.programs.settings or key in self.programs.secrets, f"{where}: {variable['name']}"
            settings[key] = variable["value"]
        mounted = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
        for file in ("config.yaml", "secrets.json"):
            mount = mounted[f"{image.folder}/{file}"]
            assert mount["subPath"] == file and mount["readOnly"] is True, where
        assert volumes["secrets"]["secret"]["secretName"] == "skipper-secrets", where
        for key, value in settings.items():
            if key.endswith("_file") and value:
                assert any(value.startswith(path + "/") for path in mounted), f"{where}: {key} is not mounted"
        program = image.entrypoint[0]
        port = {"skipper-api": "server.port", "skipper-ingester": "server.metrics_port"}.get(program)
        if port:
            assert list(ports(pod).values()) == [settings[port]] == image.ports, where
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                assert container[probe]["httpGet"]["path"] in self.routes[program], f"{where}: {probe}"
            # A program whose database is away is not to be killed for it.
            assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
            assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
            assert pod["spec"]["terminationGracePeriodSeconds"] > ENDS_WITHIN
            catalogs = settings.get("catalogs.folder") or self.programs.settings.get("catalogs.folder", "catalogs")
            assert mounted[f"{image.folder}/{catalogs}"]["readOnly"] is True, where


def name(each: dict) -> str:
    return f"{each['kind']} {each['metadata']['name']}"


def ports(pod: dict) -> dict[str, int]:
    """The numbers of a pod's ports, by name."""
    return {port["name"]: port["containerPort"]
            for container in pod["spec"]["containers"] for port in container.get("ports", [])}


def program_of(pod: dict) -> str:
    return pod["spec"]["containers"][0]["image"].rpartition("/")[2].partition(":")[0]


def matches(selector: dict, labels: dict) -> bool:
    """Whether labels are selected."""
    for expression in selector.get("matchExpressions", []):
        assert expression["operator"] == "In"
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return selector.get("matchLabels", {}).items() <= labels.items()
