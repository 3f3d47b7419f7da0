"""Whether the result of a service is what the service announces."""

from engine.domain.errors import UnfitResult, Unknown
from engine.domain.values import Json
from engine.usecases.callback_ids import Callback
from engine.usecases.frames import Frames
from engine.usecases.judging import Judging
from engine.usecases.pipelines import Pipelines

MAX_FAULTS = 20
"""Told of one result: they are kept with the run."""


class Results:
    """Judges what services bring, by the contracts that they announce."""

    def __init__(
        self, *, frames: Frames, pipelines: Pipelines, judging: Judging
    ) -> None:
        self._frames = frames
        self._pipelines = pipelines
        self._judging = judging

    async def expect_fit(
        self, callback: Callback, data: dict[str, Json], json_bytes: int
    ) -> None:
        """Raises `UnfitResult`, `TooMuch`. Without a contract everything fits."""
        if not callback.service:
            return
        try:
            published = await self._pipelines.current(callback.service)
            version = published.pipeline.version
            # The same object while it is remembered: its contract is compiled once.
            program = await self._pipelines.program(callback.service, version)
        except Unknown:
            # It has gone since, and with it what it announced.
            return

        contract = program.pipeline.entry.api.result_contract
        if contract is None:
            return
        judged = await self._judging.judged(
            callback.service, contract, data, fills=False, sent_bytes=json_bytes
        )
        if not judged.faults:
            return

        # An older instance may have done the work: it gives what it announced then.
        frame = await self._frames.outline(callback.path)
        run = frame.runs.get(callback.node)
        began_at = run.started_at if run else None
        if began_at is None or began_at >= published.published_at:
            raise UnfitResult(callback.service, judged.faults[:MAX_FAULTS])
