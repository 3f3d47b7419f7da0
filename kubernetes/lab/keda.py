"""Builds the operator of KEDA for the lab.

`python -m kubernetes.lab.keda` does it too.

From its Go module, with one source of figures, Prometheus, of its seventy: the others
bring the libraries of every cloud and queue there is.
"""

import re
import shutil
from pathlib import Path

from deploy.commands import tell
from kubernetes.lab import sources
from kubernetes.lab.programs import BIN

KEDA = "github.com/kedacore/keda/v2@v2.18.0"
PROGRAM = BIN / "keda-operator"
OURS = (Path(__file__),)

KEPT = ("prometheus_scaler.go", "scaler.go")
KEPT_FOLDERS = ("authentication", "scalersconfig")

SECRETS = ("AzureKeyVault", "GCPSecretManager", "AwsSecretManager")
SECRET_HANDLERS = ("azure_keyvault", "gcp_secretmanager", "aws_secretmanager")


def build() -> None:
    """Build it unless it is there; raises `Failed`."""
    if sources.is_built(PROGRAM.name, OURS):
        return

    tell("building the operator of KEDA, once …")
    folder = sources.copy_of(KEDA, "keda")
    _leave_out_scalers(folder / "pkg" / "scalers")
    _leave_out_builders(folder / "pkg" / "scaling" / "scalers_builder.go")
    _leave_out_secrets(folder / "pkg" / "scaling" / "resolver")
    _leave_out_events(folder / "pkg" / "eventemitter")
    sources.build(PROGRAM.name, OURS, folder=folder, package="./cmd/operator")


def _leave_out_scalers(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in KEPT_FOLDERS:
            shutil.rmtree(path)
        elif path.suffix == ".go" and path.name not in KEPT:
            path.unlink()

    # It asks the clouds whether they have a Prometheus.
    scaler = folder / "prometheus_scaler.go"
    text = scaler.read_text()
    begin = text.index("\t} else {\n\t\t// could be the case of azure")
    end = text.index("\treturn &prometheusScaler{")
    text = f"{text[:begin]}\t}}\n\n{text[end:]}"
    clouds = r'\t"(errors|github.com/kedacore/keda/v2/pkg/scalers/(aws|azure|gcp))"\n'
    text = re.sub(clouds, "", text)
    # This stood in the file of another one.
    scaler.write_text(f'{text}\nconst externalMetricType = "External"\n')


def _leave_out_builders(file: Path) -> None:
    text = file.read_text()
    begin = text.index("\tswitch triggerType {")
    end = text.index("\tdefault:\n\t\treturn nil, fmt.Errorf(")
    only = (
        '\tswitch triggerType {\n\tcase "prometheus":\n'
        "\t\treturn scalers.NewPrometheusScaler(config)\n"
    )
    file.write_text(text[:begin] + only + text[end:])


def _leave_out_secrets(folder: Path) -> None:
    for name in SECRET_HANDLERS:
        (folder / f"{name}_handler.go").unlink()

    resolvers = folder / "scale_resolvers.go"
    text = resolvers.read_text()
    for name in SECRETS:
        text = without_block(text, f"if triggerAuthSpec.{name} != nil")
    resolvers.write_text(text)


def _leave_out_events(folder: Path) -> None:
    (folder / "azure_event_grid_topic_handler.go").unlink()

    emitter = folder / "eventemitter.go"
    text = emitter.read_text()
    first = "if spec.Destination.AzureEventGridTopic != nil"
    text = without_block(text, first)
    # It alone needed them.
    emitter.write_text(text.replace("authParams, podIdentity, err :=", "_, _, err :="))


def without_block(text: str, head: str) -> str:
    """The text without the first block of this head.

    >>> without_block("a; if x { b { c } } d", "if x")
    'a;  d'
    """
    begin = text.index(head)
    end = text.index("{", begin)
    depth = 1
    while depth:
        end += 1
        depth += {"{": 1, "}": -1}.get(text[end], 0)
    return text[:begin] + text[end + 1 :]


if __name__ == "__main__":
    sources.main(build, PROGRAM)
