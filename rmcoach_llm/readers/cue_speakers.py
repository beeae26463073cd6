"""Say who speaks in subtitles that name a speaker in the text: `Name: text`, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.files import Origin, visible
from rmcoach_llm.readers.name_forms import MAX_WORDS, is_title
from rmcoach_llm.readers.roles import RoleRules, composed, matcher_of, same_name
from rmcoach_llm.readers.wide_signs import plain_signs

MAX_NAME = 80
MAX_LINE_WORDS = 4
"""A name on a line of its own has so many words at most."""
ENOUGH = 3
"""So often must words in small letters stand before a colon to be a name."""

_NAMED = re.compile(
    r"(?:>>+\s*|-\s+)?(?P<sound>(?:[\[(][^\[\]():\n]{1,40}[\])]\s+)?)"
    rf"(?:\[(?P<boxed>[^\[\]:\n]{{1,{MAX_NAME}}})\](?::|(?<=[0-9]\])(?=\s|$))"
    rf"|(?P<name>[^\s:\[][^:\n]{{0,{MAX_NAME - 1}}}):)(?:\s+|$)"
)
"""`Name:`, `[Name]:` or `[Speaker 1]`; `[music]` before a name is a sound, and stays in the text."""
_ROUND = re.compile(rf"\((?P<name>[^\s():][^():\n]{{0,{MAX_NAME - 1}}})\)")
_NOT_IN_NAMES = frozenset('?!"\t<>')
_PATTERN = re.compile(r"[*?]|^/.*/$")
_CHANGE = re.compile(r">>|-\s")


def named_lines(
    cues: Iterable[Cue], rules: RoleRules, origin: Origin
) -> tuple[list[Cue], dict[str, str]]:
    """Split cues where a line begins with `Name:`; a name is told from a sentence by a rule.

    Words before a colon are a name where the caller names them, where they stand so at least three
    times, or where they begin a cue (or stand behind `>>` or a dash) and none of them begins with a
    small letter, particles such as `von` aside. What stands before other colons is text; the
    metadata `not_names` lists it. Raises InputError where a mark (`>>`, or a dash on each of two
    lines) says that the speaker changes, not to whom.

    >>> cue = Cue(None, "Ada Roy: So:\\nthe point is: when?")
    >>> (found,), notes = named_lines([cue], RoleRules(), Origin("a.srt"))
    >>> found.speaker, found.text, notes
    ('Ada Roy', 'So:\\nthe point is: when?', {'not_names': 'the point is'})
    """
    cues = _with_colons([_with_plain_signs(cue) for cue in cues])
    seen = Counter(name for cue in cues for name in map(_candidate, _lines(cue)) if name)
    begin = {
        name
        for cue in cues
        for index, line in enumerate(_lines(cue))
        if (index == 0 or _CHANGE.match(line)) and (name := _candidate(line))
    }
    is_speaker = _test(seen, begin, rules)
    spelt: dict[str, str] = {}
    named = [piece for cue in cues for piece in _pieces(cue, is_speaker, spelt)]
    for piece in named:
        _refuse_change(piece, origin)
    others = ", ".join(name for name in seen if not is_speaker(name))
    return named, {"not_names": visible(others, limit=200)} if others else {}


def in_time(cues: Sequence[Cue]) -> tuple[list[Cue], int]:
    """Give cues in the order of their start times, and how many stood too late in the file.

    A cue without a speaker stays behind the one that it goes on with.

    >>> in_time([Cue("A", "1", 5.0), Cue(None, "2", 6.0), Cue("B", "0", 1.0)])[0][0].text
    '0'
    """
    groups: list[list[Cue]] = []
    for cue in cues:
        if groups and not cue.speaker:
            groups[-1].append(cue)
        else:
            groups.append([cue])
    starts = [group[0].started_s or 0.0 for group in groups]
    late = sum(b < a for a, b in pairwise(starts))
    groups.sort(key=lambda group: group[0].started_s or 0.0)
    return [cue for group in groups for cue in group], late


def _with_plain_signs(cue: Cue) -> Cue:
    return replace(cue, text="\n".join(map(plain_signs, cue.text.split("\n"))))


def _with_colons(cues: list[Cue]) -> list[Cue]:
    """Write `(Name)` on a line of its own above words as `>> Name:`, where most cues begin so.

    Google Meet writes captions of recordings so, with a dash on a line between two speakers.
    """
    begun = sum(_round_name(_lines(cue), 0) is not None for cue in cues)
    if 2 * begun > len(cues):
        return [_colons(cue) for cue in cues]
    names = [_line_name(_lines(cue)) for cue in cues if cue.text.strip()]
    # Two lines in capitals are common captions: names come back.
    if len(names) < ENOUGH or None in names or 2 * len(set(names)) > len(names) + 1:
        return cues
    return [replace(cue, text=re.sub(r"\n", ":\n", cue.text.strip(), count=1)) for cue in cues]


def _line_name(lines: Sequence[str]) -> str | None:
    """Give the name that is the first line of a cue, above its words; None for any other line."""
    first, *below = lines
    words = len(first.split()) <= MAX_LINE_WORDS and not _NOT_IN_NAMES.intersection(first)
    named = words and first[-1:].isalnum() and ":" not in first and "," not in first
    return first if named and any(below) and is_title(first) else None


def _colons(cue: Cue) -> Cue:
    lines = _lines(cue)
    names = [_round_name(lines, index) for index in range(len(lines))]
    kept = [f">> {name}:" if name else line for name, line in zip(names, lines, strict=True)]
    return replace(cue, text="\n".join(line for line in kept if line not in ("", "-")))


def _round_name(lines: Sequence[str], index: int) -> str | None:
    match = _ROUND.fullmatch(lines[index])
    words_below = any(_ROUND.fullmatch(line) is None and line for line in lines[index + 1 :])
    return match["name"] if match and words_below and is_title(match["name"]) else None


def _lines(cue: Cue) -> list[str]:
    return [line.strip() for line in cue.text.split("\n")]


def _candidate(line: str) -> str | None:
    match = _NAMED.match(line)
    name = composed(" ".join((match["name"] or match["boxed"]).split())) if match else ""
    if not any(char.isalpha() for char in name) or _NOT_IN_NAMES.intersection(name):
        return None
    words = [word for word in name.split() if any(char.isalnum() for char in word)]
    return name if len(words) <= MAX_WORDS else None


def _test(seen: Counter[str], begin: set[str], rules: RoleRules) -> Callable[[str], bool]:
    # A pattern such as `*` would make a name of each sentence with a colon.
    given = [name for name in (rules.trainee, *rules.mapping) if name]
    told = [matcher_of(name) for name in given if not _PATTERN.search(name)]
    names = {
        name
        for name, times in seen.items()
        if times >= ENOUGH
        or (name in begin and is_title(name))
        or any(matches(name) for matches in told)
    }
    return lambda name: name in names


def _pieces(cue: Cue, is_speaker: Callable[[str], bool], spelt: dict[str, str]) -> list[Cue]:
    pieces: list[tuple[str | None, list[str]]] = [(cue.speaker, [])]
    for line in _lines(cue):
        name = _candidate(line)
        if name and is_speaker(name):
            match = _NAMED.match(line)
            said = match["sound"] + line[match.end() :] if match else line
            pieces.append((spelt.setdefault(same_name(name), name), [said]))
        else:
            pieces[-1][1].append(line)
    made = [replace(cue, speaker=name, text="\n".join(lines)) for name, lines in pieces]
    return made if len(made) == 1 else [piece for piece in made if piece.speaker or piece.text]


def _refuse_change(cue: Cue, origin: Origin) -> None:
    changes = [line for line in _lines(cue) if _CHANGE.match(line)]
    if (changes and changes[0].startswith(">>")) or len(changes) > 1:
        raise origin.error(
            cue.place,
            f"'{visible(changes[0], limit=40)}' says that the speaker changes, but not who speaks",
            remedy="export it with speakers, or write 'Name: ' there",
        )
