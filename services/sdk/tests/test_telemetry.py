"""No library that a service uses tells its makers that it is used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2]

FAILS_IF_TOO_EARLY = """
import importlib, os, sys

class Watch:
    def find_spec(self, name, *_):
        if name == "onnxruntime" and "ORT_DISABLE_TELEMETRY" not in os.environ:
            sys.exit("onnxruntime was imported before it was told to send nothing")

sys.meta_path.insert(0, Watch())
importlib.import_module(sys.argv[1])
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""


@pytest.mark.parametrize(
    ("service", "module"),
    [
        ("digit-recognition", "digit_recognition"),
        ("face-detection", "face_detection.scrfd"),
        ("face-analyzer", "face_analyzer.networks"),
        ("object-detection", "object_detection"),
    ],
)
def test_onnx_runtime_is_told_to_send_nothing_before_it_is_imported(
    service: str, module: str
) -> None:
    environment = dict(os.environ)
    environment.pop("ORT_DISABLE_TELEMETRY", None)

    done = subprocess.run(
        [sys.executable, "-c", FAILS_IF_TOO_EARLY, module],
        cwd=SERVICES / service,
        env=environment,
        text=True,
        capture_output=True,
    )

    assert (done.stdout.strip(), done.returncode) == ("1", 0), done.stderr
