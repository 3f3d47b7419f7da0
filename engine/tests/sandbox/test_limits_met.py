"""An operator is told which limits the code of authors meets, and how often."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.sandbox.met import LIMITS, LimitsMet
from engine.domain.errors import CodeFailed

from .conftest import MakeScope

ASKS = "import os\nfor i in range(99):\n  try: os.getenv('x')\n  except: pass"
DEEP = "x = 1\nfor i in range(30): x = [x]\nnode.out['x'] = x"

MEETS: Mapping[str, str] = {
    "source_bytes": "x = 1\n" * 2_000,
    "run_time": "while True: pass",
    "memory_bytes": "x = [0] * 10**9",
    "call_depth": "def f(): return f()\nf()",
    "host_requests": ASKS,
    "printed_bytes": "print('x' * 10**6)",
    "output_values": "node.out['x'] = [0] * 10**5",
    "output_depth": DEEP,
    "output_bytes": "node.out['x'] = 'x' * 1_100_000",
    "integer_bits": "node.out['x'] = 2**70",
}
"""By limit: code that meets this one."""

OTHERS = {
    "wait": "it needs a busy sandbox: test_workers.py has that",
    "worker": "it needs a mistake in the interpreter",
}


@pytest.fixture(scope="module")
def patient() -> Iterator[MontyEvaluator]:
    """On a busy machine its time is not met before what is to be met."""
    limits = SandboxLimits(
        run_time=timedelta(seconds=60), request_time=timedelta(seconds=240)
    )
    with MontyEvaluator(limits) as evaluator:
        yield evaluator


@pytest.mark.parametrize("limit", MEETS)
def test_a_limit_that_code_meets_is_counted_under_its_name(
    evaluator: MontyEvaluator, patient: MontyEvaluator, scope: MakeScope, limit: str
) -> None:
    one = evaluator if limit == "run_time" else patient
    before = dict(one.limits_met)

    with pytest.raises(CodeFailed):
        one.statements(MEETS[limit], scope())

    assert grown(one, before) == {limit}


def grown(evaluator: MontyEvaluator, before: Mapping[str, int]) -> set[str]:
    """The limits that code has met since then."""
    return {name for name in LIMITS if evaluator.limits_met[name] > before[name]}


def test_an_error_of_the_author_meets_no_limit(
    evaluator: MontyEvaluator, scope: MakeScope
) -> None:
    before = dict(evaluator.limits_met)

    for source in ("1 / 0", "x = (", "unknown"):
        with pytest.raises(CodeFailed):
            evaluator.statements(source, scope())

    assert not grown(evaluator, before)


def test_each_limit_has_a_name_from_the_start() -> None:
    assert set(LimitsMet().counts) == MEETS.keys() | OTHERS.keys()
