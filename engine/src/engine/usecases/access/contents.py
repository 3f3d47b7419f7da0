"""What belongs to a space: it can be deleted when nothing does."""

from collections.abc import Sequence

from engine.domain.task_lists import Seen, TaskFilter
from engine.ports import FrameStore, PipelineStore, ScheduleStore, SecretStore
from engine.usecases.access.homes import Homes
from engine.usecases.secrets import key_of_secret


class Contents:
    """Looks into all stores in which something names a space."""

    def __init__(
        self,
        *,
        homes: Homes,
        pipelines: PipelineStore,
        frames: FrameStore,
        schedules: ScheduleStore,
        secrets: SecretStore,
    ) -> None:
        self._homes = homes
        self._pipelines = pipelines
        self._frames = frames
        self._schedules = schedules
        self._secrets = secrets

    async def of(self, space: str) -> Sequence[str]:
        """What is in a space, in words; nothing: it is empty."""
        found = []
        homes = await self._homes.all()
        routes = [
            row.route
            for row in await self._pipelines.current()
            if row.route in homes and homes[row.route].space == space
        ]
        if routes:
            found.append(f"the route “{routes[0]}”")

        tasks, _ = await self._frames.tasks(
            TaskFilter(seen=Seen(all_in=(space,))), None, 1
        )
        if tasks:
            found.append(f"the task {tasks[0].id}")

        schedules = await self._schedules.all()
        if any(schedule.space == space for schedule in schedules):
            found.append("a schedule")

        begin = key_of_secret("", space)
        if any(one.name.startswith(begin) for one in await self._secrets.lines()):
            found.append("a secret")
        return found
