"""A line on the screen while it is still being said."""

from __future__ import annotations

import sys

import click

from rmcoach_llm.reports.terminal import shown


class Stream:
    """Print a line word by word as it comes, wrapped, with all that steers escaped."""

    def __init__(self, speaker: str, width: int) -> None:
        self._speaker = speaker
        self._width = width
        self._column = 0
        self._word = ""
        self.begun = False

    async def show(self, piece: str) -> None:
        """Print what has become whole words."""
        if not self.begun:
            self.begun = True
            self._write(shown(self._speaker) + ":")
        for character in piece:
            if character.isspace():
                self._flush()
            else:
                self._word += character

    def end(self) -> None:
        """Print the rest and close the paragraph."""
        self._flush()
        if self.begun:
            click.echo("\n")

    def _flush(self) -> None:
        if self._word:
            self._write(shown(self._word))
            self._word = ""

    def _write(self, word: str) -> None:
        if self._column and self._column + 1 + len(word) > self._width:
            click.echo()
            self._column = 0
            word = "    " + word
        elif self._column:
            word = " " + word
        click.echo(word, nl=False)
        sys.stdout.flush()
        self._column += len(word)
