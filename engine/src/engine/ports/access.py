"""What accounts need from outside, described by what must hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Protocol, Self, TypeVar

from engine.domain.access.audit import Entry
from engine.domain.access.claims import Signed
from engine.domain.access.credentials import Credential, Kind
from engine.domain.access.people import Person
from engine.domain.values import Json


class PeopleStore(Protocol):
    """Keeps people: contracts/test_people_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def add(self, person: Person) -> None:
        """Keep a new person; raises `NameTaken` if another one has the same key."""

    async def save(self, person: Person) -> Person | None:
        """Store the next revision; None if another one came first.

        `person.revision` is the one that was read. The name never changes.
        """

    async def find(self, id: str) -> Person | None:
        """The person of this id, or None."""

    async def named(self, key: str) -> Person | None:
        """The person whose name has this key, or None."""

    async def remove(self, id: str) -> bool:
        """Forget a person; False if they are not there."""

    async def page(self, after: str, limit: int, begins: str = "") -> Sequence[Person]:
        """At most `limit` people whose keys are higher and begin so, by key."""


class CredentialStore(Protocol):
    """Keeps credentials: contracts/test_credential_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def add(self, credential: Credential) -> bool:
        """Keep a new one; False: there was one with this digest. One caller wins."""

    async def used(self, credential: Credential) -> None:
        """Note `used_at` and `used_from`; nothing to do if it is not there."""

    async def find(self, digest: str) -> Credential | None:
        """The credential with this digest, ended or not; or None."""

    async def of_person(self, person: str, kind: Kind) -> Sequence[Credential]:
        """Those of a kind that stand for a person, the oldest first."""

    async def remove(self, digest: str) -> bool:
        """Forget one; False if it is not there. Of several callers one gets True."""

    async def forget(self, expired_before: datetime) -> None:
        """Forget those that expired before an instant."""


class AuditStore(Protocol):
    """Keeps the audit log: contracts/test_audit_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def add(self, entry: Entry) -> bool:
        """Add an entry; False if there is one of its number."""

    async def last(self) -> Entry | None:
        """The entry with the highest number, or None."""

    async def page(self, after: int, limit: int) -> Sequence[Entry]:
        """At most `limit` entries whose numbers are higher, by number."""

    async def replace(self, entries: Sequence[Entry]) -> None:
        """Store these in the place of those of the same numbers, if they are there."""

    async def forget(self, before: datetime) -> None:
        """Forget entries from before an instant; the last one stays."""


class Record(Protocol):
    """A small document with an id and a revision: a space, a group, a route's home."""

    KIND: ClassVar[str]

    @property
    def id(self) -> str:
        """By which it is found."""

    @property
    def revision(self) -> int:
        """The one that was read; a new one has 1."""

    def to_json(self) -> Mapping[str, Json]:
        """What a store keeps, without the revision."""

    @classmethod
    def from_json(cls, document: Mapping[str, Json], revision: int) -> Self:
        """What `to_json` gave."""


R = TypeVar("R", bound=Record)


class RecordStore(Protocol[R]):
    """Keeps records of one kind: contracts/test_record_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def add(self, record: R) -> bool:
        """Keep a new one; False if there is one of its id. Of several callers one gets
        True."""

    async def save(self, record: R) -> R | None:
        """Store the next revision; None if another one came first, or it is gone.

        `record.revision` is the one that was read.
        """

    async def find(self, id: str) -> R | None:
        """The record of this id, or None."""

    async def all(self) -> Sequence[R]:
        """All of the kind, by id."""

    async def remove(self, id: str) -> bool:
        """Forget one; False if it is not there."""


class Passwords(Protocol):
    """Keeps passwords unreadable, and judges them. Slow on purpose."""

    async def hash(self, password: str) -> str:
        """What to keep of a password; raises `Unavailable` if too many wait."""

    async def verify(self, hashed: str, password: str) -> bool:
        """Whether this is the password. Nothing kept: no, after the same time.

        Raises `Unavailable` if too many wait.
        """

    async def is_common(self, password: str, name: str) -> bool:
        """Whether it could be guessed soon by somebody who knows the name."""


class Provider(Protocol):
    """A provider of OpenID Connect.

    Every method raises `Unavailable` when it cannot be reached, or answers what cannot
    be used.
    """

    async def sign_in_address(self, *, state: str, nonce: str, challenge: str) -> str:
        """Where a person signs in; from there they come back with a code."""

    async def redeem(self, code: str, verifier: str) -> str:
        """The ID token for a code; raises `TokenRefused` if the provider does not know
        the code."""

    async def read(self, token: str) -> Signed:
        """A token that the provider signed; raises `TokenRefused` if it did not."""

    async def sign_out_address(self, id_token: str, back: str) -> str | None:
        """Where a person signs out, and then goes back; None: nowhere."""
