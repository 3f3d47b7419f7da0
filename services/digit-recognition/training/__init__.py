"""Trains the models of the service; needs the packages of requirements.txt here."""

import os

# MLflow reads these when it is imported. Nothing is to be sent to its makers, and a
# progress bar does not belong into a log.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
