"""The parts put together: which reader, model, rubrics and evaluator a call or command gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rmcoach_llm import plugins
from rmcoach_llm.errors import InputError, PluginError, UsageError, did_you_mean
from rmcoach_llm.library.chosen import RubricLike, chosen_rubrics
from rmcoach_llm.protocols import JudgeOptions, Parts, ReadOptions

if TYPE_CHECKING:
    from rmcoach_llm.domain import Rubric, Transcript
    from rmcoach_llm.library import Library
    from rmcoach_llm.protocols import ChatModel, Detector, Evaluator, TranscriptReader
    from rmcoach_llm.settings import Settings

MOST = 5
SAVE_AS = {
    (".doc", ".rtf", ".odt", ".pages", ".wps"): "open it and save it as .docx or .txt",
    (".xls", ".ods", ".numbers"): "open it and save it as .xlsx or .csv",
    (".pdf",): "export the transcript as .docx, .txt or .vtt, or copy its text into a .txt file",
    (".eml", ".msg", ".mht", ".mhtml"): "save its text as .html or .txt",
    (
        ".mp3",
        ".mp4",
        ".m4a",
        ".wav",
        ".mov",
        ".webm",
        ".ogg",
    ): "transcribe it, with speakers, first",
}
"""What to do with files that hold a talk and are not read."""
CORE_RUBRICS = ("needs-discovery", "persuasion", "credibility")


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
        known = f"known are {' '.join(sorted(readers))}"
        what_to_do = (said for endings, said in SAVE_AS.items() if path.suffix.lower() in endings)
        raise InputError(
            options.label or str(path),
            "whole file",
            f"no reader for the ending '{path.suffix}'",
            remedy=next(what_to_do, known),
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
    if not isinstance(pass_mark, (int, float)) or not 0 <= pass_mark <= MOST:
        raise UsageError(
            f"pass mark: found {pass_mark!r:.40}", remedy=f"give a number, 0 to {MOST}"
        )
    return rubric.model_copy(update={"pass_mark": float(pass_mark)})


def find_panel(settings: Settings, panel: Sequence[str | ChatModel]) -> tuple[ChatModel, ...]:
    """Give further models for a panel: by name at the same endpoint, or as they are.

    Raises UsageError for what is neither.
    """
    for one in panel:
        if not isinstance(one, str) and not hasattr(one, "complete"):
            raise UsageError(
                f"panel= holds an object of type {type(one).__name__}",
                remedy="give names, or ChatModels",
            )
    return tuple(
        plugins.make("models", "openai", settings.model.model_copy(update={"model": one}))
        if isinstance(one, str)
        else one
        for one in panel
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
