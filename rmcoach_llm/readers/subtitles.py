"""Read talks from subtitles: WebVTT, SubRip and SBV, as recorders and platforms write them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.cue_speakers import in_time, named_lines
from rmcoach_llm.readers.cue_text import (
    Voices,
    has_word_times,
    json_voice,
    voices_of,
    without_repeats,
)
from rmcoach_llm.readers.cues import Cue, transcript_of_cues
from rmcoach_llm.readers.files import LINE_FEED, Source, open_source
from rmcoach_llm.readers.roles import RoleRules
from rmcoach_llm.readers.timed_blocks import (
    SUBRIP,
    SUBVIEWER,
    WEBVTT,
    Block,
    Blocks,
    Form,
    timed_blocks,
)

SENTENCE_ENDS = tuple(".!?…\"'”’»)]>*♪。！？」")


class _SubtitleReader:
    """Read the talk of a file of subtitles in the form that a class names."""

    form: Form

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield the one talk of the file; raises InputError naming the line."""
        source = open_source(path, options)
        blocks = timed_blocks(source, self.form)
        cues, notes = _cues(blocks, self.form, options, source)
        name = source.origin.identity()
        yield transcript_of_cues(cues, source.origin, options, name, metadata=notes)
        cut = _cut_off(source, blocks)
        if cut is not None:
            yield cut


class WebVttReader(_SubtitleReader):
    """Read a talk from WebVTT: speakers by `<v Name>`, or by `Name:` before the text."""

    name = "webvtt"
    suffixes: tuple[str, ...] = (".vtt",)
    form = WEBVTT


class SubRipReader(_SubtitleReader):
    """Read a talk from SubRip: speakers by `Name:` before the text; the index is ignored."""

    name = "subrip"
    suffixes: tuple[str, ...] = (".srt",)
    form = SUBRIP


class SbvReader(_SubtitleReader):
    """Read a talk from SBV (SubViewer): speakers by `Name:` before the text."""

    name = "sbv"
    suffixes: tuple[str, ...] = (".sbv",)
    form = SUBVIEWER


def _cues(
    blocks: Blocks, form: Form, options: ReadOptions, source: Source
) -> tuple[list[Cue], dict[str, str]]:
    """Give the cues of all blocks in time, and notes on what a rule did."""
    texts = [[line for _, line in block.lines] for block in blocks.found]
    counts = blocks.notes
    if any(map(has_word_times, texts)):
        lines = sum(map(len, texts))
        texts = without_repeats(texts)
        counts["lines_repeated"] += lines - sum(map(len, texts))
    cues: list[Cue] = []
    for block, text in zip(blocks.found, texts, strict=True):
        joined = "\n".join(text)
        stated = json_voice(joined)
        voices = (
            Voices((stated,))
            if stated
            else voices_of(joined.replace("[br]", "\n") if form.comma else joined)
        )
        counts["voices_ignored"] += voices.ignored
        counts["cues_of_several_voices"] += len(voices.said) > 1
        made = [
            Cue(
                voice.name or block.speaker, voice.text, block.started_s, block.ended_s, block.place
            )
            for voice in voices.said
        ]
        cues += made or [Cue(None, "", block.started_s, block.ended_s, block.place)]
    notes = {"shape": f"{form.name}, voices"}
    if not any(cue.speaker for cue in cues):
        cues, notes = named_lines(cues, RoleRules.of(options), source.origin)
        notes["shape"] = f"{form.name}, names in the text"
    cues, counts["cues_put_in_time"] = in_time(cues)
    return cues, notes | {name: str(count) for name, count in counts.items() if count}


def _cut_off(source: Source, blocks: Blocks) -> InputError | None:
    """Give an error where the file ends without a line end and, unlike most cues, no sentence."""
    *others, last = blocks.found
    ended = sum(map(_ends_sentence, others))
    usual = ended * 2 >= len(others)
    if source.data.endswith(LINE_FEED) or _ends_sentence(last) or not usual:
        return None
    number = last.lines[-1][0] if last.lines else last.line
    return source.origin.error(
        f"line {number}",
        "the file ends without a line end, amid a sentence: it may have been cut off",
        remedy="export it again, or end its last line if it is whole",
    )


def _ends_sentence(block: Block) -> bool:
    return bool(block.lines) and block.lines[-1][1].rstrip().endswith(SENTENCE_ENDS)
