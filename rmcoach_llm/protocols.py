"""The seams: what may be replaced by a plugin, each a small Protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar, get_args, runtime_checkable

from rmcoach_llm.domain import (
    Brief,
    CallEnding,
    CallIntent,
    ChatReply,
    ChatRequest,
    Cue,
    FrozenMap,
    Heard,
    LedgerStatus,
    Outcome,
    Prompt,
    Record,
    Role,
    Rubric,
    Scenario,
    Scorecard,
    Speech,
    Stance,
    StructuredReply,
    Transcript,
    Turn,
    WorkState,
)
from rmcoach_llm.errors import InputError, UsageError

R = TypeVar("R", bound=Record)

OnText = Callable[[str], Awaitable[None]]
"""Called with each piece of text as it comes; the pieces joined are the whole text.

A voice whose line is stopped half-way says so in between and starts over.
"""


class ChatModel(Protocol):
    """Answer a chat request with a whole reply, or raise a `ModelError`."""

    name: str
    """The model asked for, as the endpoint names it."""

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the whole answer; with `on_text` also piece by piece as it comes."""
        ...

    async def close(self) -> None:
        """Let connections go; may be called twice."""
        ...


class StructuredModel(Protocol):
    """Answer a chat request with a record of a given type, or raise a `ModelError`."""

    name: str

    async def ask(self, request: ChatRequest, shape: type[R]) -> StructuredReply[R]:
        """Give the answer as a valid record of `shape`."""
        ...


class Listener(Protocol):
    """Hear what the trainee's last line did and which facts it asked for."""

    name: str

    async def hear(self, scenario: Scenario, transcript: Transcript, stance: Stance) -> Heard:
        """Judge the last turn of the transcript, which is the trainee's; give ids and moves."""
        ...


class Voice(Protocol):
    """Say what the cue allows, as this person."""

    name: str

    async def speak(
        self, scenario: Scenario, transcript: Transcript, cue: Cue, *, on_text: OnText | None = None
    ) -> Speech:
        """Give the stakeholder's next line; raises a `ModelError` when there is none to give."""
        ...


class Evaluator(Protocol):
    """Judge a transcript."""

    name: str
    fingerprint: str
    """Digest of all that decides the outcome besides the transcript: rubrics, prompts, model."""

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the scorecard; what could not be judged is in it as unscored, with the reason."""
        ...


@dataclass(frozen=True)
class Expected:
    """Say what calls to come are likely to take, from the least to the most.

    Tokens are those of all `calls` together.
    """

    model: str
    prompt_tokens: tuple[int, int]
    answer_tokens: tuple[int, int]
    calls: tuple[int, int] = (1, 1)


@runtime_checkable
class Priced(Protocol):
    """Say beforehand what judging will ask of models; an evaluator may keep to it as well."""

    def expects(self, transcript: Transcript) -> Sequence[Expected] | None:
        """Give the calls that a transcript will take, none without a model; None if unknown."""
        ...


def expected_of(evaluator: Evaluator, transcript: Transcript) -> Sequence[Expected] | None:
    """Give the calls that judging a transcript will take, None where the evaluator cannot say."""
    return evaluator.expects(transcript) if isinstance(evaluator, Priced) else None


class Store(Protocol):
    """Keep practice sessions; each call is on disk when it returns."""

    def begin(self, transcript: Transcript) -> None:
        """Keep a new session; its id must not be taken."""
        ...

    def append(self, session_id: str, turn: Turn, *, number: int) -> None:
        """Keep a turn as turn `number` (from 0) of a session.

        Raises SessionConflict where that is not the next number, as another process has gone on
        with the session; nothing is kept then. Check and write are one step.
        """
        ...

    def load(self, session_id: str) -> Transcript:
        """Give a session as it stands; raises UsageError for an unknown id."""
        ...

    def sessions(self) -> tuple[Transcript, ...]:
        """Give all sessions without their turns, newest first."""
        ...

    def keep_brief(self, session_id: str, brief: Brief) -> None:
        """Keep what the trainee took from a session, in the place of what was kept before."""
        ...

    def keep_scorecard(self, session_id: str, scorecard: Scorecard) -> None:
        """Keep a scorecard of a session."""
        ...

    def scorecards(self, session_id: str) -> tuple[Scorecard, ...]:
        """Give the scorecards of a session, oldest first."""
        ...

    def delete(self, session_id: str) -> None:
        """Forget a session and its scorecards."""
        ...

    def close(self) -> None:
        """Let the store go; may be called twice."""
        ...


class Ledger(Protocol):
    """Keep what was judged, and each call made for it: nothing is lost, nothing is asked twice.

    The key of a piece of work is `work_key(transcript digest, evaluator fingerprint)`. One process
    at a time holds a ledger for writing. What is awaited is on disk when it returns.
    """

    def outcomes(self, keys: Sequence[str]) -> Mapping[str, Outcome]:
        """Give in short what came of each piece of work; what is not kept is left out."""
        ...

    def states(self, keys: Sequence[str]) -> Mapping[str, WorkState]:
        """Give how each piece of work stands; what is not kept is left out."""
        ...

    def scorecard(self, key: str) -> Scorecard:
        """Give the scorecard of a piece of work; raises StoreError where there is none."""
        ...

    def replies(self, key: str) -> Mapping[tuple[str, int], ChatReply]:
        """Give the answers kept for work that was cut off, by request digest and ordinal."""
        ...

    async def begin_call(self, intent: CallIntent) -> int:
        """Note that a model is about to be asked; gives the call's number."""
        ...

    async def end_call(
        self, number: int, ending: ChatReply | CallEnding, *, cost: float | None = None
    ) -> None:
        """Close a call: with its answer and its cost, or with the reason why there is none."""
        ...

    async def finish(self, key: str, scorecard: Scorecard, *, state: WorkState) -> Outcome:
        """Keep a scorecard in the place of any before it, and drop the answers it was made of.

        Gives it in short, with what its calls have cost.
        """
        ...

    def reading(self, content: str) -> tuple[tuple[str, str], ...] | None:
        """Give (id, digest) of each transcript that a file of this content digest held, if kept."""
        ...

    def remember(self, content: str, talks: Sequence[tuple[str, str]]) -> None:
        """Keep which transcripts a file held, so that it need not be parsed again.

        It is written some time later; where it is lost, the file is parsed again.
        """
        ...

    def status(self) -> LedgerStatus:
        """Count what is kept, and list the calls that may have been charged for in vain."""
        ...

    def close(self) -> None:
        """Write what is waiting and let the file go; may be called twice."""
        ...


class ReadOptions(Record):
    """Say how to read a file: who is scored, in which encoding, under which name it is shown.

    `trainee` names the speaker who is scored, or is a pattern for the name. `roles` gives roles by
    name or pattern, the first that fits. `label` is the file as messages and ids show it.
    `encoding` overrides UTF-8 (or UTF-16 with a byte order mark).
    """

    trainee: str | None = None
    roles: FrozenMap[Role] = FrozenMap()
    label: str | None = None
    encoding: str | None = None


class TranscriptReader(Protocol):
    """Read transcripts from a file, one at a time."""

    name: str
    suffixes: tuple[str, ...]
    """File endings that it reads, with the dot, in small letters."""

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield each transcript, and an InputError for each bad record in between.

        A file that cannot be read at all raises InputError.
        """
        ...


Calls = Literal["one", "rubric", "criterion"]
"""How many requests judge a transcript: one for all, one a rubric, or one a criterion."""


@dataclass(frozen=True)
class JudgeOptions:
    """Say how a model is to judge.

    `verify` asks about each credited behaviour again, by its quote alone; `repeats` judges so
    many times; `coach` has the model write what to say instead and read the brief of a session.
    Raises UsageError for `calls` that are none of the three, less than one repeat, and a `verify`
    that is neither True nor False.
    """

    calls: Calls = "one"
    verify: bool = False
    repeats: int = 1
    coach: bool = False

    def __post_init__(self) -> None:
        """Refuse what no type checker has seen."""
        if self.calls not in get_args(Calls):
            allowed = ", ".join(get_args(Calls))
            raise UsageError(f"calls: found {self.calls!r:.40}", remedy=f"choose one of: {allowed}")
        if not isinstance(self.repeats, int) or self.repeats < 1:
            raise UsageError(
                f"repeats: found {self.repeats!r:.40}", remedy="give a whole number, 1 or more"
            )
        if not isinstance(self.verify, bool):
            raise UsageError(f"verify: found {self.verify!r:.40}", remedy="give True or False")


Detector = Callable[[Transcript], Iterable[tuple[int, str]] | Literal["no_opportunity"]]
"""Where a transcript shows one behaviour: (turn, quote) pairs, turns from 0; none is "not observed".

"no_opportunity" says that nothing in the talk called for it. A detector claims, grounding decides:
a quote counts where it stands in that turn of the trainee. It is called once a transcript.
"""


@dataclass(frozen=True)
class Parts:
    """Hand a factory of a listener, voice or evaluator what it may draw on.

    `prompt` gives a prompt of the library by id. `model` and `structured` are None where no
    model is configured. `rubrics` are those to be scored; empty for listeners and voices.
    `scenario` gives a scenario of the library by id. `options` and `panel`, further models that
    judge as well, are for evaluators, and so are `detectors`, functions that see a behaviour, by
    its id.
    """

    prompt: Callable[[str], Prompt]
    model: ChatModel | None = None
    structured: StructuredModel | None = None
    rubrics: tuple[Rubric, ...] = ()
    scenario: Callable[[str], Scenario] | None = None
    options: JudgeOptions = JudgeOptions()
    panel: tuple[StructuredModel, ...] = ()
    detectors: Mapping[str, Detector] = field(default_factory=dict)
