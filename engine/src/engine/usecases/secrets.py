"""Secrets: stored sealed, listed by name, opened only for a request that needs them."""

import logging
from collections.abc import Iterable, Mapping, Sequence

from engine.domain.errors import Fault, InvalidInput, NoRoom, NoSecret, Unknown
from engine.domain.secrets import SECRET_NAME, unfit
from engine.ports import Clock, Sealer, SecretStore, StoredSecret

log = logging.getLogger(__name__)

MAX_SHOWN_NAME_CHARACTERS = 100
"""Of a wrong name, in a message: it may be anything, of any length."""


class Secrets:
    """All that can be asked of secrets. Nothing that people can call gives a value."""

    def __init__(
        self, *, store: SecretStore, sealer: Sealer, max_secrets: int, clock: Clock
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._max_secrets = max_secrets
        self._clock = clock

    async def put(self, name: str, value: str) -> StoredSecret:
        """Store a value under a name; raises `InvalidInput`, `NoRoom`."""
        _check(name, value)
        known = await self._store.all()
        is_new = all(secret.name != name for secret in known)
        if is_new and len(known) >= self._max_secrets:
            remedy = "delete those that no pipeline uses"
            raise NoRoom("secrets", self._max_secrets, "MAX_SECRETS", remedy)

        secret = StoredSecret(
            name=name, sealed=self._sealer.seal(name, value), stored_at=self._clock()
        )
        await self._store.put(secret)
        return secret

    async def list(self) -> Sequence[StoredSecret]:
        """All of them, by name."""
        return await self._store.all()

    async def remove(self, name: str) -> None:
        """Forget a secret; raises `Unknown`."""
        if not await self._store.remove(name):
            raise Unknown("secret", name[:MAX_SHOWN_NAME_CHARACTERS])

    async def values(self, names: Iterable[str]) -> Mapping[str, str]:
        """The values of secrets, for one request; raises `NoSecret`."""
        return {name: await self._value(name) for name in names}

    async def _value(self, name: str) -> str:
        secret = await self._store.find(name)
        if secret is None:
            raise NoSecret(name)

        opening = self._sealer.open(name, secret.sealed)
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
