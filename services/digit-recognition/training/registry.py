"""The registry of models in MLflow: runs and versions; its alias says which one serves.

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

NAME = "digit-recognition"  # of the experiment, and of the registered model
SERVING_ALIAS = "serving"
HOME = HERE / "mlflow"

# Tag of a version: the version that served before it; empty: the built-in model.
FOLLOWS_TAG = "follows"

# MLflow logs each of its steps; only errors matter here.
logging.getLogger("mlflow").setLevel(logging.ERROR)


class Registry:
    """One registered model; each network that was ever trained is a version of it."""

    def __init__(self) -> None:
        uri = os.environ.get("MLFLOW_TRACKING_URI")
        HOME.mkdir(exist_ok=True)
        mlflow.set_tracking_uri(uri or f"sqlite:///{HOME / 'mlflow.db'}")
        self._client = mlflow.MlflowClient()

        if not self._client.get_experiment_by_name(NAME):
            # A server chooses the place of artifacts itself. Without one they would go
            # into the folder in which the command runs.
            artifacts = None if uri else (HOME / "artifacts").as_uri()
            self._client.create_experiment(NAME, artifacts)
        if not self._client.search_registered_models(f"name = '{NAME}'"):
            self._client.create_registered_model(NAME)

    def serving(self) -> ModelVersion | None:
        """The version that serves; None if it is the built-in model."""
        aliases = self._client.get_registered_model(NAME).aliases
        number = aliases.get(SERVING_ALIAS)
        return self._client.get_model_version(NAME, number) if number else None

    def versions(self) -> list[ModelVersion]:
        """All versions, the newest one first."""
        return list(self._client.search_model_versions(f"name = '{NAME}'"))

    def find(self, digest: str) -> ModelVersion | None:
        """The version of the network with this digest."""
        for version in self.versions():
            if version.tags.get("digest") == digest:
                return version
        return None

    def record(
        self,
        *,
        card: Card,
        network: bytes,
        params: Mapping[str, object],
        metrics: Iterable[Mapping[str, float]],
        files: Iterable[Path],
    ) -> ModelVersion:
        """A run with all that is known, and a new version; metrics come by step."""
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
            network = (Path(place) / "model.onnx").read_bytes()
        return card, network

    def promote(self, version: ModelVersion) -> None:
        """Let it serve, and remember which version served before it."""
        before = self.serving()
        follows = str(before.version) if before else ""

        # The tag comes first: a version that serves can always be rolled back.
        self._client.set_model_version_tag(NAME, version.version, FOLLOWS_TAG, follows)
        self.move_alias(str(version.version))

    def move_alias(self, version: str) -> None:
        """Let this version serve; an empty string is the built-in model."""
        if version:
            self._client.set_registered_model_alias(NAME, SERVING_ALIAS, version)
        else:
            self._client.delete_registered_model_alias(NAME, SERVING_ALIAS)


def _tags(card: Card) -> dict[str, str]:
    return {
        "artefact": card.artefact,
        "digits": json.dumps(card.digits),
        "data": card.data,
        "digest": card.digest,
    }
