"""Progress is passed on, and work whose result is not wanted ends."""

from pathlib import Path

import pytest
from sample_service import app, gates
from service_sdk import Progress
from service_sdk.progress import MAX_MESSAGE_CHARACTERS, ProgressMessage
from service_sdk.testing import Kit


def test_progress_is_passed_on_before_the_result(kit: Kit) -> None:
    kit.dispatch("tell", "told", word="half of it")

    heard = kit.engine.word("told")
    gates.open.release()

    assert heard == "half of it"
    assert kit.engine.reply("told").error is None


def test_the_same_message_is_repeated_to_learn_whether_the_result_is_wanted(
    kit: Kit,
) -> None:
    kit.dispatch("tell", "repeated", word="loading")

    heard = [kit.engine.word("repeated") for _ in range(3)]
    gates.open.release()

    assert heard == ["loading"] * 3


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_work_whose_result_is_not_wanted_any_more_ends(kind: str) -> None:
    with Kit(app, worker_kind=kind) as kit:
        kit.engine.progress_answers = [200, 503, 409]

        kit.dispatch("talk", "unwanted")
        reply = kit.engine.reply("unwanted")

    assert reply.error == "the result is not wanted any more"


def test_a_caller_that_is_not_an_engine_gets_the_result_only(kit: Kit) -> None:
    query = {"callback_url": kit.callback_url, "task_id": "foreign"}
    kit.http.post("/tell", params=query, json={"word": "half"})

    gates.open.release()

    assert kit.engine.reply("foreign").typed == {}
    assert not kit.engine.has_word("foreign")


def test_progress_is_not_an_input(kit: Kit) -> None:
    announcement = kit.announcement("tell")

    assert announcement["api"]["body"] == {"word": "text"}


def test_of_a_long_message_the_end_is_kept(tmp_path: Path) -> None:
    progress = Progress(tmp_path)

    progress("x" * MAX_MESSAGE_CHARACTERS + " end \ud800")

    kept = "x" * (MAX_MESSAGE_CHARACTERS - 6) + " end ?"
    assert progress.last_message() == ProgressMessage(kept)


def test_a_function_can_be_tested_without_a_service() -> None:
    progress = Progress()

    progress("half of it")

    assert progress.last_message() is None
    assert progress.wanted
