"""What is known of every model: runs and versions in MLflow; its alias says who serves.

MLFLOW_TRACKING_URI chooses where; by default a SQLite file and a folder beside this.
"""

import json
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import mlflow
import onnx
import onnxruntime  # type: ignore[import-untyped]  # it comes without types
from digits.models import Card
from mlflow.entities.model_registry import ModelVersion

from training.files import HERE

NAME = "digit-recognition"
SERVING = "serving"
FOLLOWS = "follows"  # tag: the version that served before; empty: the built-in model
HOME = HERE / "mlflow"

logging.getLogger("mlflow").setLevel(logging.ERROR)  # it tells of its every step


class Registry:
    """One registered model; each network that was ever trained is a version of it."""

    def __init__(self) -> None:
        uri = os.environ.get("MLFLOW_TRACKING_URI")
        HOME.mkdir(exist_ok=True)
        mlflow.set_tracking_uri(uri or f"sqlite:///{HOME / 'mlflow.db'}")
        self._client = mlflow.MlflowClient()
        if not self._client.get_experiment_by_name(NAME):
            place = None if uri else (HOME / "artifacts").as_uri()
            self._client.create_experiment(NAME, place)
        if not self._client.search_registered_models(f"name = '{NAME}'"):
            self._client.create_registered_model(NAME)

    def serving(self) -> ModelVersion | None:
        """The version that serves; None: it is the built-in model."""
        number = self._client.get_registered_model(NAME).aliases.get(SERVING)
        return self._client.get_model_version(NAME, number) if number else None

    def versions(self) -> list[ModelVersion]:
        """All of them, the newest first."""
        return list(self._client.search_model_versions(f"name = '{NAME}'"))

    def find(self, digest: str) -> ModelVersion | None:
        """The version of this very network."""
        same = (one for one in self.versions() if one.tags.get("digest") == digest)
        return next(same, None)

    def record(
        self,
        card: Card,
        network: bytes,
        params: Mapping[str, object],
        metrics: Iterable[Mapping[str, float]],
        files: Iterable[Path],
    ) -> ModelVersion:
        """A run with all there is to know, and a new version; metrics by step."""
        mlflow.set_experiment(NAME)
        with mlflow.start_run(run_name=card.artefact):
            mlflow.set_tags(_tags(card))
            mlflow.log_params(params)
            for step, values in enumerate(metrics):
                mlflow.log_metrics(values, step=step)
            for path in files:
                mlflow.log_artifact(str(path))
            logged = mlflow.onnx.log_model(
                onnx.load_from_string(network),
                name=card.artefact,
                registered_model_name=NAME,
                save_as_external_data=False,
                pip_requirements=[f"onnxruntime=={onnxruntime.__version__}"],
            )
        version = str(logged.registered_model_version)
        for key, value in _tags(card).items():
            self._client.set_model_version_tag(NAME, version, key, value)
        return self._client.get_model_version(NAME, version)

    def load(self, version: ModelVersion) -> tuple[Card, bytes]:
        """The version's card and network."""
        card = Card(
            version=str(version.version),
            digits=tuple(json.loads(version.tags["digits"])),
            data=version.tags["data"],
            digest=version.tags["digest"],
        )
        with TemporaryDirectory() as folder:
            uri = f"models:/{NAME}/{version.version}"
            place = mlflow.artifacts.download_artifacts(uri, dst_path=folder)
            return card, (Path(place) / "model.onnx").read_bytes()

    def promote(self, version: ModelVersion) -> None:
        """Let it serve, and remember whom it follows."""
        before = self.serving()
        follows = str(before.version) if before else ""
        self._client.set_model_version_tag(NAME, version.version, FOLLOWS, follows)
        self.move_alias(str(version.version))

    def move_alias(self, version: str) -> None:
        """To a version, or, for an empty string, away."""
        if version:
            self._client.set_registered_model_alias(NAME, SERVING, version)
        else:
            self._client.delete_registered_model_alias(NAME, SERVING)


def _tags(card: Card) -> dict[str, str]:
    return {
        "artefact": card.artefact,
        "digits": json.dumps(card.digits),
        "data": card.data,
        "digest": card.digest,
    }
