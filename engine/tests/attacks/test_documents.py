"""Documents that are legal, and as hard to check as their author could make them."""

import asyncio
from pathlib import Path

from attacks.goals import sized
from attacks.victim import victim
from documents import around, node

NODES = sized(900, 300)
"""Of a document; more than 1,000 are refused."""

SENDERS = 4


async def test_documents_that_are_hard_to_check(tmp_path: Path) -> None:
    # No name is known, and each is almost like all others: what was meant?
    nodes = [node("acb" * 30 + str(at), "abc" * 30) for at in range(NODES)]
    document = around(*nodes)

    async with victim(tmp_path) as engine:
        async with engine.under_attack(5, "documents hard to check") as outcome:
            answers = await asyncio.gather(
                *(engine.publish(document) for _ in range(SENDERS))
            )
            outcome.append("refused with their faults")

    # On a busy machine a check may reach its deadline, which is answered 413.
    assert {answer.status_code for answer in answers} <= {413, 422, 503}
