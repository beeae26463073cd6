"""Do things at the same time, so that no call which is under way is thrown away for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from rmcoach_llm.errors import ModelError, RmcoachError

T = TypeVar("T")


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Give what each of `work` gives, in its order, all done at the same time.

    Where a model fails for good, the others are stopped: they would meet the same. Any other error
    of ours (a batch that ends, a budget that is spent) is raised when the others have ended: what
    they asked for is paid for.
    """
    parts = list(work)
    if len(parts) == 1:  # as mostly: no task, and no turn of the loop
        return [await parts[0]]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_held(part)) for part in parts]
    except ExceptionGroup as raised:
        raise raised.exceptions[0] from None
    done: list[T] = []
    for task in tasks:
        result, error = task.result()
        if error is not None:
            raise error
        done.extend(result)
    return done


async def _held(work: Coroutine[Any, Any, T]) -> tuple[list[T], RmcoachError | None]:
    try:
        return [await work], None
    except ModelError:
        raise
    except RmcoachError as error:
        return [], error
