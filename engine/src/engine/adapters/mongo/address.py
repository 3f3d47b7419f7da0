"""Reads MONGO_URL: what it may choose, and what is fixed whatever it says."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

DEFAULT_DATABASE = "marketplace"

OPERATION_TIMEOUT_MS = 3000
"""For one operation, with its retries and the search for a primary.

With the time for reading what became of a write, a call ends within five seconds.
"""

PREFERRED: Mapping[str, Any] = {
    "appName": "marketplace",
    "timeoutMS": OPERATION_TIMEOUT_MS,
    # Shorter than an operation: after a node that does not answer there is time left.
    "connectTimeoutMS": 2000,
    # `timeoutMS` bounds an operation, but not the later parts of a long answer.
    "socketTimeoutMS": OPERATION_TIMEOUT_MS,
}
"""What the URL may choose otherwise."""

REQUIRED: Mapping[str, Any] = {
    # What was written survives the loss of any minority of the nodes, and a power cut.
    "w": "majority",
    "journal": True,
    # What was read cannot be rolled back by an election: nothing is decided, and no
    # service called, because of a frame that is not there any more.
    "readConcernLevel": "majority",
    # A secondary may be behind: saves of what it gives would be stale.
    "readPreference": "primary",
    # The driver numbers its writes, so that the server knows a repeated one.
    "retryWrites": True,
    "retryReads": True,
}
"""What the promises of the ports depend on: the URL cannot change it."""


def checked(url: str) -> str:
    """The URL itself; raises ValueError if it is none of a MongoDB.

    >>> checked("mongodb://127.0.0.1:27017/marketplace?replicaSet=rs0")
    'mongodb://127.0.0.1:27017/marketplace?replicaSet=rs0'
    """
    # To parse this one, the driver would ask a DNS server, which may be away: then the
    # engine could not start.
    if url.startswith("mongodb+srv://"):
        return url

    try:
        parse_uri(url)
    except PyMongoError as error:
        raise ValueError(f"{error}; write mongodb://HOST:PORT/DATABASE") from None

    return url


def database_name(url: str) -> str:
    """The database that the URL names.

    >>> database_name("mongodb://host/mine?w=1"), database_name("mongodb://host")
    ('mine', 'marketplace')
    """
    return urlsplit(url).path.strip("/") or DEFAULT_DATABASE


def client_options(url: str) -> dict[str, Any]:
    """How to connect, where the URL does not say it, or may not say it otherwise.

    >>> chosen = client_options("mongodb://host/?w=1&appName=mine")
    >>> chosen["w"], chosen["timeoutMS"], "appName" in chosen
    ('majority', 3000, False)
    """
    given = given_options(url)

    options = dict(REQUIRED)
    for name, value in PREFERRED.items():
        if name.lower() not in given:
            options[name] = value

    return options


def operation_seconds(url: str) -> float:
    """What MongoDB has for one operation, retries included.

    >>> operation_seconds("mongodb://host/?timeoutms=500")
    0.5
    >>> operation_seconds("mongodb://host")
    3.0
    """
    milliseconds = given_options(url).get("timeoutms", OPERATION_TIMEOUT_MS)
    return float(milliseconds) / 1000


def given_options(url: str) -> dict[str, str]:
    """The options in the URL, their names in lower case: MongoDB ignores the case."""
    options = parse_qsl(urlsplit(url).query)
    return {name.lower(): value for name, value in options}
