"""The conversation on the screen: lines in, lines out, Ctrl-C, and the debrief."""

from __future__ import annotations

import asyncio
import shlex
import sys
from typing import TYPE_CHECKING

import click

from rmcoach_llm.cli.common import page_width
from rmcoach_llm.cli.disclosed import disclosed
from rmcoach_llm.cli.review import review
from rmcoach_llm.cli.stream import Stream
from rmcoach_llm.disclosure import known_facts
from rmcoach_llm.errors import ModelError, StoreError, did_you_mean
from rmcoach_llm.practice.hints import hint
from rmcoach_llm.reports.terminal import shown, wrapped

if TYPE_CHECKING:
    from rmcoach_llm.domain import Scorecard
    from rmcoach_llm.library import Library
    from rmcoach_llm.practice.conversation import Conversation
    from rmcoach_llm.protocols import ChatModel, Store
    from rmcoach_llm.settings import Settings

HELP = {
    "/help": "show this",
    "/brief": "show the brief again",
    "/facts": "show what you have found out so far",
    "/hint": "get advice on what to say next",
    "/retry": "ask for the answer again, where one was lost",
    "/done": "end the meeting and see the scorecard",
    "/quit": "leave now; the session is kept and can be taken up again",
}
BARE = {word.removeprefix("/"): word for word in HELP} | {"exit": "/quit", "end": "/done"}
"""What newcomers type for a command: alone on a line it is no talk."""
CALLS = {"help", "/h", "/?", "?"}
"""What calls for help, and for nothing else."""
OTHER_WORDS = {"/done": "end finish stop bye score over", "/quit": "exit leave close"}
"""Words for commands by which the right one is suggested."""
ASSESSED = (
    "This talk is an assessment. It is scored at its end; what is looked for is not shown before."
)
LONGEST_LINE = 20_000
"""Characters of one line that are taken; what is longer is refused, not cut."""


class Talk:
    """Run a conversation in a terminal or over a pipe until it ends or the trainee leaves."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        listener: str,
        voice: str,
        library: Library,
        store: Store,
        model: ChatModel | None,
        settings: Settings,
        coach: bool = True,
        brief: bool = True,
        assess: bool = False,
    ) -> None:
        self._talk = conversation
        self._listener = listener
        self._voice = voice
        self._library = library
        self._store = store
        self._model = model
        self._settings = settings
        self._coach = coach
        self._brief = brief
        self._assess = assess
        self._terminal = sys.stdin.isatty() and sys.stdout.isatty()
        self._width = page_width()
        self._left = False

    def run(self) -> None:
        """Show the first screen, talk, and end with the scorecard or the way back."""
        if sys.stdin.isatty():
            _enable_line_editing()
        with asyncio.Runner() as runner:
            try:
                self._first_screen()
                self._converse(runner)
                if self._left:
                    self._say_how_to_return()
                else:
                    self._debrief(runner)
            finally:
                if self._model is not None:
                    runner.run(self._model.close())

    def _converse(self, runner: asyncio.Runner) -> None:
        if self._talk.unanswered:
            self._answer(runner)
        while not self._talk.ended and not self._left:
            line = self._read()
            if line is None:
                return
            if line.lower() in CALLS:
                self._command(runner, "/help")
            elif line.startswith("/"):
                if self._command(runner, line):
                    return
            elif (meant := BARE.get(line.lower())) is not None:
                self._note(f"Not said, as it may be a command: type {meant} to {HELP[meant]}.")
            elif len(line) > LONGEST_LINE:
                self._note(
                    f"That line has {len(line)} characters; at most {LONGEST_LINE} are taken."
                )
            elif line:
                self._answer(runner, line)

    def _first_screen(self) -> None:
        scenario = self._talk.scenario
        click.secho(shown(scenario.title), bold=True)
        told = disclosed(
            scenario.persona.name, self._listener, self._voice, self._settings, self._model
        )
        click.echo(wrapped(told, width=self._width))
        if self._assess:
            click.echo(wrapped(ASSESSED, width=self._width))
        click.echo()
        self._show_brief()
        click.echo(
            wrapped(
                "Type what you say and press Enter. /done ends the meeting with your scorecard,"
                " /help shows the other commands.",
                width=self._width,
            )
        )
        click.echo()
        for turn in self._talk.transcript.turns:
            who = "You" if turn.role == "trainee" else turn.speaker
            self._print_line(who, turn.text)

    def _show_brief(self) -> None:
        for paragraph in self._talk.scenario.brief:
            click.echo(wrapped(paragraph, width=self._width, indent="  "))
        click.echo()

    def _print_line(self, who: str, text: str) -> None:
        click.echo(wrapped(f"{who}: {text}", width=self._width, indent="    ", first=""))
        click.echo()

    def _read(self) -> str | None:
        """Give the next line of the talk, None at the end of input."""
        line = self._ask("You: ")
        if line and not self._terminal and not line.startswith("/"):
            self._print_line("You", line)
        return line

    def _ask(self, prompt: str) -> str | None:
        """Give the next line of input, None at its end; Ctrl-C leaves."""
        try:
            if self._terminal:
                return input(prompt).strip()
            line = sys.stdin.readline()
            return line.strip() if line else None
        except EOFError:
            click.echo()
            return None
        except KeyboardInterrupt:
            click.echo()
            self._say_how_to_return()
            raise
        except UnicodeDecodeError:
            self._note("That line is not UTF-8 text; please type it again.")
            return ""

    def _command(self, runner: asyncio.Runner, line: str) -> bool:
        """Carry out a command; say whether the talk is over."""
        word = line.split(maxsplit=1)[0].lower()
        if word == "/done":
            return True
        if word == "/quit":
            self._left = True
        elif word == "/help":
            for name, meaning in HELP.items():
                click.echo(f"  {name:8} {meaning}")
            click.echo()
        elif word == "/brief":
            self._show_brief()
        elif word == "/facts":
            self._show_facts()
        elif word == "/hint":
            self._hint()
        elif word == "/retry" and self._talk.unanswered:
            self._answer(runner)
        elif word == "/retry":
            self._note("No answer is missing.")
        else:
            meant = did_you_mean(word.strip("/"), HELP, about=OTHER_WORDS)
            self._note(f"Unknown command {shown(word[:40])}: {meant} (/help explains them)")
        return False

    def _hint(self) -> None:
        if self._assess:
            self._note("An assessment gives no hints.")
            return
        traces = [turn.trace for turn in self._talk.transcript.turns if turn.trace is not None]
        act = traces[-1].act if traces else None
        self._note(hint(self._talk.scenario, self._talk.stance, act))

    def _show_facts(self) -> None:
        known = known_facts(self._talk.scenario, self._talk.stance)
        for fact in known:
            click.echo(wrapped(f"- {fact.statement}", width=self._width, indent="    ", first="  "))
        if not known:
            self._note("Nothing yet.")
        click.echo()

    def _answer(self, runner: asyncio.Runner, line: str | None = None) -> None:
        """Get the stakeholder's answer onto the screen; a lost one can be asked for again."""
        screen = Stream(self._talk.scenario.persona.name, self._width)
        try:
            if line is None:
                turn = runner.run(self._talk.reply(on_text=screen.show))
            else:
                turn = runner.run(self._talk.say(line, on_text=screen.show))
            if screen.begun:
                screen.end()
            else:  # a voice need not give its line in pieces
                self._print_line(turn.speaker, turn.text)
        except (KeyboardInterrupt, asyncio.CancelledError):
            # The runner has cancelled the call, which closes the connection.
            screen.end()
            self._note("Stopped. Your line is kept: /retry asks again, or just go on.")
        except ModelError as error:
            screen.end()
            self._note(f"No answer: {shown(str(error))}")
            self._note("Your line is kept: /retry asks again, or say it in other words.")
        except StoreError:
            screen.end()
            raise

    def _note(self, text: str) -> None:
        click.secho(wrapped(text, width=self._width, indent="  "), fg="yellow", err=True)

    def _say_how_to_return(self) -> None:
        way = " --assess" if self._assess else ""
        click.echo(
            f"Kept. To go on:   rmcoach practice --resume {self._talk.transcript.id}{way}", err=True
        )
        click.echo(
            f"For the scorecard: rmcoach score --session {self._talk.transcript.id}{way}", err=True
        )

    def _debrief(self, runner: asyncio.Runner) -> None:
        """Score the session, keep the scorecard, show the page."""
        from rmcoach_llm.protocols import JudgeOptions
        from rmcoach_llm.reports.scorecard import scorecard_page
        from rmcoach_llm.wiring import evaluator_of

        ended = self._talk.ended
        if ended == "walk_out":
            self._note("The stakeholder has ended the meeting.")
        elif ended == "time_out":
            self._note("The time of the meeting is over.")
        if self._brief and self._talk.transcript.of_role("trainee"):
            review(self._talk, self._ask, width=self._width, echo=not self._terminal)
        verify = self._assess and self._model is not None
        options = JudgeOptions(verify=verify, coach=self._coach)
        evaluator = evaluator_of(self._settings, self._library, self._model, options=options)
        if self._model is not None:
            self._note(f"Scoring with {self._model.name} ...")
        try:
            card: Scorecard = runner.run(evaluator.evaluate(self._talk.transcript))
        except (ModelError, KeyboardInterrupt):
            self._say_how_to_return()
            raise
        self._store.keep_scorecard(self._talk.transcript.id, card)
        click.echo(scorecard_page(card, scenario=self._talk.scenario, width=self._width))
        name = self._talk.transcript.id
        click.echo(f"\nTranscript and details: rmcoach session show --details {name}")
        if self._model is None and (unasked := self._settings.model.model) is not None:
            again = shlex.join(["rmcoach", "score", "--session", name, "--model", unasked])
            click.echo(f"To let {shown(unasked)} judge it: {shown(again)}")


def _enable_line_editing() -> None:
    """Give input() history and editing where the platform has it."""
    import contextlib
    import importlib

    with contextlib.suppress(ImportError):
        importlib.import_module("readline")
