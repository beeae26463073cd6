"""`rmcoach explain`: why a score is what it is, from the stored record alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rmcoach_llm.cli.common import json_option, store_option
from rmcoach_llm.cli.completion import complete_files_or_sessions, complete_rubrics

if TYPE_CHECKING:
    from rmcoach_llm.domain import Scorecard
    from rmcoach_llm.evaluators.recheck import Mismatch

EXIT_CHANGED = 1


@click.command()
@click.argument("scorecard", metavar="SCORECARD", shell_complete=complete_files_or_sessions)
@click.argument("criterion", required=False, metavar="[CRITERION]", shell_complete=complete_rubrics)
@click.option("--transcript", metavar="ID", help="Which one, where the file holds several.")
@store_option
@json_option
def explain(
    scorecard: str, criterion: str | None, transcript: str | None, as_json: bool, **given: Any
) -> None:
    """Explain a scorecard: a file that `score --json` wrote, `-`, or a kept session.

    For each criterion (or CRITERION, a rubric, a criterion or rubric.criterion): question,
    findings, quotes, rule, arithmetic, interval, known error and provenance, from the record
    alone; without CRITERION also what the trainee was told. Each figure is reckoned again. Exit code 1 where one does not follow from the record.
    """
    from rmcoach_llm.cli.common import page_width
    from rmcoach_llm.errors import UsageError, did_you_mean
    from rmcoach_llm.evaluators.recheck import mismatches
    from rmcoach_llm.reports.explain import criteria_of, explanation, names_in

    card = _chosen(_cards(scorecard, given), scorecard, transcript)
    if criterion is not None and not names_in(card, criterion):
        raise UsageError(
            f"this scorecard has no criterion '{criterion}'",
            remedy=did_you_mean(criterion, criteria_of(card)),
        )
    wrong = mismatches(card)
    if as_json:
        _print_json(card, criterion, wrong)
    else:
        click.echo(explanation(card, criterion, width=page_width()))
        click.echo("\n" + _verdict(wrong))
    raise SystemExit(EXIT_CHANGED if wrong else 0)


def _verdict(wrong: tuple[Mismatch, ...]) -> str:
    from rmcoach_llm.reports.terminal import shown

    if not wrong:
        return "Reckoned again from the record: each figure is the same."
    lines = [f"  {shown(m.place)}: stored {m.stored}, reckoned {m.found}" for m in wrong]
    return "\n".join(["NOT the same when reckoned again: the record was changed.", *lines])


def _cards(name: str, given: dict[str, Any]) -> list[Scorecard]:
    """Read the scorecards of a file, of standard input, or of a kept session (the last one)."""
    from rmcoach_llm.cli.common import settings_of, store_of
    from rmcoach_llm.readers.scorecards import read_scorecards

    if name == "-":
        return list(_piped())
    if Path(name).exists():
        return list(read_scorecards(Path(name)))
    from rmcoach_llm.errors import UsageError

    store = store_of(settings_of(**given))
    try:
        store.load(name)  # raises where there is no such session
        kept = store.scorecards(name)
    except UsageError:
        raise UsageError(
            f"'{name}' is neither a file nor a kept session",
            remedy="name a file with scorecards, or a session of `rmcoach session list`",
        ) from None
    finally:
        store.close()
    if not kept:
        raise UsageError(
            f"the session '{name}' has no scorecard yet",
            remedy=f"rmcoach score --session {name}",
        )
    return [kept[-1]]


def _piped() -> list[Scorecard]:
    import sys
    import tempfile

    from rmcoach_llm.readers.scorecards import read_scorecards

    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(sys.stdin.buffer.read())
        file.flush()
        return list(read_scorecards(Path(file.name), label="standard input"))


def _chosen(cards: list[Scorecard], label: str, transcript: str | None) -> Scorecard:
    from rmcoach_llm.errors import UsageError, did_you_mean

    names = [card.transcript for card in cards]
    held = [card for card in cards if transcript in (None, card.transcript)]
    if not held:
        raise UsageError(
            f"{label} has no scorecard of '{transcript}'",
            remedy=did_you_mean(transcript or "", names),
        )
    if len(held) > 1:
        raise UsageError(
            f"{label} holds {len(held)} scorecards",
            remedy=f"choose one with --transcript, such as '{names[0]}'",
        )
    return held[0]


def _print_json(card: Scorecard, criterion: str | None, wrong: tuple[Mismatch, ...]) -> None:
    import json

    rubrics = {
        name: {
            **score.model_dump(mode="json", exclude={"criteria"}),
            "criteria": {
                key: value.model_dump(mode="json")
                for key, value in score.criteria.items()
                if criterion in (None, name, key, f"{name}.{key}")
            },
        }
        for name, score in card.rubrics.items()
    }
    data = {
        "transcript": card.transcript,
        "status": card.status,
        "rubrics": {name: value for name, value in rubrics.items() if value["criteria"]},
        "provenance": card.provenance.model_dump(mode="json"),
        "key": card.key,
        "same_when_reckoned_again": not wrong,
        "mismatches": [vars(m) for m in wrong],
    }
    if criterion is None and card.feedback is not None:
        data["feedback"] = card.feedback.model_dump(mode="json")
    click.echo(json.dumps(data))
