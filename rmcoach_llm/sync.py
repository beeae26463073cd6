"""What an embedder calls: a talk scored, blocking or not, and the transcripts of a file."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

from rmcoach_llm.errors import InputError, RmcoachError, UsageError
from rmcoach_llm.library import Library
from rmcoach_llm.library.chosen import RubricLike
from rmcoach_llm.protocols import Calls, JudgeOptions, ReadOptions
from rmcoach_llm.readers.given import as_transcript
from rmcoach_llm.settings import load_settings
from rmcoach_llm.wiring import CORE_RUBRICS, evaluator_of, find_model, find_panel, read_file

if TYPE_CHECKING:
    from rmcoach_llm.domain import Scorecard, Transcript
    from rmcoach_llm.protocols import ChatModel, Detector, Evaluator

P = ParamSpec("P")

GIVEN = "arguments"
"""Where a setting came from that a call gave, for messages."""

_OPTION = re.compile(
    r"--(?P<name>trainee|encoding|model|library)\b(?: (?!(?:or|to)\b)(?P<value>[\w.-]+))?"
)
_WANTED = {
    "detectors": ("items", "give a dict: the id of a behaviour, and the function that sees it"),
    "evaluator": ("evaluate", "give a name, or an object that has 'evaluate'"),
    "model": ("complete", "give a name, or an object that has 'complete'"),
}


async def aevaluate(
    talk: object,
    *,
    trainee: str | None = None,
    rubrics: RubricLike | Sequence[RubricLike] = CORE_RUBRICS,
    detectors: Mapping[str, Detector] | None = None,
    evaluator: str | Evaluator | None = None,
    model: str | ChatModel | None = None,
    base_url: str | None = None,
    library: str | Path | None = None,
    calls: Calls = "one",
    verify: bool = False,
    repeats: int = 1,
    panel: Sequence[str | ChatModel] = (),
    pass_mark: float | None = None,
) -> Scorecard:
    """Judge a conversation against rubrics: `await aevaluate(...)`; `evaluate(...)` is the same, and waits.

    `talk` and `trainee` are what `as_transcript` takes: a Transcript, chat messages, dicts,
    pairs, or text. `rubrics` are ids, paths of YAML files, or Rubric objects. `detectors` are
    functions that see a behaviour, by its id; they go before model and rules. `model` is a name
    or a ChatModel of your own; without it the one that is configured judges (RMCOACH_MODEL,
    config file), and with none configured the rules on the language. `evaluator` is the name of
    another, or one of your own, which then decides alone. `library` is a folder with rubrics of
    your own. `calls` says in how many requests a model judges: "one" for all rubrics, one a
    "rubric", or one a "criterion". With `verify` it is asked about each credited quote again,
    alone. `repeats` judges so many times, `panel` holds further models, by name or your own, that
    judge as well: the score is the mean, with an interval. `pass_mark` (0 to 5) decides, or leaves
    undecided where the interval holds it. Scores run from 0 to 5; what could not be judged is
    unscored with its reason.

    Raises InputError for a talk that cannot be read, LibraryError for a rubric file that is not
    valid, ConfigError for a setting or key, UsageError for an unknown rubric or behaviour, for an
    argument of the wrong kind, for `verify`, `repeats` or `panel` without a model, and for
    `evaluate` inside a running event loop, such as a notebook's (await `aevaluate` there); and a
    ModelError only where no call can succeed, such as a refused key.

    >>> card = evaluate(
    ...     [
    ...         ("Ada", "What happens if the close is a day late?"),
    ...         ("Bo", "Then the bank gets an estimate, and nobody likes that."),
    ...     ],
    ...     trainee="Ada",
    ... )
    >>> card.status
    'scored'
    """
    with _in_words_of_python():
        _refuse_wrong_kinds(detectors=detectors, evaluator=evaluator, model=model)
        _refuse_no_list("rubrics", rubrics, most_likely="leave it out for the usual three")
        _refuse_no_list("panel", panel, most_likely=f"give a list: [{panel!r:.80}]")
        transcript = as_transcript(talk, trainee=trainee)
        if evaluator is not None and not isinstance(evaluator, str):
            if detectors:
                raise UsageError(
                    "an evaluator of your own takes no detectors=", remedy="hand it them"
                )
            return await evaluator.evaluate(transcript)
        options = JudgeOptions(calls=calls, verify=verify, repeats=repeats)
        named = model if isinstance(model, str) else None
        settings = load_settings(
            {"model": named, "base_url": base_url, "library": library}, os.environ, given_by=GIVEN
        )
        shelf = Library((settings.library,) if settings.library else ())
        if model is None or isinstance(model, str):
            chat = None if evaluator == "language" else await find_model(settings)
        else:
            chat = model
        others = find_panel(settings, panel)
        try:
            judge = evaluator_of(
                settings,
                shelf,
                chat,
                rubrics=rubrics,
                name=evaluator,
                detectors=detectors,
                options=options,
                panel=others,
                pass_mark=pass_mark,
            )
            return await judge.evaluate(transcript)
        finally:
            for ours in (chat, *others):
                if ours is not None and ours is not model and ours not in panel:
                    await ours.close()


def _waiting(ask: Callable[P, Coroutine[Any, Any, Scorecard]], name: str) -> Callable[P, Scorecard]:
    """Give the same call for programs without an event loop, under a name of its own."""

    @wraps(ask)
    def wait(*args: P.args, **kwargs: P.kwargs) -> Scorecard:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(begun(*args, **kwargs))
        raise UsageError(f"{name}() waits, and an event loop runs", remedy=f"await a{name}(...)")

    def begun(*args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, Scorecard]:
        try:
            return ask(*args, **kwargs)  # nothing runs yet: what it may raise is of its arguments
        except TypeError as error:
            raise TypeError(str(error).replace(f"{ask.__name__}()", f"{name}()", 1)) from None

    wait.__name__ = wait.__qualname__ = name
    return wait


evaluate = _waiting(aevaluate, "evaluate")


def read_transcripts(
    path: str | Path, *, trainee: str | None = None, encoding: str | None = None
) -> Iterator[Transcript]:
    """Read the transcripts of a file, one at a time, by the reader of its ending.

    `trainee` names the speaker who is scored, `encoding` says how a file is written that is not
    UTF-8. Raises InputError at the first record that cannot be read; those before it have been
    given.
    """
    for name, value in (("path", path), ("trainee", trainee), ("encoding", encoding)):
        if not isinstance(value, (str, Path) if name == "path" else (str, type(None))):
            raise UsageError(f"{name}= is of type {type(value).__name__}", remedy="give text")
    options = ReadOptions(trainee=trainee, label=str(path), encoding=encoding)
    with _in_words_of_python():
        for item in read_file(Path(path), options):
            if isinstance(item, InputError):
                raise item
            yield item


@contextmanager
def _in_words_of_python() -> Iterator[None]:
    """Name arguments in what to do, where the parts below name options of the command line."""
    try:
        yield
    except RmcoachError as error:
        error.remedy = _OPTION.sub(_as_argument, error.remedy)
        error.args = (error.message, error.remedy)
        raise


def _as_argument(option: re.Match[str]) -> str:
    value = option["value"]
    return f"{option['name']}='{value}'" if value else f"{option['name']}="


def _refuse_wrong_kinds(**given: object) -> None:
    """Refuse what is neither None nor text nor has the part that it is used by."""
    for name, value in given.items():
        if value is None or (isinstance(value, str) and name != "detectors"):
            continue
        part, remedy = _WANTED[name]
        if isinstance(value, type) or not hasattr(value, part):
            kind = "the class" if isinstance(value, type) else "of type"
            named = value.__name__ if isinstance(value, type) else type(value).__name__
            raise UsageError(f"{name}= is {kind} {named}", remedy=remedy)


def _refuse_no_list(name: str, given: object, *, most_likely: str) -> None:
    """Refuse what goes through a loop as something else than was meant: keys, letters, nothing."""
    if isinstance(given, Mapping):
        raise UsageError(f"{name}= is of type {type(given).__name__}", remedy="give a list")
    if name == "panel" and isinstance(given, str):
        raise UsageError("panel= is text", remedy=most_likely)
    if name == "rubrics" and given in ("", [], ()):
        raise UsageError("rubrics= is empty", remedy=most_likely)
