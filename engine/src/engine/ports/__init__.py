"""Everything the engine needs from outside, described by what must hold."""

from engine.domain.code import Changes, Evaluator, Scope
from engine.ports.blobs import BlobStore
from engine.ports.clock import Clock, Opened
from engine.ports.frames import FrameStore
from engine.ports.inbox import DeadLetter, Inbox, TakeNews, Turn
from engine.ports.outside import (
    Acknowledged,
    Answered,
    Delivery,
    Outside,
    Refused,
    Request,
)
from engine.ports.pipelines import (
    ANY_VERSION,
    FROM_FOLDER,
    NO_VERSION,
    Current,
    Kept,
    KeptVersion,
    PipelineStore,
    Published,
    Version,
)
from engine.ports.schedules import ScheduleStore
from engine.ports.secrets import Opening, Sealer, SecretLine, SecretStore, StoredSecret
from engine.ports.services import ServiceStore
from engine.ports.tallies import TallyStore
from engine.ports.traces import Traces

__all__ = [
    "ANY_VERSION",
    "Acknowledged",
    "Answered",
    "BlobStore",
    "Changes",
    "Clock",
    "Current",
    "DeadLetter",
    "Delivery",
    "Evaluator",
    "FROM_FOLDER",
    "FrameStore",
    "Inbox",
    "Kept",
    "KeptVersion",
    "NO_VERSION",
    "Opened",
    "Opening",
    "Outside",
    "PipelineStore",
    "Published",
    "Refused",
    "Request",
    "ScheduleStore",
    "Scope",
    "Sealer",
    "SecretLine",
    "SecretStore",
    "ServiceStore",
    "StoredSecret",
    "TallyStore",
    "Traces",
    "TakeNews",
    "Turn",
    "Version",
]
