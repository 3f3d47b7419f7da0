"""Write a microservice of the marketplace as a typed function."""

import os

from service_sdk.caller import Caller
from service_sdk.errors import (
    BadInput,
    BadSetting,
    BadSignature,
    ServiceError,
    TryAgain,
    Unavailable,
    Unwanted,
    WeightsMissing,
)
from service_sdk.fields import File
from service_sdk.models import tell_model
from service_sdk.pictures.image import Image
from service_sdk.progress import Progress
from service_sdk.service import Service

# ONNX Runtime reads it when it is imported, later than this package. Otherwise it tells
# its makers of each session; its own `disable_telemetry_events` does not keep it from
# that (1.31).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = [
    "BadInput",
    "BadSetting",
    "BadSignature",
    "Caller",
    "File",
    "Image",
    "Progress",
    "Service",
    "ServiceError",
    "TryAgain",
    "Unavailable",
    "Unwanted",
    "WeightsMissing",
    "tell_model",
]
