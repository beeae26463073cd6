"""The parts put together: what an embedder calls, blocking or not, and the command line too."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rmcoach_llm import plugins
from rmcoach_llm.errors import InputError, PluginError, UsageError
from rmcoach_llm.library import Library
from rmcoach_llm.protocols import Calls, JudgeOptions, Parts, ReadOptions
from rmcoach_llm.settings import Settings, load_settings

if TYPE_CHECKING:
    from rmcoach_llm.domain import Rubric, Scorecard, Transcript
    from rmcoach_llm.protocols import ChatModel, Evaluator, TranscriptReader

CORE_RUBRICS = ("needs-discovery", "persuasion", "credibility")


async def aevaluate(
    transcript: Transcript,
    *,
    rubrics: Sequence[str] = CORE_RUBRICS,
    model: str | ChatModel | None = None,
    base_url: str | None = None,
    library: Path | None = None,
    calls: Calls = "one",
    verify: bool = False,
) -> Scorecard:
    """Judge a transcript against rubrics of the library; see `evaluate`."""
    options = JudgeOptions(calls=calls, verify=verify)
    settings = load_settings(
        {
            "model": model if isinstance(model, str) else None,
            "base_url": base_url,
            "library": library,
        },
        os.environ,
    )
    shelf = Library((settings.library,) if settings.library else ())
    chat = await find_model(settings) if model is None or isinstance(model, str) else model
    try:
        judge = evaluator_of(settings, shelf, chat, rubrics=rubrics, options=options)
        return await judge.evaluate(transcript)
    finally:
        if chat is not None and chat is not model:
            await chat.close()


def evaluate(
    transcript: Transcript,
    *,
    rubrics: Sequence[str] = CORE_RUBRICS,
    model: str | ChatModel | None = None,
    base_url: str | None = None,
    library: Path | None = None,
    calls: Calls = "one",
    verify: bool = False,
) -> Scorecard:
    """Judge a transcript against rubrics of the library, and wait for the scorecard.

    `model` is a name or a ChatModel of your own; without it the one that is configured judges
    (RMCOACH_MODEL, config file), and with none configured the rules on the language.
    `library` is a folder with rubrics of your own. `calls` says in how many requests a model
    judges: "one" for all rubrics, one a "rubric", or one a "criterion". With `verify` it is
    asked about each credited quote again, alone. Scores run from 0 to 5; what could not be judged
    is unscored with its reason. Raises UsageError for an unknown rubric, for `verify` without a
    model or inside a running event loop (await `aevaluate` there), and a `ModelError` only where
    no call can succeed, such as a refused key.

    >>> from rmcoach_llm import Transcript, evaluate
    >>> talk = Transcript.of(
    ...     "t1",
    ...     [
    ...         ("Ada", "trainee", "What happens if the close is a day late?"),
    ...         ("Bo", "stakeholder", "Then the bank gets an estimate, and nobody likes that."),
    ...     ],
    ... )
    >>> evaluate(talk).status
    'scored'
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        raise UsageError("evaluate() waits, and an event loop runs", remedy="await aevaluate(...)")
    return asyncio.run(
        aevaluate(
            transcript,
            rubrics=rubrics,
            model=model,
            base_url=base_url,
            library=library,
            calls=calls,
            verify=verify,
        )
    )


def read_transcripts(path: str | Path, *, trainee: str | None = None) -> Iterator[Transcript]:
    """Read the transcripts of a file, one at a time, by the reader of its ending.

    `trainee` names the speaker who is scored. Raises InputError at the first record that cannot
    be read; those before it have been given.
    """
    for item in read_file(Path(path), ReadOptions(trainee=trainee, label=str(path))):
        if isinstance(item, InputError):
            raise item
        yield item


def read_file(path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
    """Read a file by the reader of its ending; errors of single records come in between.

    Raises InputError for an ending that no reader knows and for a file that cannot be read.
    """
    if not path.is_file() and path.suffix == "":
        found = "is a directory" if path.is_dir() else "not found"
        raise InputError(options.label or str(path), "whole file", found, remedy="name a file")
    readers = readers_by_suffix()
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            options.label or str(path),
            "whole file",
            f"no reader for the ending '{path.suffix}'",
            remedy=f"known are {' '.join(sorted(readers))}",
        )
    yield from reader.read(path, options)


def readers_by_suffix() -> dict[str, TranscriptReader]:
    """Give the installed readers by file ending; raises PluginError where two claim one."""
    found: dict[str, TranscriptReader] = {}
    for name in plugins.entries("readers"):
        reader = plugins.make("readers", name)
        for suffix in reader.suffixes:
            if suffix in found:
                raise PluginError(
                    f"the ending '{suffix}' is claimed by the readers"
                    f" '{found[suffix].name}' and '{reader.name}'",
                    remedy="uninstall one of them",
                )
            found[suffix] = reader
    return found


async def find_model(settings: Settings) -> ChatModel | None:
    """Give the model that is configured, or None; chosen by name, or the only one served.

    `plugin:name` takes the model of a plugin. An address alone is enough where the endpoint
    serves one model; but the address of the environment alone is no choice: it may be there for
    other programs.
    """
    chosen = settings.model
    provider = "openai"
    if chosen.model is None:
        if settings.sources.get("base_url") in (None, "OPENAI_BASE_URL"):
            return None
        from rmcoach_llm.chat import choose_model

        chosen = await choose_model(chosen)
    elif ":" in chosen.model:
        before, _, rest = chosen.model.partition(":")
        if before in plugins.entries("models"):
            provider, chosen = before, chosen.model_copy(update={"model": rest})
    return plugins.make("models", provider, chosen)


def parts_of(
    settings: Settings,
    library: Library,
    model: ChatModel | None,
    rubrics: tuple[Rubric, ...] = (),
    options: JudgeOptions | None = None,
) -> Parts:
    """Give what the factories of listeners, voices and evaluators draw on."""
    structured = None
    if model is not None:
        from rmcoach_llm.chat import create_structured_model

        structured = create_structured_model(model, settings.model)
    return Parts(
        prompt=library.prompt,
        model=model,
        structured=structured,
        rubrics=rubrics,
        scenario=library.scenario,
        options=options or JudgeOptions(),
    )


def evaluator_of(
    settings: Settings,
    library: Library,
    model: ChatModel | None,
    *,
    rubrics: Sequence[str] = (),
    name: str | None = None,
    options: JudgeOptions | None = None,
) -> Evaluator:
    """Give the evaluator asked for; by default the judge with a model, else the language rules.

    Raises UsageError where `options.verify` is asked for and no model is there to look again.
    """
    if options is not None and options.verify and model is None:
        raise UsageError(
            "a second look at the quotes needs a model, and there is none",
            remedy="choose one with --model or RMCOACH_MODEL",
        )
    chosen = library.rubrics(rubrics or CORE_RUBRICS)
    parts = parts_of(settings, library, model, chosen, options)
    return plugins.make("evaluators", name or ("judge" if model else "language"), parts)
