"""Secrets: stored sealed, listed by name, opened only for a request that needs them."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.domain.access.roles import MAIN
from engine.domain.errors import Fault, InvalidInput, NoRoom, NoSecret, Unknown
from engine.domain.secrets import SECRET_NAME, unfit
from engine.ports import Clock, Sealer, SecretLine, SecretStore, StoredSecret
from engine.usecases.call_time import written

log = logging.getLogger(__name__)

SEPARATOR = "/"
"""Between space and name. Neither has it."""


class Secrets:
    """All that can be asked of secrets. Nothing that people can call gives a value."""

    def __init__(
        self, *, store: SecretStore, sealer: Sealer, max_secrets: int, clock: Clock
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._max_secrets = max_secrets
        self._clock = clock

    async def put(self, name: str, value: str, space: str = MAIN) -> StoredSecret:
        """Store a value under a name; raises `InvalidInput`, `NoRoom`."""
        _check(name, value)
        key = key_of_secret(name, space)
        is_new = await self._store.find(key) is None
        if is_new and await self._store.count() >= self._max_secrets:
            remedy = "delete those that no pipeline uses"
            raise NoRoom("secrets", self._max_secrets, "MAX_SECRETS", remedy)

        secret = StoredSecret(
            name=key, sealed=self._sealer.seal(key, value), stored_at=self._clock()
        )
        await written(self._store.put(secret))
        return replace(secret, name=name)

    async def list(self, space: str = MAIN) -> Sequence[SecretLine]:
        """All of a space, by name."""
        found = [(line, *_split(line.name)) for line in await self._store.lines()]
        return [
            replace(line, name=name) for line, place, name in found if place == space
        ]

    async def remove(self, name: str, space: str = MAIN) -> None:
        """Forget a secret; raises `Unknown`."""
        # A name with a separator would be that of another space.
        is_name = SECRET_NAME.fullmatch(name)
        if not is_name or not await self._store.remove(key_of_secret(name, space)):
            raise Unknown("secret", name)

    async def values(self, names: Iterable[str], space: str) -> Mapping[str, str]:
        """The values of secrets of a space, for one request; raises `NoSecret`."""
        return {name: await self._value(name, space) for name in names}

    async def _value(self, name: str, space: str) -> str:
        key = key_of_secret(name, space)
        secret = await self._store.find(key)
        if secret is None:
            raise NoSecret(name)

        opening = self._sealer.open(key, secret.sealed)
        if opening is None:
            raise NoSecret(name, is_stored=True)
        return opening.value

    async def reseal(self) -> None:
        """Seal again, under the current key, what was sealed under an old one."""
        for secret in await self._store.all():
            opening = self._sealer.open(secret.name, secret.sealed)
            if opening is None:
                log.warning("%s", NoSecret(secret.name, is_stored=True))
            elif not opening.is_current:
                sealed = self._sealer.seal(secret.name, opening.value)
                await self._store.reseal(secret.name, secret.sealed, sealed)
                log.info("the secret %s is sealed under the new SECRET", secret.name)


def key_of_secret(name: str, space: str) -> str:
    """Under what a secret is stored. Those of `main` are older than spaces.

    >>> key_of_secret("github", "main"), key_of_secret("github", "art")
    ('github', 'art/github')
    """
    return name if space == MAIN else f"{space}{SEPARATOR}{name}"


def _split(key: str) -> tuple[str, str]:
    """The space and the name of a secret.

    >>> _split("github"), _split("art/github")
    (('main', 'github'), ('art', 'github'))
    """
    space, separator, name = key.rpartition(SEPARATOR)
    return (space, name) if separator else (MAIN, name)


def _check(name: str, value: str) -> None:
    if not SECRET_NAME.fullmatch(name):
        fault = Fault(
            code="bad-name",
            message="is no name of a secret",
            hint="use letters, digits, _ and -, at most 64, and no digit or - first",
            field="name",
        )
        raise InvalidInput([fault])

    wrong = unfit(value)
    if wrong:
        hint = "give the value as the other side gave it to you, in one line"
        raise InvalidInput([Fault("bad-value", wrong, hint, field="value")])
