"""Whether constants of a document fit, as far as that is soon told."""

from collections.abc import Iterator
from itertools import islice

import orjson

from engine.domain.contracts.contract import Contract
from engine.domain.errors import Fault
from engine.domain.values import Json

MAX_FAULTS_OF_CONSTANT = 3


def constant_faults(contract: Contract, key: str, value: Json) -> Iterator[Fault]:
    """What is wrong with a constant as the value of a key.

    A document may have thousands of them. What would take long is judged when the
    value is used.
    """
    only = contract.of_key(key)
    data = {key: value}
    judged = only.judged_at_once(data, len(orjson.dumps(data)), fills=False)
    if judged is not None:
        yield from islice(judged.faults, MAX_FAULTS_OF_CONSTANT)
