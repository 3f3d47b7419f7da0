"""The schema of the SQLite file: each version as the steps that lead to it."""

SETTINGS = (
    # With a write-ahead log readers do not wait for the writer, and a commit is one
    # write at the end of the log.
    "PRAGMA journal_mode = WAL",
    # Each commit syncs the log: what a caller was told is saved survives a power cut.
    # `NORMAL`, the usual choice with WAL, would lose the last commits.
    "PRAGMA synchronous = FULL",
    # Milliseconds to wait for a lock of another program, such as the `.backup` of
    # docs/how-to/operate.md. Without it a save would fail at once.
    "PRAGMA busy_timeout = 5000",
    # Bytes: a log that grew in a burst is cut to 64 MB, it would keep its size forever.
    "PRAGMA journal_size_limit = 67108864",
)

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

-- Most indexes are partial: a row is only in those whose lists it can appear in, and a
-- save writes no others.

-- Frames whose time has come.
CREATE INDEX frames_due ON frames (wake_at) WHERE wake_at IS NOT NULL;
-- What was under way when the engine stopped, in pages by path.
CREATE INDEX frames_active ON frames (path) WHERE wake_at IS NOT NULL;
-- The items of a loop in their order, for its join.
CREATE INDEX frames_of_loop ON frames (parent, node, attempt, item)
    WHERE parent IS NOT NULL;
-- All frames of a task: to watch what changes, and to erase it.
CREATE INDEX frames_of_task ON frames (task, saved_at);
-- Lists of tasks, newest first, one index for each way to filter them. With `parent`,
-- which is always null there, counting by route and status reads no table row.
CREATE INDEX tasks ON frames (created_at, path) WHERE parent IS NULL;
CREATE INDEX tasks_of_route ON frames (route, created_at, path) WHERE parent IS NULL;
CREATE INDEX tasks_of_status ON frames (status, created_at, path)
    WHERE parent IS NULL;
CREATE INDEX tasks_of_both ON frames (route, status, created_at, path, parent)
    WHERE parent IS NULL;
-- Ended tasks whose retention is over.
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

-- Instances that were not heard of for long.
CREATE INDEX services_heard ON services (heard_at);

PRAGMA user_version = 1;
COMMIT;
""",
    # What a list of tasks shows, in columns of its own. They come before the document:
    # SQLite reads what is behind a large one by following all of its pages.
    """
BEGIN;
ALTER TABLE frames RENAME TO old_frames;
CREATE TABLE frames (
    path TEXT PRIMARY KEY, task TEXT NOT NULL,
    parent TEXT, node TEXT, attempt INTEGER, item INTEGER, -- root: none of these
    route TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, saved_at INTEGER NOT NULL, -- all in microseconds
    ended_at INTEGER, wake_at INTEGER, erase_at INTEGER, error TEXT,
    revision INTEGER NOT NULL, document BLOB NOT NULL
) STRICT;

-- What cannot be read as JSON must not keep the engine from starting.
WITH readable AS (
    SELECT *, CASE WHEN parent IS NULL AND json_valid(CAST(document AS TEXT))
        THEN CAST(document AS TEXT) ELSE '{}' END AS json FROM old_frames
), told AS (
    SELECT *, json_extract(json, '$.ended_at') AS ended FROM readable
)
INSERT INTO frames SELECT
    path, task, parent, node, attempt, item, route,
    coalesce(json_extract(json, '$.version'), ''), status, created_at, saved_at,
    unixepoch(ended) * 1000000 + CASE substr(ended, 20, 1)
        WHEN '.' THEN CAST(substr(ended, 21, 6) AS INTEGER) ELSE 0 END,
    wake_at, erase_at, json_extract(json, '$.error'), revision, document
FROM told;
DROP TABLE old_frames;

-- The same indexes as before.
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

PRAGMA user_version = 2;
COMMIT;
""",
)
