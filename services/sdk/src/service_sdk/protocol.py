"""Names that services and the engine share: media types, headers, part names."""

JSON = "application/json"
MULTIPART = "multipart/form-data"
UNKNOWN_TYPE = "application/octet-stream"
ANY_TYPE = "*/*"
PROBLEM_JSON = "application/problem+json"
PROMETHEUS_TEXT = "text/plain; version=0.0.4"

CONTENT_TYPE = "content-type"
CONTENT_LENGTH = "content-length"
CONTENT_DISPOSITION = "content-disposition"
RETRY_AFTER = "retry-after"

DEPTH_HEADER = "x-marketplace-depth"
"""Only engines send it. How deep pipelines call each other does not matter here."""

MAX_NAME_CHARACTERS = 200
"""Of the name of a part, and of a file."""

DATA_PART = "data"
"""The part of a multipart body that carries the typed data."""

RESULT_KEY = "result"
"""The name of a result that is a single value or file."""

MAX_INTEGER = 2**63 - 1
"""The engine reads no larger one."""
