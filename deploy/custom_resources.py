"""Compares what an overlay has for KEDA and Prometheus with the schemas of these two.

`kubectl kustomize kubernetes/overlays/keda | python -m deploy.custom_resources`: needs
Go, which fetches the modules that have the CustomResourceDefinitions. Fields that a
schema does not know are faults, as for an API server that is asked strictly.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml  # type: ignore[import-untyped]  # has no types

from deploy.commands import run

OPERATOR_DEFINITIONS = "example/prometheus-operator-crd/monitoring.coreos.com_"

# The modules that have definitions, and where in them.
MODULES = {
    "github.com/kedacore/keda/v2@v2.18.0": [
        "config/crd/bases/keda.sh_scaledobjects.yaml"
    ],
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": [
        f"{OPERATOR_DEFINITIONS}servicemonitors.yaml",
        f"{OPERATOR_DEFINITIONS}podmonitors.yaml",
    ],
}


class Loader(yaml.SafeLoader):  # type: ignore[misc]  # it has no types
    """Takes “=” for what it is elsewhere: a text."""


Loader.add_constructor(
    "tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node)
)

KEPT_AS_IT_IS = "x-kubernetes-preserve-unknown-fields"


def files() -> Iterator[Path]:
    """Where the definitions are, in the cache of Go; raises `Failed`."""
    for module, names in MODULES.items():
        told = json.loads(run("go", "mod", "download", "-json", module))
        yield from (Path(told["Dir"], name) for name in names)


def definitions() -> dict[tuple[str, str], Any]:
    """The schema of each kind and version of its API."""
    found: dict[tuple[str, str], Any] = {}
    for file in files():
        for one in yaml.load_all(file.read_text("utf-8"), Loader):
            found.update(_versions_of(one))
    return found


def _versions_of(definition: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    spec = (definition or {}).get("spec", {})
    for version in spec.get("versions", ()):
        api = f"{spec['group']}/{version['name']}"
        schema = strict(version["schema"]["openAPIV3Schema"])
        # Kubernetes itself knows what stands there.
        schema["properties"]["metadata"] = {"type": "object"}
        yield (api, spec["names"]["kind"]), schema


def strict(schema: Any) -> Any:
    """The schema, which refuses fields that it does not name.

    >>> strict({"properties": {"a": {"type": "string"}}})["additionalProperties"]
    False
    """
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema

    made = {key: strict(value) for key, value in schema.items()}
    is_open = "additionalProperties" in schema or schema.get(KEPT_AS_IT_IS)
    if isinstance(schema.get("properties"), dict) and not is_open:
        made["additionalProperties"] = False
    return made


def faults(documents: list[Any], known: dict[tuple[str, str], Any]) -> Iterator[str]:
    """What is wrong with the documents that one of the kinds describes."""
    for one in documents:
        schema = known.get((one["apiVersion"], one["kind"]))
        if schema is None:
            continue
        name = f"{one['kind']} {one['metadata']['name']}"
        for fault in jsonschema_rs.validator_for(schema).iter_errors(one):
            yield f"{name}: {'.'.join(map(str, fault.instance_path))}: {fault.message}"


def main() -> None:
    """Look at the documents that come in; exits with 1 if something is wrong."""
    documents = [one for one in yaml.safe_load_all(sys.stdin) if one]
    known = definitions()
    compared = [d for d in documents if (d["apiVersion"], d["kind"]) in known]
    wrong = list(faults(documents, known))
    for fault in wrong:
        print(fault)
    print(f"{len(compared)} of {len(documents)} documents were compared")
    if wrong or not compared:
        sys.exit(1)


if __name__ == "__main__":
    main()
