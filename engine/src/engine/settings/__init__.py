"""The operator's settings: environment variables, their defaults and their checks."""

from engine.settings.addresses import is_loopback
from engine.settings.places import LOCAL_ADDRESSES
from engine.settings.settings import IN_A_FILE, BadSettings, Settings
from engine.settings.values import UNITS

__all__ = [
    "IN_A_FILE",
    "LOCAL_ADDRESSES",
    "UNITS",
    "BadSettings",
    "Settings",
    "is_loopback",
]
