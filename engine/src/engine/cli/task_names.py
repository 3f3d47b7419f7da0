"""Which task a person means: its id, the beginning of it, or the last one."""

from collections.abc import Iterator
from typing import Any

from engine.cli.client import EngineClient
from engine.cli.marks import local
from engine.cli.trouble import Trouble
from engine.program import command

LAST = "last"
ID_CHARACTERS = 36
"""Of a UUID."""
MAX_SEARCHED = 2000
"""Tasks among which the beginning of an id is looked for, the newest first."""
PAGE = 200
MAX_LISTED = 5


def task_id(client: EngineClient, word: str) -> str:
    """The id of the task that is meant; raises `Trouble` if that is not clear."""
    if len(word) >= ID_CHARACTERS:
        return word
    if word == LAST:
        return _last(client)

    found = [task for task in _tasks(client) if task["id"].startswith(word.lower())]
    if len(found) == 1:
        return str(found[0]["id"])

    see_all = f"see the tasks: {command('tasks', engine=client.url)}"
    if not found:
        raise Trouble(f"no task has an id that begins with “{word}”", see_all)
    raise Trouble(
        f"{len(found)} tasks have an id that begins with “{word}”: {_listed(found)}",
        "write more of the id",
    )


def _last(client: EngineClient) -> str:
    newest = client.get("/tasks", limit=1)["items"]
    if not newest:
        start_one = f"start one: {command('run', engine=client.url)}"
        raise Trouble("there is no task yet", start_one)
    return str(newest[0]["id"])


def _tasks(client: EngineClient) -> Iterator[dict[str, Any]]:
    """Tasks, newest first, as many as are searched."""
    cursor = None
    for _ in range(MAX_SEARCHED // PAGE):
        page = client.get("/tasks", limit=PAGE, cursor=cursor)
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


def _listed(tasks: list[dict[str, Any]]) -> str:
    lines = [
        f"{task['id']} ({task['route']}, {local(task['created_at'])})"
        for task in tasks[:MAX_LISTED]
    ]
    return ", ".join(lines) + (", …" if len(tasks) > MAX_LISTED else "")
