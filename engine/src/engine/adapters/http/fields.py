"""Header fields of requests: the usual ones, and those of authors, checked."""

import re
from collections.abc import Mapping
from importlib.metadata import version

from multidict import CIMultiDict

from engine.adapters.http.payloads import CannotTravel
from engine.domain.protocol import CONNECTION_HEADERS

Headers = CIMultiDict[str]

USER_AGENT = {"User-Agent": f"ai-marketplace/{version('ai-marketplace')}"}

# Identity: bodies that are not decompressed cannot grow in memory.
UNCOMPRESSED = {**USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}

FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

# No line breaks: a value that has one would add headers of its own to the request.
# No surrogates: they have no form in UTF-8.
FIELD_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")


def checked_headers(headers: Mapping[str, str]) -> Headers:
    """An author's headers; raises `CannotTravel` for what could change the request."""
    for name, value in headers.items():
        if not FIELD_NAME.fullmatch(name) or not FIELD_VALUE.fullmatch(value):
            raise CannotTravel(f"the header {name!a}", "it has forbidden characters")
        if name.lower() in CONNECTION_HEADERS:
            raise CannotTravel(f"the header {name}", "the engine sets it itself")

    return CIMultiDict(headers)
