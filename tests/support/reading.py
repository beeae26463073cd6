"""Read a file as the program does and take what came, errors as text."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions, TranscriptReader
from rmcoach_llm.readers.csv_files import CsvReader
from rmcoach_llm.readers.docx import DocxReader
from rmcoach_llm.readers.html_files import HtmlReader
from rmcoach_llm.readers.json_files import JsonLinesReader, JsonReader
from rmcoach_llm.readers.slack_zip import SlackZipReader
from rmcoach_llm.readers.subtitles import SbvReader, SubRipReader, WebVttReader
from rmcoach_llm.readers.text import MarkdownReader, TextReader
from rmcoach_llm.readers.xlsx import XlsxReader

READERS: tuple[TranscriptReader, ...] = (
    TextReader(),
    MarkdownReader(),
    JsonReader(),
    JsonLinesReader(),
    SlackZipReader(),
    WebVttReader(),
    SubRipReader(),
    SbvReader(),
    CsvReader(),
    XlsxReader(),
    DocxReader(),
    HtmlReader(),
)


class Outcome(NamedTuple):
    """Hold what a reader gave for one file, a raised error counted in."""

    talks: list[Transcript]
    errors: list[str]

    @property
    def talk(self) -> Transcript:
        """Give the only transcript; there must be no error."""
        assert not self.errors, self.errors
        (talk,) = self.talks
        return talk

    @property
    def error(self) -> str:
        """Give the only error; there must be no transcript."""
        assert not self.talks, self.talks
        (error,) = self.errors
        return error

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Give speaker, role and text of each turn of the only transcript."""
        return [(turn.speaker, turn.role, turn.text) for turn in self.talk.turns]


def read_file(path: Path, *, suffix: str | None = None, **options: str | None) -> Outcome:
    """Read a file by its ending; gives transcripts and the texts of all errors."""
    ending = suffix or path.suffix
    (reader,) = (reader for reader in READERS if ending in reader.suffixes)
    outcome = Outcome([], [])
    try:
        for item in reader.read(path, ReadOptions(**{"label": path.name} | options)):
            if isinstance(item, InputError):
                outcome.errors.append(str(item))
            else:
                outcome.talks.append(item)
    except InputError as error:
        outcome.errors.append(str(error))
    return outcome
