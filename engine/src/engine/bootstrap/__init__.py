"""Makes an engine out of its parts: the one place that knows all of them."""

from engine.bootstrap.accounts import accounts
from engine.bootstrap.application import create
from engine.bootstrap.assembly import TUNING, Tuning, assemble

__all__ = ["TUNING", "Tuning", "accounts", "assemble", "create"]
