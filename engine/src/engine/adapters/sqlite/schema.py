"""The schema of the SQLite file: each version as the steps that lead to it."""

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
    # Which processes were heard of at an address, and when another one was.
    """
BEGIN;
ALTER TABLE services ADD COLUMN starts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE services ADD COLUMN restarted_at INTEGER;

PRAGMA user_version = 3;
COMMIT;
""",
    # Where a pipeline comes from. Of those that are there already nobody knows.
    """
BEGIN;
ALTER TABLE pipelines ADD COLUMN origin TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 4;
COMMIT;
""",
    # More of what a list of tasks shows, again before the document. It is filled when a
    # task ends: older ones have none of it.
    """
BEGIN;
ALTER TABLE frames RENAME TO old_frames;
CREATE TABLE frames (
    path TEXT PRIMARY KEY, task TEXT NOT NULL,
    parent TEXT, node TEXT, attempt INTEGER, item INTEGER, -- root: none of these
    route TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, saved_at INTEGER NOT NULL, -- all in microseconds
    ended_at INTEGER, wake_at INTEGER, erase_at INTEGER, error TEXT,
    failed_node TEXT, code TEXT,
    continues TEXT NOT NULL DEFAULT '', trial INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL, document BLOB NOT NULL
) STRICT;

INSERT INTO frames (path, task, parent, node, attempt, item, route, version, status,
    created_at, saved_at, ended_at, wake_at, erase_at, error, revision, document)
SELECT path, task, parent, node, attempt, item, route, version, status,
    created_at, saved_at, ended_at, wake_at, erase_at, error, revision, document
FROM old_frames;
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

PRAGMA user_version = 5;
COMMIT;
""",
    # What is known of each version. One that was never published has no `published_at`;
    # of those that were replaced long ago nobody knows it, and it is 0.
    """
BEGIN;
ALTER TABLE versions ADD COLUMN published_at INTEGER;
ALTER TABLE versions ADD COLUMN published_by TEXT NOT NULL DEFAULT '';
UPDATE versions SET published_at = coalesce((
    SELECT published_at FROM pipelines AS current
    WHERE current.route = versions.route AND current.version = versions.version
), 0);

-- The versions of a route, the last published first; no document is read for it.
CREATE INDEX versions_published
    ON versions (route, published_at, version, published_by)
    WHERE published_at IS NOT NULL;
-- How many are there only to be tried.
CREATE INDEX versions_tried ON versions (route, published_at)
    WHERE published_at IS NULL;

PRAGMA user_version = 6;
COMMIT;
""",
    # What ended tasks add to: statistics read no task.
    """
BEGIN;
CREATE TABLE tallies (
    kind TEXT NOT NULL, subject TEXT NOT NULL, day INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (kind, subject, day)
) STRICT, WITHOUT ROWID;

-- Days that are too long ago.
CREATE INDEX tallies_of_day ON tallies (day);

PRAGMA user_version = 7;
COMMIT;
""",
    # Secrets of http nodes; what starts tasks at certain times. Both are few, so that
    # lists read all of them.
    """
BEGIN;
CREATE TABLE secrets (
    name TEXT PRIMARY KEY, sealed BLOB NOT NULL, stored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE schedules (
    id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, next_at INTEGER,
    revision INTEGER NOT NULL, document BLOB NOT NULL
) STRICT;

-- Those that are due; paused ones are in no index.
CREATE INDEX schedules_due ON schedules (next_at, id) WHERE next_at IS NOT NULL;

PRAGMA user_version = 8;
COMMIT;
""",
    # Statistics leave out tasks of versions that were never published.
    """
BEGIN;
CREATE INDEX tasks_on_trial ON frames (route, status, parent, trial)
    WHERE parent IS NULL AND trial = 1;

PRAGMA user_version = 9;
COMMIT;
""",
    # Who started a task: a column behind the document, which only the index reads.
    # People with accounts, and what stands for them.
    """
BEGIN;
ALTER TABLE frames ADD COLUMN owner TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_of_owner ON frames (owner, created_at, path)
    WHERE parent IS NULL AND owner <> '';

CREATE TABLE people (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL, document BLOB NOT NULL
) STRICT;

CREATE TABLE credentials (
    digest TEXT PRIMARY KEY, person TEXT NOT NULL, kind TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, document BLOB NOT NULL
) STRICT;

-- What stands for a person, the oldest first.
CREATE INDEX credentials_of_person ON credentials (person, kind, created_at, digest);
-- Those that have expired.
CREATE INDEX credentials_expired ON credentials (expires_at);

PRAGMA user_version = 10;
COMMIT;
""",
    # The instances that were restarted; most never were, and are not in it.
    """
BEGIN;
CREATE INDEX services_restarted ON services (restarted_at, url)
    WHERE restarted_at IS NOT NULL;

PRAGMA user_version = 11;
COMMIT;
""",
    # Documents that were saved and not published.
    """
BEGIN;
CREATE TABLE saved (
    route TEXT NOT NULL, id TEXT NOT NULL, saved_at INTEGER NOT NULL,
    faults INTEGER NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (route, id)
) STRICT;

-- Those of a route, the last saved first.
CREATE INDEX saved_of_route ON saved (route, saved_at, id, faults);

PRAGMA user_version = 12;
COMMIT;
""",
    # What was done, and by whom.
    """
BEGIN;
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, document BLOB NOT NULL
) STRICT;

-- Those that are old enough to be forgotten.
CREATE INDEX audit_at ON audit (at);

PRAGMA user_version = 13;
COMMIT;
""",
    # Spaces, groups, and to which space a route belongs. Tasks belong to one too: a
    # column behind the document, which only the index reads. Where there are no
    # accounts no task is in it.
    """
BEGIN;
CREATE TABLE records (
    kind TEXT NOT NULL, id TEXT NOT NULL,
    revision INTEGER NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

ALTER TABLE frames ADD COLUMN space TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_of_space ON frames (space, status, created_at, path)
    WHERE parent IS NULL AND space <> '';
DROP INDEX tasks_of_owner;
CREATE INDEX tasks_of_owner ON frames (owner, created_at, path, space)
    WHERE parent IS NULL AND owner <> '';

PRAGMA user_version = 14;
COMMIT;
""",
    # Who saved a document: it is erased with the person.
    """
BEGIN;
ALTER TABLE saved ADD COLUMN saved_by TEXT NOT NULL DEFAULT '';
CREATE INDEX saved_of_person ON saved (saved_by, route, id, saved_at, faults)
    WHERE saved_by <> '';

PRAGMA user_version = 15;
COMMIT;
""",
    # How much an instance works on at the same time, if it tells.
    #
    # What is kept for a task, for the limits of people and spaces: set when it begins
    # and when it ends. Both indexes have it, so that no row is read to add it up. Of
    # older tasks nobody knows it. They do without the path, which is half of an entry
    # and as much of its cost: the few tasks of one microsecond are sorted when a list
    # is read.
    """
BEGIN;
ALTER TABLE services ADD COLUMN workers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE frames ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
DROP INDEX tasks_of_owner;
CREATE INDEX tasks_of_owner ON frames (owner, created_at, space, status, bytes)
    WHERE parent IS NULL AND owner <> '';
DROP INDEX tasks_of_space;
CREATE INDEX tasks_of_space ON frames (space, status, created_at, bytes)
    WHERE parent IS NULL AND space <> '';

PRAGMA user_version = 16;
COMMIT;
""",
    # SQLite writes an entry anew when a column is set that is in its index, or in the
    # condition of its index. Each save of an open frame sets `wake_at` and `saved_at`:
    # so no index of paths has them, and the entry of a root by its task is gone, since
    # its path says the same.
    """
BEGIN;
DROP INDEX frames_active;
-- What was under way when the engine stopped, in pages by path ...
CREATE INDEX frames_open ON frames (path) WHERE status = 'running';
-- ... and what has ended and is not brought to its caller yet.
CREATE INDEX frames_to_tell ON frames (path)
    WHERE status <> 'running' AND wake_at IS NOT NULL;
DROP INDEX frames_of_task;
-- The frames inside of a task: to watch what changes, and to erase them.
CREATE INDEX frames_of_task ON frames (task, saved_at) WHERE parent IS NOT NULL;

PRAGMA user_version = 17;
COMMIT;
""",
    # Fewer entries for each task: an index costs a twentieth of what its task writes.
    # The lists of all tasks, of a route and of a status are put together from those of
    # each space and status, and of each route and status. None of these has the path,
    # which is half of an entry.
    """
BEGIN;
DROP INDEX tasks;
DROP INDEX tasks_of_route;
DROP INDEX tasks_of_status;
DROP INDEX tasks_of_space;
CREATE INDEX tasks_of_space ON frames (space, status, created_at, bytes)
    WHERE parent IS NULL;
DROP INDEX tasks_of_both;
CREATE INDEX tasks_of_both ON frames (route, status, created_at, parent)
    WHERE parent IS NULL;

PRAGMA user_version = 18;
COMMIT;
""",
    # The process at an address of a service that has said it leaves.
    """
BEGIN;
ALTER TABLE services ADD COLUMN left_by TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 19;
COMMIT;
""",
)
