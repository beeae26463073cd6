"""Read a transcript once for all rules: the trainee's sentences, and what each of them does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import pairwise
from operator import or_
from typing import Any, TypeVar

from rmcoach_llm.domain import Move, QuestionKind, Transcript
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.heard import Before, Heard
from rmcoach_llm.evaluators.screening import Screening, without
from rmcoach_llm.language.behaviours import likelihoods, likelihoods_of_two
from rmcoach_llm.language.classifiers import is_reflection, probability
from rmcoach_llm.language.moves import PLAYBACK_OVERLAP, Moves, moves_among
from rmcoach_llm.language.pattern import Pattern, may_match
from rmcoach_llm.language.quotes import MIN_CHARACTERS, long_enough
from rmcoach_llm.language.suspects import Suspect
from rmcoach_llm.language.words import Sentence, count_words, sentences, stem_set, stems

S = TypeVar("S")

ECHO_STEMS = 3
ECHO_SHARE = 0.75
"""A sentence of so many words of content, of which so many are the stakeholder's, says them back."""

QUESTIONS = frozenset({Move.OPEN_QUESTION, Move.CLOSED_QUESTION})


@dataclass(frozen=True)
class Said:
    """Hold a sentence of the trainee: its words, in small letters too, and what it does.

    `quote` holds a neighbour, too, where the sentence alone is too short to be quoted; `may` is
    what may match it, for all patterns.
    """

    turn: int
    text: str
    plain: str
    does: frozenset[Move | QuestionKind]
    quote: str
    may: int

    def finds(self, pattern: Pattern) -> re.Match[str] | None:
        """Find the first place of a pattern; None where there is none."""
        if not self.may & pattern.bits:
            return None
        return pattern.search_among(self.may, self.plain)

    @cached_property
    def asks(self) -> bool:
        """Say whether it is a question."""
        return bool(QUESTIONS & self.does)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Give the stems of the words that carry content."""
        return stem_set(self.plain)

    @cached_property
    def words(self) -> int:
        """Give the number of its words."""
        return count_words(self.plain)

    @property
    def cited(self) -> Cited:
        """Give it as evidence."""
        return Cited(self.turn, self.quote)


@dataclass(frozen=True)
class Line:
    """Hold a turn of the trainee; `last` is the stakeholder's turn before.

    `heard` is all that the stakeholder says in the talk, of which `before` turns stand before
    this one, `since` of them since the trainee's turn before.
    """

    turn: int
    said: tuple[Said, ...]
    last: str
    heard: Heard
    before: int
    since: int
    moves: Moves

    @property
    def earlier(self) -> str:
        """Give all that the stakeholder had said before."""
        return "".join(f"\n{text}" for text in self.heard.texts[: self.before])

    @property
    def new(self) -> str:
        """Give what the stakeholder had said since the trainee's turn before."""
        return "\n".join(self.heard.texts[self.before - self.since : self.before])

    @cached_property
    def earlier_stems(self) -> Set[str]:
        """Give the stems of all that the stakeholder had said before."""
        return Before(self.heard.stems, self.before)

    @cached_property
    def earlier_figures(self) -> Set[str]:
        """Give the numbers that the stakeholder had said before."""
        return Before(self.heard.figures, self.before)

    @cached_property
    def words(self) -> int:
        """Give the number of its words."""
        return sum(said.words for said in self.said)

    @cached_property
    def last_stems(self) -> frozenset[str]:
        """Give the stems of the stakeholder's turn before."""
        return stem_set(self.last)

    @cached_property
    def reflection(self) -> Said | None:
        """Give the sentence that reflects what the stakeholder said, by the trained classifier.

        The whole turn, the partner's turn before and the answer decide; the likeliest sentence is
        the one. None without a turn of the partner before, or where it is none.
        """
        if not self.last.strip() or not self.said:
            return None
        text = " ".join(said.text for said in self.said)
        answer = "".join(self.heard.texts[self.before : self.before + 1])
        if not is_reflection(text, last=self.last, answer=answer):
            return None
        # A greeting may share a word with what was said ("you are on time"), and gives nothing back.
        told = [said for said in self.said if Move.GREETING not in said.does]
        return max(
            told,
            key=lambda said: probability("reflection", said.text, last=self.last),
            default=None,
        )

    def says_back(self, said: Said) -> bool:
        """Say whether a sentence says little more than the stakeholder's words."""
        if Move.PLAYBACK in said.does:
            return True
        if len(said.stems) < ECHO_STEMS:
            return False
        return len(said.stems & self.earlier_stems) >= ECHO_SHARE * len(said.stems)

    def does(self, *moves: Move | QuestionKind) -> bool:
        """Say whether one of its sentences does one of these."""
        return not self._done.isdisjoint(moves)

    @cached_property
    def _done(self) -> frozenset[Move | QuestionKind]:
        return frozenset().union(*(said.does for said in self.said))


@dataclass(frozen=True)
class Talk:
    """Hold the trainee's turns in order; suspect text is left out of all turns.

    `heard` is all that the stakeholder says; `brief` is what the trainee had read before the talk;
    `sought` are the behaviours that the trained model is to look for, all where none are given.
    """

    lines: tuple[Line, ...]
    heard: Heard
    foreign: bool
    brief: str = ""
    sought: frozenset[str] | None = None
    _seen: dict[Callable[[Talk], Any], Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, see: Callable[[Talk], S]) -> S:
        """Give what a function sees in the talk; it is called once, whoever asks."""
        if see not in self._seen:
            self._seen[see] = see(self)
        found: S = self._seen[see]
        return found

    @cached_property
    def stakeholder(self) -> str:
        """Give all that the stakeholder says."""
        return "".join(f"\n{text}" for text in self.heard.texts)

    @cached_property
    def stakeholder_words(self) -> int:
        """Give the number of the stakeholder's words."""
        return sum(map(count_words, self.heard.texts))

    @cached_property
    def own_statements(self) -> tuple[tuple[Line, Said], ...]:
        """Give the statements that say more than the stakeholder's words back, with their turns."""
        return tuple(
            (line, said)
            for line in self.lines
            for said in line.said
            if not said.asks and not line.says_back(said)
        )

    def said(self) -> Iterator[Said]:
        """Yield the trainee's sentences in order."""
        return (said for line in self.lines for said in line.said)

    @cached_property
    def different_sentences(self) -> int:
        """Give the number of the trainee's sentences, each counted once however often it is said."""
        return len({said.plain for said in self.said()})

    def cites(
        self, *moves: Move | QuestionKind, without: Iterable[Move] = (), asks: bool | None = None
    ) -> Iterator[Cited]:
        """Yield the sentences that do one of `moves` and none of `without`.

        With `asks` only questions (True) or only statements (False).
        """
        wanted, barred = frozenset(moves), frozenset(without)
        if wanted.isdisjoint(self._done):
            return
        for said in self.said():
            if said.does.isdisjoint(wanted) or said.does & barred:
                continue
            if asks is None or asks == said.asks:
                yield said.cited

    @cached_property
    def _done(self) -> frozenset[Move | QuestionKind]:
        return frozenset().union(*(said.does for said in self.said()))

    def matches(self, pattern: Pattern, *, asks: bool | None = None) -> Iterator[Cited]:
        """Yield the sentences in which a pattern is found; `asks` as in `cites`."""
        if not self.may & pattern.bits:
            return
        for said in self.said():
            if said.finds(pattern) and (asks is None or asks == said.asks):
                yield said.cited

    @cached_property
    def may(self) -> int:
        """Give what may match one of the trainee's sentences, for all patterns."""
        return reduce(or_, (said.may for said in self.said()), 0)

    @cached_property
    def shows(self) -> Mapping[str, Sequence[tuple[float, Cited]]]:
        """Give by behaviour where it is shown and how likely, as the trained model sees it.

        Each sentence counts, and each two in a row.
        """
        found: dict[str, list[tuple[float, Cited]]] = {}
        for line in self.lines:
            texts = [said.text for said in line.said]
            last, sought = line.last, self.sought
            seen = [(said.quote, likelihoods(said.text, last, sought)) for said in line.said]
            seen += [
                (f"{a} {b}", likelihoods_of_two(a, b, last, sought)) for a, b in pairwise(texts)
            ]
            for quote, likely in seen:
                for name, value in likely.items():
                    found.setdefault(name, []).append((value, Cited(line.turn, quote)))
        return found

    def takes_up(self, text: str) -> bool:
        """Say whether a text shares two words of content with what the stakeholder says."""
        return len(self.heard.stems.keys() & stems(text)) >= PLAYBACK_OVERLAP

    @cached_property
    def leading(self) -> tuple[str, ...]:
        """Give the questions that put the answer into the stakeholder's mouth."""
        return tuple(said.text for said in self.said() if Move.LEADING_QUESTION in said.does)

    @cached_property
    def proposes(self) -> bool:
        """Say whether the trainee proposes or promises anything that would need backing."""
        return any(line.does(Move.PITCH, Move.OVERCLAIM) for line in self.lines)


def read_talk(
    transcript: Transcript,
    screening: Screening,
    *,
    brief: str = "",
    sought: frozenset[str] | None = None,
) -> Talk:
    """Read a transcript sentence by sentence; `brief` and `sought` as in `Talk`."""
    texts = {
        index: without(turn.text, screening.suspects.get(index, ()))
        for index, turn in transcript.of_role("stakeholder")
    }
    heard = Heard(tuple(texts.values()))
    lines: list[Line] = []
    said: set[str] = set()
    last, last_stems = "", set[str]()
    before = since = 0
    for index, turn in enumerate(transcript.turns):
        if turn.role == "stakeholder":
            last, last_stems = texts[index], set(stems(texts[index]))
            said |= last_stems
            before, since = before + 1, since + 1
        elif turn.role == "trainee":
            moves = moves_among(turn.text, last=last_stems, said=said)
            own = _sentences(index, turn.text, screening.suspects.get(index, ()), moves)
            lines.append(Line(index, own, last, heard, before, since, moves))
            since = 0
    foreign = sum(line.moves.did(Move.OTHER_LANGUAGE) for line in lines)
    return Talk(tuple(lines), heard, foreign * 2 > len(lines), brief, sought)


def _sentences(index: int, text: str, spans: Iterable[Suspect], moves: Moves) -> tuple[Said, ...]:
    """Give the sentences of a turn, those with suspect text left out."""
    suspect = list(spans)
    made: list[Said] = []
    for run in _runs(sentences(text), suspect):
        for place, part in enumerate(run):
            does = {s.what for s in moves.seen if s.start < part.end and part.start < s.end}
            said, quote = text[part.start : part.end], _quote(text, run, place)
            made.append(
                Said(index, said, part.plain, frozenset(does), quote, may_match(part.plain))
            )
    return tuple(made)


def _runs(parts: Iterable[Sentence], suspect: Sequence[Suspect]) -> Iterator[list[Sentence]]:
    """Give sentences in runs, cut where one holds suspect text: no quote may reach over that."""
    run: list[Sentence] = []
    for part in parts:
        if any(part.start < span.end and span.start < part.end for span in suspect):
            yield run
            run = []
        else:
            run.append(part)
    yield run


def _quote(text: str, parts: Sequence[Sentence], place: int) -> str:
    """Give a sentence, with what follows or else stands before as long as it is too short to quote."""
    first = last = place
    while True:
        quote = text[parts[first].start : parts[last].end]
        if len(quote) >= MIN_CHARACTERS or long_enough(quote, text):
            return quote
        if last + 1 < len(parts):
            last += 1
        elif first:
            first -= 1
        else:
            return quote
