"""Helm and kustomize themselves, as the C libraries of the wheels that scripts/services fetches.

As a program, so that each has a process of its own: two Go runtimes need not get on with each other.

    native.py LIBRARY kustomize FOLDER        prints the objects that `kubectl kustomize FOLDER` renders
    native.py LIBRARY helm-lint CHART         prints what `helm lint` finds
    native.py LIBRARY helm-install CHART      prints the objects that `helm install` makes with the values of stdin

Helm is to be run with HELM_DRIVER=memory in the environment, which it reads as it is loaded: then it keeps its releases
for itself, and what is made is only what the chart says.
"""

import ctypes
import json
import sys
import tempfile

from kubernetes_api import KubernetesAPI


class Library:
    """Functions that return 0, and put their answer where their last argument points."""

    def __init__(self, path: str, prefix: str) -> None:
        self.prefix = prefix
        self.library = ctypes.CDLL(path)

    def run(self, name: str, *arguments) -> None:
        words = [argument.encode() if isinstance(argument, str) else argument for argument in arguments]
        if getattr(self.library, f"{self.prefix}_{name}")(*words) != 0:
            last = getattr(self.library, f"{self.prefix}_last_error")
            last.restype = ctypes.c_char_p
            sys.exit(f"{name}: {last().decode()}")

    def ask(self, name: str, *arguments) -> dict | list:
        answer = ctypes.c_void_p()
        self.run(name, *arguments, ctypes.byref(answer))
        return json.loads(ctypes.string_at(answer.value))


def kustomize(library: str, folder: str) -> list[dict]:
    return Library(library, "pykustomize").ask("build_to_json", folder, "{}")["resources"]


def helm(library: str, verb: str, *arguments: str) -> tuple[dict | list, list[dict]]:
    """The answer, and the objects that were made in an API server that takes everything."""
    with KubernetesAPI() as api, tempfile.NamedTemporaryFile("w", suffix=".json") as kubeconfig:
        json.dump(api.kubeconfig(), kubeconfig)
        kubeconfig.flush()
        sdk, handle = Library(library, "helm_sdkpy"), ctypes.c_uint64()
        sdk.run("config_create", "skipper", kubeconfig.name, "here", "{}", ctypes.byref(handle))
        return sdk.ask(verb, handle, *arguments), list(api.stored.values())


def main(library: str, verb: str, folder: str) -> None:
    if verb == "kustomize":
        result = kustomize(library, folder)
    elif verb == "helm-lint":
        result = helm(library, "lint", folder)[0]
    else:
        options = {"wait": False, "timeout_seconds": 120, "server_side_apply": "false",
                   "disable_openapi_validation": True}
        result = helm(library, "install", "skipper", folder, sys.stdin.read(), "", json.dumps(options))[1]
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
