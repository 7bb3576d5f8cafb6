"""An API server of Kubernetes that takes every object and keeps it: what Helm would have installed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# The resources that the chart may make, by their group and version; which of them have a namespace is Kubernetes' own
# reference (https://kubernetes.io/docs/reference/kubernetes-api/).
RESOURCES = {
    "v1": ["ConfigMap configmaps", "Namespace namespaces", "PersistentVolumeClaim persistentvolumeclaims",
           "Secret secrets", "Service services"],
    "apps/v1": ["Deployment deployments", "StatefulSet statefulsets"],
    "autoscaling/v2": ["HorizontalPodAutoscaler horizontalpodautoscalers"],
    "batch/v1": ["Job jobs"],
    "monitoring.coreos.com/v1": ["ServiceMonitor servicemonitors"],
    "networking.k8s.io/v1": ["Ingress ingresses", "NetworkPolicy networkpolicies"],
    "policy/v1": ["PodDisruptionBudget poddisruptionbudgets"],
}


class KubernetesAPI:
    """Listens on a port of 127.0.0.1 while it is entered."""

    def __init__(self) -> None:
        self.stored: dict[str, dict] = {}
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status: int, document: dict) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def body(self) -> dict:
                return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def do_GET(self) -> None:
                self.answer(*api.read(urlsplit(self.path).path.rstrip("/")))

            def do_POST(self) -> None:
                document = self.body()
                api.stored[f"{urlsplit(self.path).path}/{document['metadata']['name']}"] = document
                self.answer(201, document)

            def do_PUT(self) -> None:
                document = self.body()
                api.stored[urlsplit(self.path).path] = document
                self.answer(200, document)

            def log_message(self, *_) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self) -> "KubernetesAPI":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()

    def kubeconfig(self) -> dict:
        """How to get here."""
        return {
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "users": [{"name": "here", "user": {}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here"}}],
        }

    def read(self, path: str) -> tuple[int, dict]:
        if path == "/version":
            return 200, {"major": "1", "minor": "33", "gitVersion": "v1.33.0"}
        if path == "/api":
            return 200, {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            groups = [name.split("/") for name in RESOURCES if "/" in name]
            return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
                {"name": group, "versions": [{"groupVersion": f"{group}/{version}", "version": version}],
                 "preferredVersion": {"groupVersion": f"{group}/{version}", "version": version}}
                for group, version in groups]}
        version = path.removeprefix("/apis/").removeprefix("/api/")
        if version in RESOURCES:
            return 200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": [
                {"kind": kind, "name": name, "singularName": kind.lower(), "namespaced": kind != "Namespace",
                 "verbs": ["create", "get", "list", "patch", "update", "delete"]}
                for kind, name in (entry.split() for entry in RESOURCES[version])]}
        if path in self.stored:
            return 200, self.stored[path]
        if any(path.endswith("/" + entry.split()[1]) for entries in RESOURCES.values() for entry in entries):
            return 200, {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": []}
        return 404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
                     "message": f"{path} not found"}
