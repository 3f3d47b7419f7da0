"""Brings end results to the callers of tasks."""

from urllib.parse import urlsplit

from engine.domain import messages as m
from engine.domain.errors import Unavailable
from engine.domain.frame import Frame, FrameStatus
from engine.domain.protocol import TASK_ID
from engine.domain.rules import Rules
from engine.domain.values import unwrap
from engine.ports import Delivery, Inbox, Outside, Refused
from engine.usecases.calls import RIDE_ALONG_DELAY
from engine.usecases.pipelines import Pipelines
from engine.usecases.reports import outputs


class Pushes:
    """Carries out `PushResult`."""

    def __init__(
        self, *, pipelines: Pipelines, outside: Outside, inbox: Inbox, rules: Rules
    ) -> None:
        self._pipelines = pipelines
        self._outside = outside
        self._inbox = inbox
        self._rules = rules

    async def push(self, frame: Frame) -> None:
        """Send the end result to the task's caller, in the way a service does.

        Raises `Unavailable` if it did not arrive: the timers order it again.
        """
        push = frame.push
        if push is None:
            return

        program = await self._pipelines.program(frame.route, frame.version)
        payload = outputs(unwrap(frame.runs[program.pipeline.end.id].out))
        if frame.status is not FrameStatus.FINISHED:
            payload = {"type": "error", "message": frame.error or str(frame.status)}

        delivery = Delivery(
            url=push.url,
            query={TASK_ID: push.task_id},
            payload=payload,
            headers={},
            # Not longer than until the next try is ordered.
            timeout=self._rules.call_again,
        )
        answer = await self._outside.deliver(delivery)

        # Some refusals are answers too: the caller does not take this result, or does
        # not wait for it any more. Sending it again would change nothing.
        if isinstance(answer, Refused) and not (answer.final or answer.unawaited):
            # This goes to the log. The address may hold a password or a token.
            host = urlsplit(push.url).hostname
            raise Unavailable(f"the caller at {host}", answer.reason)
        self._inbox.post_later(frame.path, m.ResultPushed(), RIDE_ALONG_DELAY)
