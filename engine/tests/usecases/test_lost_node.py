"""A node is lost with every instance of a service, which have said nothing."""

from datetime import timedelta
from pathlib import Path

import yaml  # type: ignore[import-untyped]  # has no types
from documents import SERIES
from engine.domain.run_faults import Cause
from engine.domain.service import GONE_AFTER
from engine.ports import Acknowledged, Refused
from playground import URL, PlayedOutside, playground

PRODUCTION = Path(__file__).parents[3] / "kubernetes" / "overlays" / "production"
SECOND = timedelta(seconds=1)

NO_ROUTE = Refused("http://10.0.2.7 cannot be reached", code=Cause.UNREACHABLE)


def settings_of_production() -> dict[str, str]:
    """What its ConfigMap says of tries, as settings of an engine."""
    overlay = yaml.safe_load((PRODUCTION / "kustomization.yaml").read_text())
    (literals,) = (one["literals"] for one in overlay["configMapGenerator"])
    values = dict(literal.split("=", 1) for literal in literals)
    return {name.lower(): values[name] for name in ("RETRY",) if name in values}


async def test_in_production_no_task_fails_until_lost_services_count_as_gone(
    tmp_path: Path,
) -> None:
    outside = PlayedOutside(answer=NO_ROUTE)
    async with playground(tmp_path, outside, settings=settings_of_production()) as play:
        # Heard just before it was lost: so long it stays announced.
        await play.announce()
        await play.publish(SERIES)
        task = await play.start()
        lost_at = play.clock.now

        while play.clock.now < lost_at + GONE_AFTER + 75 * SECOND:
            await play.waiting(task)
            await play.wait(SECOND)
        waiting = await play.waiting(task)
        play.outside.answer = Acknowledged(URL)
        await play.announce(url="http://elsewhere/work")
        calls = len(play.outside.delivered)
        await play.wait(timedelta(seconds=16))
        again = await play.called(calls + 1)
        await play.report(again, {"x": 1})

        assert waiting["for"] == "no service announces “work” now"
        assert again.url == "http://elsewhere/work"
        assert (await play.ended(task))["status"] == "finished"
