"""Which detector the environment chooses."""

import os
from collections.abc import Mapping

from service_sdk.errors import BadSetting
from service_sdk.loading import load_once

from face_detection.detector import Detector


@load_once
def chosen_detector() -> Detector:
    """The detector of this service, loaded when it is first used."""
    return make_detector(os.environ)


def make_detector(environment: Mapping[str, str]) -> Detector:
    """The detector that FACE_BACKEND names; no other one is loaded."""
    match environment.get("FACE_BACKEND", "cascade"):
        case "cascade":
            from face_detection.cascade import Cascade

            return Cascade()
        case "scrfd":
            from face_detection.scrfd import Scrfd, model_path

            return Scrfd(model_path(environment))
        case other:
            raise BadSetting(f"FACE_BACKEND={other!r}: choose cascade or scrfd")
