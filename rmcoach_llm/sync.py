"""The parts put together: what an embedder calls, blocking or not, and the command line too."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rmcoach_llm import plugins
from rmcoach_llm.errors import InputError, PluginError, UsageError, did_you_mean
from rmcoach_llm.library import Library
from rmcoach_llm.library.chosen import RubricLike, chosen_rubrics
from rmcoach_llm.protocols import Calls, JudgeOptions, Parts, ReadOptions
from rmcoach_llm.readers.given import as_transcript
from rmcoach_llm.settings import Settings, load_settings

if TYPE_CHECKING:
    from rmcoach_llm.domain import Rubric, Scorecard, Transcript
    from rmcoach_llm.protocols import ChatModel, Detector, Evaluator, TranscriptReader

MOST = 5
CORE_RUBRICS = ("needs-discovery", "persuasion", "credibility")


async def aevaluate(
    talk: object,
    *,
    trainee: str | None = None,
    rubrics: RubricLike | Sequence[RubricLike] = CORE_RUBRICS,
    detectors: Mapping[str, Detector] | None = None,
    evaluator: str | Evaluator | None = None,
    model: str | ChatModel | None = None,
    base_url: str | None = None,
    library: Path | None = None,
    calls: Calls = "one",
    verify: bool = False,
    repeats: int = 1,
    panel: Sequence[str] = (),
    pass_mark: float | None = None,
) -> Scorecard:
    """Judge a conversation against rubrics; see `evaluate`, which takes the same and waits."""
    _refuse_wrong_kinds(
        detectors=(detectors, "items"), evaluator=(evaluator, "evaluate"), model=(model, "complete")
    )
    transcript = as_transcript(talk, trainee=trainee)
    if evaluator is not None and not isinstance(evaluator, str):
        if detectors:
            raise UsageError("an evaluator of your own takes no detectors=", remedy="hand it them")
        return await evaluator.evaluate(transcript)
    options = JudgeOptions(calls=calls, verify=verify, repeats=repeats)
    settings = load_settings(
        {
            "model": model if isinstance(model, str) else None,
            "base_url": base_url,
            "library": library,
        },
        os.environ,
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
        if chat is not None and chat is not model:
            await chat.close()
        for other in others:
            await other.close()


def evaluate(
    talk: object,
    *,
    trainee: str | None = None,
    rubrics: RubricLike | Sequence[RubricLike] = CORE_RUBRICS,
    detectors: Mapping[str, Detector] | None = None,
    evaluator: str | Evaluator | None = None,
    model: str | ChatModel | None = None,
    base_url: str | None = None,
    library: Path | None = None,
    calls: Calls = "one",
    verify: bool = False,
    repeats: int = 1,
    panel: Sequence[str] = (),
    pass_mark: float | None = None,
) -> Scorecard:
    """Judge a conversation against rubrics, and wait for the scorecard.

    `talk` and `trainee` are what `as_transcript` takes: a Transcript, chat messages, dicts,
    pairs, or text. `rubrics` are ids, paths of YAML files, or Rubric objects. `detectors` are
    functions that see a behaviour, by its id; they go before model and rules. `model` is a name
    or a ChatModel of your own; without it the one that is configured judges (RMCOACH_MODEL,
    config file), and with none configured the rules on the language. `evaluator` is the name of
    another, or one of your own, which then decides alone. `library` is a folder with rubrics of
    your own. `calls` says in how many requests a model judges: "one" for all rubrics, one a
    "rubric", or one a "criterion". With `verify` it is asked about each credited quote again,
    alone. `repeats` judges so many times, `panel` names further models that judge as well: the
    score is the mean, with an interval. `pass_mark` (0 to 5) decides, or leaves undecided where
    the interval holds it. Scores run from 0 to 5; what could not be judged is unscored with its
    reason.

    Raises InputError for a talk that cannot be read, LibraryError for a rubric file that is not
    valid, UsageError for an unknown rubric or behaviour, for `verify`, `repeats`
    or `panel` without a model and inside a running event loop (await `aevaluate` there), and a `ModelError` only where no call can succeed, such as a refused key.

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
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        raise UsageError("evaluate() waits, and an event loop runs", remedy="await aevaluate(...)")
    return asyncio.run(
        aevaluate(
            talk,
            trainee=trainee,
            rubrics=rubrics,
            detectors=detectors,
            evaluator=evaluator,
            model=model,
            base_url=base_url,
            library=library,
            calls=calls,
            verify=verify,
            repeats=repeats,
            panel=panel,
            pass_mark=pass_mark,
        )
    )


def _refuse_wrong_kinds(**given: tuple[object, str]) -> None:
    """Refuse what is neither None nor text nor has the part that it is used by."""
    for name, (value, part) in given.items():
        if value is None or isinstance(value, str):
            continue
        if isinstance(value, type) or not hasattr(value, part):
            found = (
                f"the class {value.__name__}"
                if isinstance(value, type)
                else f"of type {type(value).__name__}"
            )
            raise UsageError(f"{name}= is {found}", remedy=f"give an object that has '{part}'")


def read_transcripts(path: str | Path, *, trainee: str | None = None) -> Iterator[Transcript]:
    """Read the transcripts of a file, one at a time, by the reader of its ending.

    `trainee` names the speaker who is scored. Raises InputError at the first record that cannot
    be read; those before it have been given.
    """
    try:
        for item in read_file(Path(path), ReadOptions(trainee=trainee, label=str(path))):
            if isinstance(item, InputError):
                raise item
            yield item
    except InputError as error:
        # What to do is worded for the command line.
        remedy = re.sub(r"--trainee (\w+)", r"trainee='\1'", error.remedy)
        raise InputError(error.path, error.place, error.found, remedy=remedy) from None


def read_file(path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
    """Read a file by the reader of its ending; errors of single records come in between.

    Raises InputError for an ending that no reader knows and for a file that cannot be read.
    """
    if not path.is_file() and path.suffix == "":
        other = "is not a regular file" if path.exists() else "not found"
        found = "is a directory" if path.is_dir() else other
        remedy = "name a file" if path.exists() else "check the path"
        raise InputError(options.label or str(path), "whole file", found, remedy=remedy)
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


def readers_by_suffix() -> Mapping[str, TranscriptReader]:
    """Give the installed readers by file ending; raises PluginError where two claim one."""
    return _readers(tuple(plugins.entries("readers").items()))


@lru_cache(maxsize=2)
def _readers(offered: tuple[tuple[str, object], ...]) -> Mapping[str, TranscriptReader]:
    """Make the readers once, not for each of ten thousand files."""
    found: dict[str, TranscriptReader] = {}
    for name, _ in offered:
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


async def find_model(settings: Settings, *, late: bool = False) -> ChatModel | None:
    """Give the model that is configured, or None; chosen by name, or the only one served.

    With `late` it is a `LateModel` where that can be, for work that may need none.

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
    if late and provider == "openai" and chosen.model is not None:
        from rmcoach_llm.chat.late import LateModel

        return LateModel(chosen.model, lambda: plugins.make("models", provider, chosen))
    return plugins.make("models", provider, chosen)


def parts_of(
    settings: Settings,
    library: Library,
    model: ChatModel | None,
    rubrics: tuple[Rubric, ...] = (),
    *,
    detectors: Mapping[str, Detector] | None = None,
    options: JudgeOptions | None = None,
    panel: Sequence[ChatModel] = (),
) -> Parts:
    """Give what the factories of listeners, voices and evaluators draw on."""
    structured, others = None, []
    if model is not None:
        from rmcoach_llm.chat import create_structured_model

        structured = create_structured_model(model, settings.model)
        others = [create_structured_model(other, settings.model) for other in panel]
    return Parts(
        prompt=library.prompt,
        model=model,
        structured=structured,
        rubrics=rubrics,
        scenario=library.scenario,
        detectors=detectors or {},
        options=options or JudgeOptions(),
        panel=tuple(others),
    )


def evaluator_of(
    settings: Settings,
    library: Library,
    model: ChatModel | None,
    *,
    rubrics: RubricLike | Sequence[RubricLike] = (),
    name: str | None = None,
    detectors: Mapping[str, Detector] | None = None,
    options: JudgeOptions | None = None,
    panel: Sequence[ChatModel] = (),
    pass_mark: float | None = None,
    coached: Callable[[Evaluator], Evaluator] | None = None,
) -> Evaluator:
    """Give the evaluator asked for; by default the judge with a model, else the language rules.

    With `options.coach` and a model, that writes the lines to say instead and reads the brief,
    whoever judges; `coached` may then put another evaluator in the place of whoever judges.
    `pass_mark` goes before those of the rubrics. Raises UsageError where a second
    look, repeats or a panel are asked for and no model is there.
    """
    options = options or JudgeOptions()
    _refuse_without_model(model, options, panel)
    chosen = tuple(
        _marked(rubric, pass_mark) for rubric in chosen_rubrics(rubrics or CORE_RUBRICS, library)
    )
    seeing = detectors_of(chosen, detectors or {})
    parts = parts_of(
        settings, library, model, chosen, detectors=seeing, options=options, panel=panel
    )
    made = plugins.make("evaluators", name or ("judge" if model else "language"), parts)
    if not options.coach or parts.structured is None:
        return made
    from rmcoach_llm.evaluators.coach import Coached

    judging = made if coached is None else coached(made)
    return Coached(judging, parts.structured, library.prompt, library.scenario)


def _refuse_without_model(
    model: ChatModel | None, options: JudgeOptions, panel: Sequence[ChatModel]
) -> None:
    wanted = {
        "a second look at the quotes": options.verify,
        "judging several times": options.repeats > 1,
        "a panel": bool(panel),
    }
    for what, asked in wanted.items():
        if asked and model is None:
            raise UsageError(
                f"{what} needs a model, and there is none",
                remedy="choose one with --model or RMCOACH_MODEL",
            )


def _marked(rubric: Rubric, pass_mark: float | None) -> Rubric:
    """Give a rubric the pass mark of this call."""
    if pass_mark is None:
        return rubric
    if not 0 <= pass_mark <= MOST:
        raise UsageError(f"pass mark: found {pass_mark}", remedy="give 0 to 5")
    return rubric.model_copy(update={"pass_mark": float(pass_mark)})


def find_panel(settings: Settings, names: Sequence[str]) -> tuple[ChatModel, ...]:
    """Give further models by name, at the same endpoint, for a panel."""
    return tuple(
        plugins.make("models", "openai", settings.model.model_copy(update={"model": name}))
        for name in names
    )


def detectors_of(rubrics: Sequence[Rubric], given: Mapping[str, Detector]) -> dict[str, Detector]:
    """Give the detectors of the rubrics' behaviours: those given, and else those installed.

    Raises UsageError for one of a behaviour that no rubric has; PluginError where an installed
    one takes the place of a rule of this package.
    """
    behaviours = {behaviour.id for rubric in rubrics for behaviour in rubric.behaviours}
    for name in given:
        if name not in behaviours:
            raise UsageError(
                f"no rubric has the behaviour '{name}'", remedy=did_you_mean(str(name), behaviours)
            )
    found = dict(given)
    for name, claims in plugins.entries("detectors").items():
        if name in behaviours - given.keys():
            from rmcoach_llm.evaluators.language import RULES

            if name in RULES:
                raise PluginError(
                    f"the detector '{name}' of {claims[0].package} takes the name of a built-in rule",
                    remedy=f"give your behaviour another id, or uninstall {claims[0].package}",
                )
            found[name] = plugins.detector(name)
    return found
