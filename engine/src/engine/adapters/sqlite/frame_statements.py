"""The SQL of frames. A test asks SQLite for the plan of each, and for its index."""

INSERT = """
INSERT INTO frames (status, error, failed_node, code, saved_at, ended_at, wake_at,
    erase_at, document, path, revision, task, parent, node, attempt, item, route,
    version, continues, trial, created_at, owner, space, bytes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO NOTHING
"""

# Compare-and-set: the row is found only while it has the revision that was read. Of
# two that save the same revision the second one changes no row, and is told so.
SAVE = """
UPDATE frames SET revision = revision + 1, status = ?, error = ?, failed_node = ?,
    code = ?, saved_at = ?, ended_at = ?, wake_at = ?, erase_at = ?, document = ?,
    bytes = ?
WHERE path = ? AND revision = ?
"""

# SQLite writes every index anew of which a column is set, changed or not. While a frame
# is open its status and `erase_at` cannot change, which spares three indexes. Nor has
# it an error or an end.
SAVE_OPEN = """
UPDATE frames SET revision = revision + 1, saved_at = ?, wake_at = ?, document = ?
WHERE path = ? AND revision = ?
"""

# The same of a frame that had ended before: only the push of its result changes then.
SAVE_PUSHED = """
UPDATE frames SET revision = revision + 1, saved_at = ?, wake_at = ?, document = ?
WHERE path = ? AND revision = ? AND status <> 'running'
"""

FIND = "SELECT document, path FROM frames WHERE path = ?"

# For a document that cannot be read: all that is known of its frame besides.
KNOWN = """
SELECT document, path, route, parent, node, attempt, item, status, revision,
    created_at, saved_at, erase_at
FROM frames WHERE path = ?
"""

DUE = "SELECT path FROM frames WHERE wake_at <= ? ORDER BY wake_at LIMIT ?"

# The document keeps its own time: the next save sets the column by it again.
POSTPONE = "UPDATE frames SET wake_at = ? WHERE path = ? AND wake_at <= ?"

# `INDEXED BY`, here and below: several partial indexes fit, and SQLite's choice among
# them would depend on its estimates.
ACTIVE = """
SELECT path FROM frames INDEXED BY frames_open
WHERE status = 'running' AND wake_at IS NOT NULL AND path > ?
UNION ALL SELECT path FROM frames INDEXED BY frames_to_tell
WHERE status <> 'running' AND wake_at IS NOT NULL AND path > ?
ORDER BY path LIMIT ?
"""

CHILDREN = """
SELECT document, path FROM frames
WHERE parent = ? AND node = ? AND attempt = ? AND item >= ? ORDER BY item LIMIT ?
"""

# The root, whose path is that of the task, and the frames inside.
OF_TASK = """
SELECT document, path, saved_at FROM frames WHERE path = ? AND saved_at >= ?
UNION ALL SELECT document, path, saved_at FROM frames INDEXED BY frames_of_task
WHERE task = ? AND parent IS NOT NULL AND saved_at >= ?
ORDER BY saved_at LIMIT ?
"""

# Lists of tasks are put together from those of each space and status, or of each route
# and status, which are all that is kept in order. Statuses are asked for, since a newer
# engine may have others.
#
# The next space and the next status are two questions: for one that compares both at
# once SQLite would go through all tasks of the place before.
NEXT_STATUS_IN_SPACE = """
SELECT space, status FROM frames INDEXED BY tasks_of_space
WHERE parent IS NULL AND space = ? AND status > ? ORDER BY status LIMIT 1
"""

NEXT_SPACE = """
SELECT space, status FROM frames INDEXED BY tasks_of_space
WHERE parent IS NULL AND space > ? ORDER BY space, status LIMIT 1
"""

NEXT_STATUS_OF_ROUTE = """
SELECT status FROM frames INDEXED BY tasks_of_both
WHERE parent IS NULL AND route = ? AND status > ? ORDER BY status LIMIT 1
"""

NEWEST_IN_PLACE = """
SELECT created_at, path FROM frames INDEXED BY tasks_of_space
WHERE parent IS NULL AND space = ? AND status = ?
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT 1
"""

# Pages begin after a position instead of skipping rows, so that a page far back costs
# no more than the first one.
TASKS_OF_SPACE = """
SELECT path, route, version, status, error, failed_node, code, continues, trial,
    created_at, ended_at
FROM frames INDEXED BY tasks_of_space
WHERE parent IS NULL AND space = ? AND status = ?
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""

TASKS_OF_BOTH = """
SELECT path, route, version, status, error, failed_node, code, continues, trial,
    created_at, ended_at
FROM frames INDEXED BY tasks_of_both
WHERE parent IS NULL AND route = ? AND status = ?
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""

# Of one person: there are few enough that route and status need no index of their own.
TASKS_OF_OWNER = """
SELECT path, route, version, status, error, failed_node, code, continues, trial,
    created_at, ended_at
FROM frames INDEXED BY tasks_of_owner
WHERE parent IS NULL AND owner <> '' AND owner = ?
    AND instr(?, '|' || space || '|')
    AND route = coalesce(?, route) AND instr(?, '|' || status || '|')
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""

# All of one person, wherever they are.
TASKS_OF_PERSON = """
SELECT path, route, version, status, error, failed_node, code, continues, trial,
    created_at, ended_at
FROM frames INDEXED BY tasks_of_owner
WHERE parent IS NULL AND owner <> '' AND owner = ?
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""

# One route has its tasks in few spaces, so that is looked at for those.
TASKS_OF_ROUTE_AND_SPACE = """
SELECT path, route, version, status, error, failed_node, code, continues, trial,
    created_at, ended_at
FROM frames INDEXED BY tasks_of_both
WHERE parent IS NULL AND route = ? AND status = ? AND space = ?
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""

USAGE_OF_OWNER = """
SELECT coalesce(sum(status = 'running'), 0), coalesce(sum(bytes), 0)
FROM frames INDEXED BY tasks_of_owner
WHERE parent IS NULL AND owner <> '' AND owner = ?
"""

USAGE_IN_SPACE = """
SELECT coalesce(sum(status = 'running'), 0), coalesce(sum(bytes), 0)
FROM frames INDEXED BY tasks_of_space
WHERE parent IS NULL AND space = ?
"""

LAST_ROW = "SELECT max(rowid) FROM frames"

ADOPT_SOME = """
UPDATE frames SET space = ?
WHERE rowid > ? AND rowid <= ? AND parent IS NULL AND space = ''
"""

COUNTS = """
SELECT route, status, count(*) FROM frames INDEXED BY tasks_of_both
WHERE parent IS NULL GROUP BY route, status
"""

TRIAL_COUNTS = """
SELECT route, status, count(*) FROM frames INDEXED BY tasks_on_trial
WHERE parent IS NULL AND trial = 1 GROUP BY route, status
"""

# A task whose document could not be read when the column was made has no version.
HAS_TASKS = """
SELECT 1 FROM frames INDEXED BY tasks_of_both
WHERE parent IS NULL AND route = ? AND version IN (?, '') LIMIT 1
"""

EXPIRED = """
SELECT path FROM frames WHERE parent IS NULL AND erase_at <= ? AND status <> 'running'
ORDER BY erase_at LIMIT ?
"""

ERASE_SOME = """
DELETE FROM frames
WHERE rowid IN (
    SELECT rowid FROM frames WHERE task = ? AND parent IS NOT NULL LIMIT ?
)
"""

ERASE_ROOT = "DELETE FROM frames WHERE path = ?"

PROBE_READ = "SELECT path FROM frames LIMIT 1"

# SQLite writes the page of this number even if the number stays the same, so that a
# full disk is noticed.
PROBE_WRITE = "PRAGMA application_id = 1"
