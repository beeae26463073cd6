"""Tell how a talk went, from turn to turn, in one to three plain sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, pairwise

from rmcoach_llm.domain import (
    Act,
    Discovery,
    Finding,
    Move,
    QuestionKind,
    Scenario,
    Scorecard,
    Transcript,
    Turn,
    why_unscorable,
)
from rmcoach_llm.evaluators.rollup import DISCOVERY
from rmcoach_llm.language.measures import HeardMoves, counted_moves, lacks_punctuation
from rmcoach_llm.language.moves import question_type
from rmcoach_llm.language.words import FUNCTION_WORDS, count_words, sentences, stems, words

MOST_SENTENCES = 3
STALL_ANSWERS = 3
"""So many answers in a row that got nowhere are a stall."""

ASKS_WHAT_IS_MEANT = frozenset({Act.ASK_BACK, Act.UNCLEAR, Act.PUZZLED})

STUCK = frozenset(
    {
        Act.ASK_BACK, Act.RETELL, Act.REPEAT, Act.UNCLEAR, Act.GUARDED, Act.HOLLOW, Act.OFF_TOPIC,
        Act.PITCH, Act.PRESSURE, Act.GAME, Act.LANGUAGE, Act.IMPATIENT,
    }
)  # fmt: skip
"""What the stakeholder does about a line that brings nothing."""

SHIFT = 0.2
"""So much the share of words has to move between the halves of a talk to be told."""

LEAST_WORDS = 60
"""Words of both sides in each half; with less a share says nothing."""

LEAST_ASKED = 2
"""Content words of a question of the stakeholder that is about something."""

NEED_BEHAVIOURS = ("problem-question", "implication-question", "behind-the-want")
NEED_KINDS = (QuestionKind.PROBLEM, QuestionKind.IMPLICATION, QuestionKind.NEED_PAYOFF)


def course_of(
    card: Scorecard,
    transcript: Transcript,
    *,
    played: Scenario | None = None,
    heard: HeardMoves | None = None,
) -> str | None:
    """Say how a talk went; None where there is nothing to tell.

    In this order, at most three: what came first, understanding or a solution; in a session, when
    the root need came out, where nothing new came, and what was held back; questions of the
    stakeholder that were not taken up; how the share of words moved. The first and third are seen
    by rules for English and left out where most lines are in another language or without marks.

    `played` is the scenario of a session; `heard` are the trainee's moves, where they are known.
    """
    if why_unscorable(transcript) is not None:
        return None
    lines = counted_moves(transcript) if heard is None else heard
    readable = not lacks_punctuation(transcript) and not _foreign(lines)
    told = [
        _order(lines, card, transcript) if readable else None,
        _session(card.discovery, transcript, played) if card.discovery else None,
        _not_taken_up(transcript) if readable else None,
        _shift(transcript),
    ]
    return " ".join([text for text in told if text][:MOST_SENTENCES]) or None


def _foreign(lines: HeardMoves) -> bool:
    return 2 * sum(moves.did(Move.OTHER_LANGUAGE) for _, moves in lines) > len(lines)


def _order(lines: HeardMoves, card: Scorecard, transcript: Transcript) -> str | None:
    """Say whether a solution came before the first question about the problem and a playback.

    What rules did not see may still have been there: nothing is said to be missing, but before a
    solution that was seen, and a question that the evaluator has credited counts as one.
    """
    seen = _observed(card)
    if card.provenance.requested_model is None:
        asked = [i for i, moves in lines if any(map(moves.did, NEED_KINDS))]
        back = [i for i, moves in lines if moves.did(Move.PLAYBACK)]
        pitch = next((i for i, moves in lines if moves.did(Move.PITCH)), None)
    else:  # what a judge has found goes before what rules see
        asked, back = _found(seen, NEED_BEHAVIOURS), _found(seen, ("playback",))
        pitch = min(_found(seen, ("pitch-before-need",)), default=None)
    behind, said = "asked about the need", "said back what you had heard"
    if pitch is not None:
        earlier = [turn for turn in back if turn < pitch or _back_leads(lines, turn)]
        before = [(behind, asked + _first_credited(card), pitch), (said, earlier, pitch + 1)]
        late = [name for name, turns, end in before if min(turns, default=end) >= end]
        if late:
            return f"You offered a solution at turn {pitch}, before you had {' or '.join(late)}."
    steps = [(behind, asked + _found(seen, NEED_BEHAVIOURS)), (said, _heard(back, transcript))]
    done = [f"{name} (turn {min(turns)})" for name, turns in steps if turns]
    if not done:
        return None
    then = f" before you offered a solution (turn {pitch})" if pitch is not None else ""
    return f"You {' and '.join(done)}{then}."


def _back_leads(lines: HeardMoves, turn: int) -> bool:
    """Say whether nothing in a turn shows that its solution stands before what it says back."""
    moves = dict(lines).get(turn)
    back, pitch = (moves.first(Move.PLAYBACK), moves.first(Move.PITCH)) if moves else (None, None)
    return back is None or pitch is None or back.start < pitch.start


def _observed(card: Scorecard) -> list[Finding]:
    return [
        finding
        for score in card.rubrics.values()
        for criterion in score.criteria.values()
        for finding in criterion.findings
        if finding.verdict == "observed"
    ]


def _heard(back: Sequence[int], transcript: Transcript) -> list[int]:
    """Give the playbacks that the stakeholder of a session took for one; of other talks all.

    Else the page would tell that something was said back, and that nothing ever was.
    """
    traced = {
        n - 1: turn.trace for n, turn in enumerate(transcript.turns) if turn.trace is not None
    }
    return [n for n in back if n not in traced or traced[n].heard.played_back]


def _found(seen: Sequence[Finding], behaviours: Collection[str]) -> list[int]:
    """Give the turns at which a judge saw one of these behaviours."""
    return [
        turn
        for finding in seen
        if finding.behaviour in behaviours
        for turn in (finding.turn, *(place.turn for place in finding.also))
        if turn is not None
    ]


def _first_credited(card: Scorecard) -> list[int]:
    """Give the turn of the first credited question, if there is one."""
    quoted = {
        (finding.turn, finding.quote)
        for score in card.rubrics.values()
        for name, criterion in score.criteria.items()
        for finding in criterion.findings
        if finding.turn is not None and finding.quote is not None
        if name != DISCOVERY and (finding.points or 0) > 0
    }
    asks = (
        turn
        for turn, quote in sorted(quoted)
        if any(question_type(part.plain) for part in sentences(quote))
    )
    return list(islice(asks, 1))


def _session(found: Discovery, transcript: Transcript, played: Scenario | None) -> str:
    """Say when the root need came out, or that it did not, where it stalled, what was held back."""
    parts = [_root(found, played)]
    if (stall := _stall(transcript)) is not None:
        parts.append(f"from turn {stall[0]} to turn {stall[1]} nothing new came out")
    if found.held_back:
        place, _, lock = list(found.held_back.values())[-1].partition(": ")
        parts.append(f"what you {place} was held back: {lock}")
    return "; ".join(parts) + "."


def _root(found: Discovery, played: Scenario | None) -> str:
    if not found.root_need_reached:
        return "The need behind the want did not come out"
    turns = {item.fact: item.turn for item in found.earned}
    turn = turns.get(played.root_need.id) if played else None
    return "The need behind the want came out" + (f" at turn {turn}" if turn is not None else "")


def _stall(transcript: Transcript) -> tuple[int, int] | None:
    """Give the longest run of lines of the trainee, first and last, that got nowhere.

    What is no try at finding out, such as a playback or a promise, neither breaks a run nor
    counts.
    """
    longest: list[int] = []
    run: list[int] = []
    for index, turn in enumerate(transcript.turns):
        if turn.trace is not None and turn.trace.act in STUCK:
            run = [*run, index - 1]
        elif turn.trace is not None and turn.trace.act is Act.TELL:
            run = []
        longest = max(longest, run, key=len)
    return (longest[0], longest[-1]) if len(longest) >= STALL_ANSWERS else None


def _not_taken_up(transcript: Transcript) -> str | None:
    turns = [turn for turn, _ in not_taken_up(transcript)]
    if not turns:
        return None
    return f"What they asked you at {_listed(turns)} you met with a question about something else."


def not_taken_up(transcript: Transcript) -> Iterator[tuple[int, str]]:
    """Yield the stakeholder's questions, with their turn, that the next line did not take up.

    The question ends their turn; the answer only asks, and shares no word of content with it. Who
    was not understood and is asked what they mean may well answer with a question.

    >>> talk = Transcript.of(
    ...     "t",
    ...     [("B", "stakeholder", "Which budget would pay?"), ("A", "trainee", "Who signs?")],
    ... )
    >>> list(not_taken_up(talk))
    [(0, 'Which budget would pay?')]
    """
    for index, (turn, reply) in enumerate(pairwise(transcript.turns)):
        asks = turn.role == "stakeholder" and turn.text.rstrip().endswith("?")
        asks = asks and not (turn.trace is not None and turn.trace.act in ASKS_WHAT_IS_MEANT)
        if not asks or reply.role != "trainee":
            continue
        asked = sentences(turn.text)[-1:]
        parts = sentences(reply.text)
        if not asked or not parts or any(question_type(part.plain) is None for part in parts):
            continue
        named = set(words(asked[0].plain)) - FUNCTION_WORDS
        if not named.isdisjoint(words(reply.text)):  # the same words have the same stems
            continue
        content = set(stems(asked[0].plain))
        if len(content) >= LEAST_ASKED and content.isdisjoint(stems(reply.text)):
            yield index, turn.text[asked[0].start : asked[0].end]


def _listed(turns: Sequence[int]) -> str:
    if len(turns) == 1:
        return f"turn {turns[0]}"
    return f"turns {', '.join(map(str, turns[:-1]))} and {turns[-1]}"


def _shift(transcript: Transcript) -> str | None:
    """Say how the trainee's share of the words moved, where it moved much."""
    half = len(transcript.turns) // 2
    shares = [_share(transcript.turns[:half]), _share(transcript.turns[half:])]
    if shares[0] is None or shares[1] is None or abs(shares[0] - shares[1]) < SHIFT:
        return None
    return (
        f"Of the words {shares[0]:.0%} were yours in the first half and {shares[1]:.0%} in the"
        " second."
    )


def _share(turns: Sequence[Turn]) -> float | None:
    counts = [(turn.role, count_words(turn.text)) for turn in turns]
    total = sum(count for _, count in counts)
    if total < LEAST_WORDS:
        return None
    return sum(count for role, count in counts if role == "trainee") / total
