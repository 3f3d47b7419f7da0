"""Trains the models of the service; needs the packages of requirements.txt here."""

import os

# MLflow and ONNX Runtime read these when they are imported. Nothing is to be sent to
# their makers, and a progress bar does not belong into a log.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
