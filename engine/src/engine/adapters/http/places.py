"""Where URLs lead: checked against the rules, and remembered, since they repeat."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from yarl import URL

from engine.adapters.http.pool import FindHost, Host
from engine.adapters.http.rules import AddressRules
from engine.adapters.http.written import target_of, with_pairs

REMEMBERED_URLS = 1024
"""The addresses of services, callers and http nodes come again with each task."""

MAX_REMEMBERED_CHARACTERS = 2000
"""As the longest address of a service. An http node's URL may be far longer, and a
thousand of those would fill the memory."""


class Place(NamedTuple):
    """Where a URL leads, and what is asked for there."""

    address: str
    """The URL as it is written."""
    url: URL
    """The URL as it was parsed: only its origin counts."""
    target: str
    """Path and query, as a request names them."""
    host: Host | None
    """Where lean connections lead to it; None: aiohttp must go there."""

    def with_query(self, query: Mapping[str, str | Sequence[str]]) -> "Place":
        """The same with more parameters behind those that it has."""
        return self._replace(target=with_pairs(self.target, query)) if query else self

    @property
    def for_aiohttp(self) -> URL:
        """A URL of which aiohttp sends the target as it is.

        All of it is the path: yarl drops a question mark that nothing follows.
        """
        return self.url.origin().with_path(self.target, encoded=True)


class Places:
    """The places that one set of rules allows."""

    def __init__(self, rules: AddressRules, find_host: FindHost) -> None:
        self._rules = rules
        self._find_host = find_host
        self._remembered = lru_cache(maxsize=REMEMBERED_URLS)(self._found)

    def find(self, address: str) -> Place:
        """Where a URL leads; raises `AddressRefused` if the rules cannot allow it."""
        if len(address) > MAX_REMEMBERED_CHARACTERS:
            return self._found(address)
        return self._remembered(address)

    def _found(self, address: str) -> Place:
        url = self._rules.check(address)
        return Place(address, url, target_of(address), self._find_host(url))
