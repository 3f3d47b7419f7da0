"""The schema of the SQLite file: each version as the steps that lead to it."""

SETTINGS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA busy_timeout = 5000;
PRAGMA journal_size_limit = 67108864;
"""

# `PRAGMA user_version` counts how many of these a file has gone through.
MIGRATIONS = (
    """
BEGIN;
CREATE TABLE frames (
    path TEXT PRIMARY KEY, task TEXT NOT NULL,
    parent TEXT, node TEXT, attempt INTEGER, item INTEGER, -- root: none of these
    route TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, saved_at INTEGER NOT NULL, -- all in microseconds
    wake_at INTEGER, erase_at INTEGER,
    revision INTEGER NOT NULL, document BLOB NOT NULL
) STRICT;
CREATE INDEX frames_due ON frames (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX frames_active ON frames (path) WHERE wake_at IS NOT NULL;
CREATE INDEX frames_of_loop ON frames (parent, node, attempt, item)
    WHERE parent IS NOT NULL;
CREATE INDEX frames_of_task ON frames (task, saved_at);
CREATE INDEX tasks ON frames (created_at, path) WHERE parent IS NULL;
CREATE INDEX tasks_of_route ON frames (route, created_at, path) WHERE parent IS NULL;
CREATE INDEX tasks_of_status ON frames (status, created_at, path)
    WHERE parent IS NULL;
CREATE INDEX tasks_of_both ON frames (route, status, created_at, path, parent)
    WHERE parent IS NULL;
CREATE INDEX tasks_expired ON frames (erase_at)
    WHERE parent IS NULL AND erase_at IS NOT NULL;
CREATE TABLE versions (
    route TEXT NOT NULL, version TEXT NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (route, version)
) STRICT;
CREATE TABLE pipelines (
    route TEXT PRIMARY KEY, version TEXT NOT NULL,
    owner TEXT NOT NULL, published_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE services (
    route TEXT NOT NULL, url TEXT NOT NULL,
    heard_at INTEGER NOT NULL, api BLOB NOT NULL,
    PRIMARY KEY (route, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX services_heard ON services (heard_at);
PRAGMA user_version = 1;
COMMIT;
""",
)
