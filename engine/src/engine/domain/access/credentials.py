"""What stands for a person: sessions, tokens, one-time addresses.

All are the same to the engine: 256 random bits that are shown once, of which a store
keeps the SHA-256. So who reads the store cannot sign in with what is in it. A password
needs a slow hash because people choose it; what is random does not.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from engine.domain.access.roles import ALL_SCOPES, ANY_ROUTE, Principal, TokenScope
from engine.domain.values import Json

MAX_SESSIONS = 100
"""Of one person. With another one, the one that was used longest ago ends."""
MAX_TOKENS = 200
"""Of one person. Another one is refused: none of them may end unseen."""
USE_NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is known when a credential was last used: noting it is a write."""


class Kind(StrEnum):
    """What a credential is for, and how its secret begins."""

    SESSION = "mks_"
    """A browser's, in a cookie."""
    TOKEN = "mkp_"  # nosec B105 # the beginning of one, not a token
    """A program's, in the header Authorization."""
    INVITATION = "mki_"
    """In a one-time address."""
    STATE = "mko_"
    """Of a sign-in at the provider that has come back: it comes back once."""
    DEVICE = "mkd_"
    """Of a terminal that waits until a person has confirmed its code."""
    CODE = "mkc_"
    """The short code of such a terminal, with what it confirms."""
    GRANT = "mkg_"
    """That a person has confirmed it: it becomes a token, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What is kept of a secret that stands for a person."""

    digest: str
    """Of the secret, which nobody keeps."""
    id: str
    """By which people name it."""
    kind: Kind
    person: str
    """Empty: nobody yet."""
    label: str
    """What a person calls it; of a session, the browser."""
    scopes: frozenset[TokenScope] = ALL_SCOPES
    announces: tuple[str, ...] = ()
    created_at: datetime
    expires_at: datetime
    idle: timedelta | None = None
    """It ends too when it is not used for so long."""
    used_at: datetime
    used_from: str = ""
    """The address that used it last."""
    provider_session: str = ""
    """Of a session: the one at the provider in which it began."""
    id_token: str = field(default="", repr=False)
    """Of a session, sealed: the provider wants it back when the session ends there."""
    confirms: str = ""
    """Of a code: the digest of the terminal that waits for it."""

    def is_valid(self, now: datetime) -> bool:
        """Whether it still stands for its person."""
        if now >= self.expires_at:
            return False
        return self.idle is None or now - self.used_at < self.idle

    def use(self, now: datetime, address: str) -> "Credential | None":
        """The credential as it is after a use; None: that is not worth a write."""
        if now - self.used_at < USE_NOTED_EVERY:
            return None
        return replace(self, used_at=now, used_from=address)

    def on(self, person: Principal) -> Principal:
        """Who asks, with what this credential allows of what the person may do."""
        announces: tuple[str, ...] = ()
        if person.is_administrator:
            announces = ANY_ROUTE if self.kind is Kind.SESSION else self.announces
        return replace(
            person, scopes=self.scopes, announces=announces, credential=self.id
        )

    def shown(self) -> Json:
        """What its person sees."""
        shown: Json = {
            "id": self.id,
            "label": self.label,
            "created_at": self.created_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "used_at": self.used_at.isoformat(),
            "used_from": self.used_from,
        }
        if self.kind is Kind.TOKEN:
            shown["scopes"] = sorted(map(str, self.scopes))
            shown["announces"] = list(self.announces)
        return shown

    def to_json(self) -> Json:
        """What a store keeps."""
        return {
            **self.shown(),
            "digest": self.digest,
            "kind": str(self.kind),
            "person": self.person,
            "scopes": sorted(map(str, self.scopes)),
            "announces": list(self.announces),
            "idle": self.idle.total_seconds() if self.idle else None,
            "provider_session": self.provider_session,
            "id_token": self.id_token,
            "confirms": self.confirms,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> "Credential":
        """What `to_json` gave."""
        idle = document["idle"]
        return cls(
            digest=document["digest"],
            id=document["id"],
            kind=Kind(document["kind"]),
            person=document["person"],
            label=document["label"],
            scopes=frozenset(map(TokenScope, document["scopes"])),
            announces=tuple(document["announces"]),
            created_at=datetime.fromisoformat(document["created_at"]),
            expires_at=datetime.fromisoformat(document["expires_at"]),
            idle=None if idle is None else timedelta(seconds=idle),
            used_at=datetime.fromisoformat(document["used_at"]),
            used_from=document["used_from"],
            # Not there in those that were kept before there were providers.
            provider_session=document.get("provider_session", ""),
            id_token=document.get("id_token", ""),
            # Nor here in those from before terminals could be confirmed.
            confirms=document.get("confirms", ""),
        )


def digest_of(secret: str) -> str:
    """Under what a secret is found."""
    return hashlib.sha256(secret.encode()).hexdigest()
