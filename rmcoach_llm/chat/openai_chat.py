"""A chat model behind any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from rmcoach_llm.chat.carrier import Response, create_carrier, fault_of
from rmcoach_llm.chat.faults import Endpoint, read_complaint
from rmcoach_llm.chat.pacing import EndpointDown, Limiter
from rmcoach_llm.chat.replies import Answer, EventReader, ReplyTooLong, same_model
from rmcoach_llm.chat.retry import with_retries
from rmcoach_llm.chat.wire import Dialect, body_of, refused_parameter
from rmcoach_llm.domain import ChatReply, ChatRequest, Usage, estimated_tokens
from rmcoach_llm.errors import (
    BadReply,
    ConfigError,
    ContextTooLong,
    ModelError,
    ModelMismatch,
    ModelTimeout,
    ModelUnreachable,
    ReplyCut,
    ServerFault,
)
from rmcoach_llm.protocols import OnText
from rmcoach_llm.settings import OPENAI_HOST, ModelSettings

BYTES_PER_CHAR = 12
"""The longest JSON escape of one character: a surrogate pair."""

ENVELOPE_BYTES = 262_144
GRACE_S = 2.0
"""How long the end of a stream may tarry once the model has said that it is done."""

FIRST_SHARE = 2 / 3
"""How much of a call's time the first try of an answer that comes whole may take."""

log = logging.getLogger(__name__)


@dataclass
class _Call:
    """Keep what one call has shown and cost so far, over all its tries."""

    request: ChatRequest
    on_text: OnText | None
    shown: str = ""
    tries: int = 0
    usage: Usage = field(default_factory=Usage)

    async def show(self, text: str) -> None:
        """Pass new text on."""
        if self.on_text is not None and text:
            self.shown += text
            await self.on_text(text)

    def unseen(self) -> bool:
        """Say whether another try can still go unseen."""
        return not self.shown.strip()


class OpenAIChat:
    """Answer through the chat completions of an OpenAI-compatible endpoint.

    All calls of one adapter share its pace, its breaker and its connections; use it in one event
    loop. The deadline of a call begins when it gets one of `max_concurrency` places.

    Raises ConfigError where no model is chosen or no client can be made.
    """

    def __init__(self, settings: ModelSettings, *, limiter: Limiter | None = None) -> None:
        if settings.model is None:
            raise ConfigError("no model is chosen", remedy="give --model NAME or set RMCOACH_MODEL")
        self.name = settings.model
        self._settings = settings
        self._at = Endpoint(settings.host, settings.model)
        self._carrier = create_carrier(settings)
        self._limiter = limiter or Limiter(
            settings.host, max_concurrency=settings.max_concurrency, outage_s=settings.outage_s
        )
        openai_itself = settings.host == OPENAI_HOST
        self._dialect = Dialect("max_completion_tokens" if openai_itself else "max_tokens")
        self._warned_of: set[str] = set()

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the whole answer; with `on_text` also piece by piece as it comes.

        Raises a `ModelError`. Once text has been passed on, whatever may pass on another try is
        a `ReplyCut` that carries that text as `partial`: nothing is said twice unasked.
        """
        self._refuse_too_long(request)
        call = _Call(request, on_text)
        patience = self._limiter.patience()
        while True:
            async with self._limiter.slot(patience):
                try:
                    return await self._within_deadline(call)
                except EndpointDown:
                    log.info("%s is down: waits for it", self._at.host)
                except (ServerFault, ModelUnreachable) as fault:
                    if not self._may_be_outage(fault, patience):
                        raise
                    log.info("waits for the endpoint: %s", fault.message)

    async def close(self) -> None:
        """Let connections go; may be called twice."""
        await self._carrier.close()

    def _may_be_outage(self, fault: ModelError, patience: float) -> bool:
        in_time = asyncio.get_running_loop().time() < patience
        return in_time and fault.retryable and not fault.maybe_billed

    def _refuse_too_long(self, request: ChatRequest) -> None:
        window = self._settings.context_tokens
        if window is not None and (tokens := estimated_tokens(request)) > window:
            raise ContextTooLong(
                f"the request is about {tokens} tokens long with its answer, '{self.name}' takes {window}",
                remedy="use a shorter transcript or a model with a larger context",
            )

    async def _within_deadline(self, call: _Call) -> ChatReply:
        call.tries = 0
        budget = call.request.deadline_s or self._settings.deadline_s
        deadline = asyncio.get_running_loop().time() + budget
        try:
            async with asyncio.timeout_at(deadline) as total:
                return await with_retries(
                    lambda: self._attempt(call, deadline),
                    attempts=self._settings.attempts,
                    deadline=deadline,
                    may_repeat=call.unseen,
                )
        except TimeoutError:
            if not total.expired():
                raise
            fault: ModelError = ModelTimeout(
                f"{self._at.host}: no whole answer within {budget:g} s",
                remedy="try again, or allow more time with deadline_s in the config file",
                maybe_billed=True,
            )
        except ModelError as error:
            fault = error
        if fault.retryable and not call.unseen():
            fault = ReplyCut(fault.message, remedy=fault.remedy, partial=call.shown)
        raise fault

    async def _attempt(self, call: _Call, deadline: float) -> ChatReply:
        async with self._limiter.turn(deadline):
            call.tries += 1
            while True:
                body = body_of(
                    call.request, self.name, self._dialect, stream=call.on_text is not None
                )
                answer = await self._exchange(call, body, deadline)
                if answer is not None:
                    break
            self._check_model(answer)
            return answer.reply().model_copy(update={"usage": call.usage})

    def _patience(self, call: _Call, deadline: float) -> float | None:
        """Give the seconds until the first word, or until the whole answer where none is streamed.

        A call whose first try is lost shall have time for a second one.
        """
        if call.on_text is not None:
            return self._settings.first_token_s
        if call.tries > 1 or self._settings.attempts == 1:
            return None
        return FIRST_SHARE * (deadline - asyncio.get_running_loop().time())

    async def _exchange(self, call: _Call, body: dict[str, Any], deadline: float) -> Answer | None:
        """Send one request; None if the endpoint refused a parameter that we can do without."""
        answer = Answer(self._at, key=self._settings.api_key)
        fault: ModelError | None = None
        try:
            async with asyncio.timeout(self._patience(call, deadline)) as wait:
                await self._receive(call, body, answer, wait)
        except self._carrier.errors as error:
            if self._adapt(error, body):
                return None
            fault = fault_of(error, self._at, self._carrier)
        except TimeoutError:
            if not wait.expired():
                raise
            if not answer.finish:
                fault = ModelTimeout(
                    f"{self._at.host}: the model fell silent", remedy="try again", maybe_billed=True
                )
        except ModelError as error:
            fault = error
        held = answer.end()
        shown = fault is None and bool(answer.finish)
        fault = fault or answer.fault()
        call.usage += _used(answer, fault)
        if shown:
            await call.show(held)
        if fault is not None:
            raise fault
        return answer

    def _adapt(self, error: Exception, body: dict[str, Any]) -> bool:
        refusal = self._carrier.refusal(error)
        if refusal is None:
            return False
        refused = refused_parameter(refusal.status, read_complaint(refusal.body))
        dialect = self._dialect.without(refused, body)
        if dialect is None:
            return refused in self._dialect.omitted and refused in body
        log.warning("%s does not take '%s': asked again without it", self._at.host, refused)
        self._dialect = dialect
        return True

    async def _receive(
        self, call: _Call, body: dict[str, Any], answer: Answer, wait: asyncio.Timeout
    ) -> None:
        async with self._carrier.post(body) as response:
            await self._read(call, response, answer, wait)

    async def _read(
        self, call: _Call, response: Response, answer: Answer, wait: asyncio.Timeout
    ) -> None:
        if "text/html" in response.kind:
            raise BadReply(
                f"{self._at.host}: sent a web page in place of an answer",
                remedy="check base_url; a log-in page of the network may stand in between",
            )
        if call.on_text is not None and "text/event-stream" in response.kind:
            await self._receive_events(call, response.chunks, answer, wait)
            return
        if call.on_text is not None:
            wait.reschedule(None)
        answer.add_body(await self._whole(response.chunks))
        self._cap(answer)
        await call.show(answer.text)

    async def _receive_events(
        self, call: _Call, chunks: AsyncIterator[bytes], answer: Answer, wait: asyncio.Timeout
    ) -> None:
        clock = asyncio.get_running_loop().time
        reader = EventReader(self._most_bytes())
        async for chunk in chunks:
            for event in reader.feed(chunk):
                if event == "[DONE]":
                    return
                text, at_work = answer.add_event(event)
                self._cap(answer)
                if text:
                    wait.reschedule(None)
                    await call.show(text)
                if answer.finish:
                    wait.reschedule(clock() + GRACE_S)
                elif at_work:
                    wait.reschedule(clock() + self._settings.idle_s)

    async def _whole(self, chunks: AsyncIterator[bytes]) -> bytes:
        body = bytearray()
        async for chunk in chunks:
            body += chunk
            if len(body) > self._most_bytes():
                raise ReplyTooLong(f"{self._at.host}: the answer is larger than any may be")
        return bytes(body)

    def _most_bytes(self) -> int:
        return ENVELOPE_BYTES + BYTES_PER_CHAR * self._settings.max_reply_chars

    def _cap(self, answer: Answer) -> None:
        most = self._settings.max_reply_chars
        if len(answer.text) > most:
            raise ReplyTooLong(
                f"{self._at.host}: the answer is longer than {most} characters",
                remedy="ask for less, or allow more with max_reply_chars in the config file",
                partial=answer.text[:most],
            )

    def _check_model(self, answer: Answer) -> None:
        served = answer.model
        if not served or same_model(self.name, served):
            return
        if self._settings.strict_model:
            raise ModelMismatch(
                f"{self._at.host}: '{served}' answered, '{self.name}' was asked for",
                remedy="choose a model that 'rmcoach doctor' lists",
                maybe_billed=True,
            )
        if served not in self._warned_of:
            self._warned_of.add(served)
            log.warning("%s: '%s' answered, '%s' was asked for", self._at.host, served, self.name)


def _used(answer: Answer, fault: ModelError | None) -> Usage:
    """Give what a request has used; one that never arrived is no call."""
    if fault is not None and fault.maybe_billed and not answer.usage.prompt_tokens:
        return answer.usage.model_copy(update={"uncounted": 1})
    return Usage() if isinstance(fault, ModelUnreachable) else answer.usage
