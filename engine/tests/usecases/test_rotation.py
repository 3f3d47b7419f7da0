"""SECRET can change while tasks run: what was made under the old one is still known."""

import pytest
from engine.domain.errors import Unknown
from engine.domain.frame import FramePath
from engine.usecases.callback_ids import CallbackIds
from engine.usecases.task_ids import TaskIds

OLD = b"the old one"
NEW = b"the new one"
PATH = FramePath("task/faces[2]")


def test_a_result_comes_back_under_an_id_of_the_old_secret() -> None:
    before = CallbackIds(OLD).sign(PATH, "blur", 3, "image-blur")

    callback = CallbackIds(NEW, [b"an older one", OLD]).read(before)

    assert (callback.path, callback.node, callback.attempt) == (PATH, "blur", 3)
    assert callback.service == "image-blur"


def test_new_ids_are_of_the_new_secret() -> None:
    made = CallbackIds(NEW, [OLD]).sign(PATH, "blur", 1)

    assert CallbackIds(NEW).read(made).node == "blur"
    with pytest.raises(Unknown):
        CallbackIds(OLD).read(made)


def test_an_id_of_a_secret_that_was_dropped_is_unknown() -> None:
    with pytest.raises(Unknown):
        CallbackIds(NEW).read(CallbackIds(OLD).sign(PATH, "blur", 1))


def test_an_id_is_read_alike_where_it_was_signed_and_elsewhere() -> None:
    here = CallbackIds(NEW)
    made = here.sign(PATH, "blur", 3, "image-blur")

    assert here.read(made) == CallbackIds(NEW).read(made)
    # Whoever changes one character of it has no id of this engine.
    with pytest.raises(Unknown):
        here.read(f"{made[:-1]}{'A' if made[-1] != 'A' else 'Q'}")


def test_a_task_is_looked_for_under_both_secrets() -> None:
    [before] = TaskIds(OLD).of_key("blur", "once")
    [called_before] = TaskIds(OLD).of_call("blur", PATH, "call", 1)
    both = TaskIds(NEW, [OLD])

    assert before in both.of_key("blur", "once")
    assert called_before in both.of_call("blur", PATH, "call", 1)
    # A new one gets the first of them, as when the old secret is gone.
    assert both.of_key("blur", "once")[0] == TaskIds(NEW).of_key("blur", "once")[0]
