"""The whole training as `make retrain` runs it: train, judge, serve, roll back."""

import json
import os
import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from buckets import new_bucket
from digits.models import BUILT_IN, Model
from digits.places import store_at
from digits.serving import Serving, publish
from digits.stores import Folder
from paper import Photo, handwritten
from service_sdk import Image
from service_sdk.testing import Kit

SERVICE = Path(__file__).parent.parent
PYTHON = SERVICE.parent.parent / ".venv-training/bin/python"
MADE = ("models", "mlflow", "fetched", "out", "cache", "tmp", "config.local", "tests")
SEVEN = Image.of(Photo().of(handwritten(7)))
pytestmark = pytest.mark.training


class Trainer:
    """A copy of the service's folder in which models are trained, quickly."""

    def __init__(self, folder: Path) -> None:
        assert PYTHON.exists(), "make .venv-training/.made installs what is needed"
        self.folder = folder
        shutil.copytree(SERVICE, folder, ignore=shutil.ignore_patterns(*MADE))
        self.change("data", mirrors=["http://127.0.0.1:1/"])
        self.change("train", rounds=6, pictures=2000, averaged=2)
        self.change("promote", margin=0.1)

    def change(self, stage: str, **params: object) -> None:
        """Set parameters, as a person does in the file."""
        path = self.folder / "training/params.yaml"
        document = yaml.safe_load(path.read_text("utf-8"))
        document[stage] |= params
        path.write_text(yaml.safe_dump(document), "utf-8")

    def run(self, module: str = "training", *arguments: str) -> str:
        """What it printed, and its exit code at the end."""
        ended = subprocess.run(
            [PYTHON, "-m", module, *arguments],
            cwd=self.folder,
            env=os.environ | {"DVC_SITE_CACHE_DIR": str(self.folder / "site")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return f"{ended.stdout}\nended with {ended.returncode}"

    def made(self, name: str) -> Any:
        """A file of a stage, in JSON."""
        return json.loads((self.folder / "training/out" / name).read_text("utf-8"))

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """The rows of MLflow's tables."""
        with sqlite3.connect(self.folder / "training/mlflow/mlflow.db") as connection:
            return connection.execute(question).fetchall()


@pytest.fixture
def trainer(tmp_path: Path) -> Trainer:
    return Trainer(tmp_path / "digit-recognition")


def version(kit: Kit) -> str:
    reply = kit.call("digit-recognize", image=SEVEN)
    assert not reply.error
    return str(reply.typed["model"]["version"])


def versions_meanwhile(kit: Kit, trainer: Trainer) -> tuple[str, set[str]]:
    """What a training said, and which versions answered while it went on."""
    with ThreadPoolExecutor() as threads:
        training = threads.submit(trainer.run)
        seen = {version(kit)}
        while wait([training], timeout=0.5).not_done:
            seen.add(version(kit))
        return training.result(), seen


def test_a_model_is_trained_and_serves_a_worse_one_does_not_and_one_can_go_back(
    kit: Kit, store: Folder, trainer: Trainer
) -> None:
    said, seen = versions_meanwhile(kit, trainer)
    assert "promoted" in said and "ended with 0" in said
    assert seen <= {"built-in", "1"} and version(kit) == "1"
    assert "MNIST could not be downloaded: http://127.0.0.1:1/" in said
    assert trainer.made("data_card.json")["source"].startswith("scikit-learn")
    assert store.find(f"mnist_model_0_1_2_3_4_5_6_7_8_9/{digest(trainer)}.onnx")

    said = trainer.run()
    assert "'training/dvc.yaml:train' didn't change, skipping" in said
    assert "nothing new: version 1 serves" in said

    trainer.change("data", digits=[0, 1, 2])
    said = trainer.run()
    assert "not promoted: its accuracy of 0." in said and "ended with 0" not in said
    assert trainer.made("metrics.json")["digits"]["7"]["recall"] == 0
    assert version(kit) == "1"

    trainer.change("data", digits=list(range(10)))
    trainer.change("train", seed=2)
    assert "version 3 serves" in trainer.run()
    assert version(kit) == "3"

    assert "version 1 serves" in trainer.run("training.rollback")
    assert version(kit) == "1"
    assert "the built-in model serves" in trainer.run("training.rollback")
    assert version(kit) == "built-in"
    assert "there is no version 9; choose one of 3, 2, 1, built-in" in trainer.run(
        "training.rollback", "9"
    )
    assert "version 3 serves" in trainer.run("training.rollback", "3")

    runs = trainer.ask("select value from tags where key = 'artefact'")
    assert sorted(runs)[0] == ("mnist_model_0_1_2",) and len(runs) == 3
    rounds = trainer.ask("select distinct step from metrics where key = 'loss'")
    assert len(rounds) == 6
    pictures = trainer.folder.glob("training/mlflow/artifacts/*/artifacts/*.png")
    assert {path.name for path in pictures} == {"confusion.png", "learning.png"}


def test_where_the_registry_is_new_the_model_of_the_store_is_the_rival(
    store: Folder, trainer: Trainer
) -> None:
    model = Model.built_in()
    network = BUILT_IN.with_suffix(".onnx").read_bytes()
    publish(store, replace(model.card, version="9"), network)
    trainer.change("data", digits=[0, 1, 2])

    said = trainer.run()

    assert "of the model that serves (version 9)" in " ".join(said.split())


def digest(trainer: Trainer) -> str:
    return str(trainer.made("card.json")["digest"])


@pytest.mark.external
def test_models_and_what_stages_made_can_lie_in_s3(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = new_bucket(monkeypatch)
    monkeypatch.setenv("DIGIT_MODELS", f"{bucket}/models")
    monkeypatch.setenv("DVC_REMOTE_URL", f"{bucket}/dvc")
    trainer.change("data", source="bundled")
    trainer.change("train", rounds=2, pictures=500)
    trainer.change("promote", margin=1)

    first = trainer.run()
    network = digest(trainer)
    for place in ("training/out", ".dvc/cache", "training/dvc.lock"):
        path = trainer.folder / place
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    second = trainer.run()

    assert "promoted" in first and "files pushed" in first
    assert "is cached - skipping run" in second and "ended with 0" in second
    assert digest(trainer) == network
    assert Serving(store_at(f"{bucket}/models")).model().card.digest == network
