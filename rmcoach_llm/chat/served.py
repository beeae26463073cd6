"""Which models an endpoint serves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pydantic import SecretStr

from rmcoach_llm.chat.carrier import fault_of
from rmcoach_llm.chat.client import Clients
from rmcoach_llm.chat.faults import Endpoint
from rmcoach_llm.chat.replies import parse_json, shown_name
from rmcoach_llm.errors import BadReply, ModelError, ModelNotFound, ModelTimeout, UsageError
from rmcoach_llm.settings import ModelSettings

LISTING_S = 10.0
MOST_BYTES = 5_000_000
SHOWN = 12


async def list_models(settings: ModelSettings) -> tuple[str, ...]:
    """Give the names of the models that the endpoint serves, sorted; raises a `ModelError`.

    Takes 10 s at most and is not retried.
    """
    at = Endpoint(settings.host, settings.model or "")
    clients = Clients(settings)
    fault: ModelError
    try:
        async with asyncio.timeout(min(LISTING_S, settings.deadline_s)):
            with clients.one() as client:
                listed = client.models.with_streaming_response.list()
            async with listed as response:
                body = bytearray()
                async for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise BadReply(f"{at.host}: the list of models has no end")
            return _names(bytes(body), at, settings.api_key)
    except TimeoutError:
        fault = ModelTimeout(f"{at.host}: no list of models within {LISTING_S:g} s")
    except Clients.errors as error:
        fault = fault_of(error, at, clients)
    finally:
        await clients.close()
    if isinstance(fault, ModelNotFound):
        fault = ModelNotFound(
            f"{at.host}: has no list of models at {settings.base_url}/models",
            remedy="check that base_url ends as the server says, often in /v1",
        )
    raise fault


def _names(body: bytes, at: Endpoint, key: SecretStr | None) -> tuple[str, ...]:
    value = parse_json(body.decode("utf-8", errors="replace"), "the list of models")
    data = value.get("data") if isinstance(value, Mapping) else None
    if not isinstance(data, list):
        raise BadReply(
            f"{at.host}: sent no list of models",
            remedy="check that base_url ends as the server says, often in /v1",
        )
    names = (shown_name(item.get("id"), key) for item in data if isinstance(item, Mapping))
    return tuple(sorted({name for name in names if name}))


async def choose_model(settings: ModelSettings) -> ModelSettings:
    """Give the settings with a model: the one chosen, or else the only one that is served.

    Raises UsageError with the names where several are served and none is chosen.
    """
    if settings.model is not None:
        return settings
    names = await list_models(settings)
    if len(names) == 1:
        return settings.model_copy(update={"model": names[0]})
    listed = ", ".join(names[:SHOWN]) + (
        f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    )
    raise UsageError(
        f"{settings.host} serves {len(names)} models and none is chosen",
        remedy=f"give --model NAME, one of: {listed}" if names else "load a model on the server",
    )
