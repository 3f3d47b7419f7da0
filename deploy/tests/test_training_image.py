"""The image of the training trains, judges and publishes; it writes its volume only."""

from pathlib import Path

import yaml  # type: ignore[import-untyped]  # has no types

from deploy.commands import ROOT, run
from deploy.tests.containers import LOCKED, Images

PARAMS = ROOT / "services" / "digit-recognition" / "training" / "params.yaml"
PLACE = "/app/service/training/params.yaml"


def quick_params() -> str:
    """Few pictures, none from outside, and a margin for the luck of it."""
    params = yaml.safe_load(PARAMS.read_text())
    params["data"]["source"] = "bundled"
    params["train"] |= {"rounds": 6, "pictures": 2000, "averaged": 2}
    params["promote"]["margin"] = 0.1
    return str(yaml.safe_dump(params))


def test_it_trains_and_publishes_a_model(images: Images, tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text(quick_params())
    volume = run("docker", "volume", "create").strip()
    work = f"--volume={volume}:/workspace"

    try:
        given = f"--volume={params}:{PLACE}:ro"
        said = run("docker", "run", "--rm", *LOCKED, given, work, images["training"])
        find = ("--entrypoint=find", images["training"], "models", "-name", "*.onnx")
        made = run("docker", "run", "--rm", work, *find)
    finally:
        run("docker", "volume", "rm", volume)

    assert made.strip(), said
