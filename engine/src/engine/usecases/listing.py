"""What lists show of every route, made once for each version.

There may be a thousand routes with documents of a megabyte. So a list is made of short
pieces that are remembered; of a route that is new one document is read at a time.
"""

import asyncio
from collections.abc import Callable, Sequence

from engine.domain.values import Json
from engine.ports import Current, PipelineStore, Published
from engine.usecases.recent import Recent

PIECES_BYTES = 32 << 20
"""Memory that remembered pieces may take: all of a thousand routes, if each has the
largest."""

Piece = Callable[[Published], bytes]
"""What one list shows of a route, short whatever its document."""


class Listing:
    """The pieces of one list."""

    def __init__(self, store: PipelineStore) -> None:
        self._store = store
        self._known: Recent[tuple[Piece, Current], bytes] = Recent(PIECES_BYTES, len)

        # Many who ask at the same time wait for one who reads.
        self._reading = asyncio.Lock()

    async def pieces(
        self, current: Sequence[Current], piece: Piece
    ) -> list[tuple[Current, bytes]]:
        """The piece of each route; one that was removed meanwhile has none."""
        pieces = []
        for row in current:
            known = self._known.get((piece, row))
            if known is None:
                known = await self._made(row, piece)
            if known is not None:
                pieces.append((row, known))
        return pieces

    async def _made(self, row: Current, piece: Piece) -> bytes | None:
        async with self._reading:
            known = self._known.get((piece, row))
            if known is not None:
                return known

            published = await self._store.find(row.route)
            if published is None:
                return None

            made = piece(published)
            # A newer version may have been published since it was listed: that one is
            # shown, and remembered when it is listed itself.
            if published.pipeline.version == row.version:
                self._known.put((piece, row), made)
            return made


def route_line(published: Published) -> dict[str, Json]:
    """What is shown of a route, whether or not it can be called now."""
    api = published.pipeline.entry.api
    return {
        "route": published.route,
        "type": published.owner,
        "summary": api.summary,
        "description": api.description,
        "body": api.body,
        "bodyType": api.body_type,
        "resultType": api.result_type,
        "inputSchema": api.takes,
        "outputSchema": api.gives,
        "output": api.output if api.output is not None else api.result_type,
        "tags": api.tags,
        "version": published.pipeline.version,
        "published_at": published.published_at,
    }
