"""Where URLs lead: checked against the rules, and remembered, since they repeat."""

from functools import lru_cache

from yarl import URL

from engine.adapters.http.pool import FindHost, Host
from engine.adapters.http.rules import AddressRules

REMEMBERED_URLS = 1024
"""The addresses of services, callers and http nodes come again with each task."""

MAX_REMEMBERED_CHARACTERS = 2000
"""As the longest address of a service. An http node's URL may be far longer, and a
thousand of those would fill the memory."""


class Places:
    """The places that one set of rules allows."""

    def __init__(self, rules: AddressRules, find_host: FindHost) -> None:
        self._rules = rules
        self._find_host = find_host
        self._remembered = lru_cache(maxsize=REMEMBERED_URLS)(self._found)

    def find(self, address: str) -> tuple[URL, Host | None]:
        """The URL, and where lean connections lead to it; None: aiohttp must go there.

        Raises `AddressRefused` if the rules cannot allow it.
        """
        if len(address) > MAX_REMEMBERED_CHARACTERS:
            return self._found(address)
        return self._remembered(address)

    def _found(self, address: str) -> tuple[URL, Host | None]:
        url = self._rules.check(address)
        return url, self._find_host(url)
