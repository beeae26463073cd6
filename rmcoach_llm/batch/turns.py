"""Let pieces of work go on one at a time, so that the calls of others begin and end in between."""

from __future__ import annotations

import asyncio


class Turns:
    """Give each task its turn, first come first served, with a pass of the event loop between two.

    To prepare a request or to read an answer takes the processor for some milliseconds. Where 64
    answers come at once and each task goes straight on, no call begins before the last of them is
    read, and the connections stand idle. A turn is taken before such a stretch.

    >>> async def went():
    ...     order, turns = [], Turns()
    ...
    ...     async def work(name):
    ...         await turns.take()
    ...         order.append(name)
    ...
    ...     await asyncio.gather(work("a"), work("b"))
    ...     return order
    >>> asyncio.run(went())
    ['a', 'b']
    """

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def take(self) -> None:
        """Wait for all who came before, and let everything else that is ready go first."""
        async with self._one:
            await asyncio.sleep(0)
