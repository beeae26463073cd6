"""Rules for objections: a doubt or refusal said back, answered at once or later, or waved away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.figures import figures
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import sentences, stems

LATER_STEMS = 2
"""So many words of a doubt show that a later turn comes back to it; one may be chance."""

LATER_TURNS = 6
"""A doubt is looked for in so many turns after its reply."""

LEAST_REASON_WORDS = 5

OBJECTION = Pattern(
    r"\b(?:not (?:sure|convinced|happy|what (?:i|we) need)|don't (?:think|see|believe|need|want|trust|like)|do not (?:think|see|believe|need|want|trust|like)|worr(?:y|ied)|concern(?:ed|s)?|afraid"
    r"|too (?:expensive|long|much|complicated|risky|late|slow|early|big)|won't work|will not work|can't afford|cannot afford|no (?:time|budget|money|people|capacity) (?:for|to)|scepti\w+|skepti\w+"
    r"|doubt\w*|never worked|tried (?:that|this|it) before|why should|why would (?:i|we)|hesita\w+|disagree|what if (?:it|that|this|they|not|the|we|your)|i(?:'d| would) (?:rather|prefer)|plan b|heard that before|not going to (?:happen|work)|my people (?:won't|can't|don't))\b"
)
REFUSAL = Pattern(
    r"^(?:(?:hm+|well|er|oh|sorry|honestly|look)[,.]? )*(?:no[,.!]|but\b|and if\b|never\b|not (?:now|today|this|with me|possible|for us|again)\b|nothing came|we(?:'ve| have)? (?:had|tried)\b.{0,40}\b(?:once|before|nothing)|(?:they|he|she|my \w+|the \w+|\w+s)(?:'ll| will| would) (?:hate|refuse|fear|moan|laugh|scream|say(?: no)?|never|not|be buried|complain)|(?:they|he|she) won't)"
    r"|\b(?:i|we) (?:can't|cannot|won't|will not|would never|refuse|am not going to|am not allowed)\b|\b(?:out of the question|over my|costs? a fortune|a fortune|what about|i (?:have|see) no|nothing came of it|heard that|that(?:'s| is) (?:not possible|impossible|too|a lot|expensive|risky)|the works council|scared|sounds (?:risky|expensive))\b"
)
"""A refusal, or a doubt put as a "but": it counts only right after a proposal."""

HEARS_DOUBT = Pattern(
    r"\b(?:you(?:'re| are) (?:worried|afraid|concerned|right|not sure|hesitant|sceptical|skeptical)|you (?:worry|fear|doubt|don't|do not|cannot|can't|have no|said|say)|they (?:fear|hate|hated|worry|say|come)|what (?:you|they) (?:hate|hated|fear|worry)|he says|she says|your (?:worry|concern|doubt|fear|point)"
    r"|i (?:can )?(?:hear|understand|see) (?:that|you|your|why)|so (?:the|you|your|it|they)|sounds like|if i understand|fair (?:point|question)|the worry is|what worries you|understood: if|would have a point|is fair)\b"
)
REASON = Pattern(
    r"\b(?:because|since|that(?:'s| is) why|for that reason|therefore|so (?:we|i|you) (?:would|could|can|will|only)|we (?:could|would|can) (?:start|limit|begin|change|leave|keep|move|wait|take|drop|do it|run|test|try)"
    r"|instead|to avoid|which means|in the pilot|in that case|what (?:we|they) did|(?:it|that|this|they|we) (?:would|does|do|will)(?: not|n't)|only (?:two|one|three|half|after|for)|rather than"
    r"|then (?:we|i)(?:'d| would|'ll| will)|i(?:'d| would) (?:set|leave|take|start|drop|move|keep)|for (?:the|accounts|fruit|two|those) .{2,60}\b(?:only|no|it's|it is)|replaces|(?:the|our) (?:numbers|figures|log|plan) (?:say|says|show)|if (?:it|that|they|the \w+) .{2,60}, (?:we|i|you)\b)\b"
)
BRUSH_OFF = Pattern(
    r"\b(?:don'?t (?:you )?worry|do not worry|no worries|not (?:a|an) (?:real )?(?:problem|issue)|no problem|you(?:'ll| will) see|(?<!you )trust me|(?<!don't )believe me|you(?:'re| are) wrong|that's not (?:true|right|an issue|a problem|how)"
    r"|everyone says that|(?:you|they|he|she|people|everybody)(?:'ll| will)? (?:get used|come round|get over|learn to (?:love|like)|love it|manage somehow)|never mind|let's not worry|don't overthink|you don't understand|just (?:wait|try it|trust)"
    r"|forget (?:about )?(?:it|that)|(?:this|that|it) never happens|it is what it is|who cares|old hat|everybody's reasonable|(?:can'?t|cannot) hurt|sorts? itself out|(?:that|it) (?:doesn't|does not) matter|(?:doesn't|does not|don't|do not) matter (?:so|that|too|very) much|(?:\w+)(?:'ll| will) be fine with (?:it|that)|but seriously|no big deal|nonsense|i wouldn't worry|(?:it|that)(?:'ll| will) be (?:fine|ok|okay|taken care)|come on(?=[,.!])|be that as it may"
    r"|haha|every \w+ has a|that is rather what i mean|don't be (?:so|such)|there(?:'s| is) no need|you worry|(?:find|found) (?:some|a) way|should be (?:fine|ok|okay)|you(?:'re| are) (?:too|just|being) )(?!\w)"
)


@dataclass(frozen=True)
class Doubt:
    """Hold a doubt that the stakeholder raised, and the turns that could speak to it."""

    words: str
    reply: Line
    later: tuple[Line, ...]

    def replies(self) -> Iterator[tuple[Line, Said]]:
        """Yield the sentences of the reply, and later ones that come back to the doubt."""
        yield from ((self.reply, said) for said in self.reply.said)
        about = set(stems(self.words))
        for line in self.later:
            for said in line.said:
                if len(said.stems & about) >= LATER_STEMS:
                    yield line, said


def doubts(talk: Talk) -> list[Doubt]:
    """Give the doubts raised against what the trainee proposed, asked for or argued just before.

    A plain word of doubt counts later, too, once something has been proposed.
    """
    raised: list[Doubt] = []
    proposed = argued = False
    for place, line in enumerate(talk.lines):
        found = [
            part.plain
            for part in (sentences(line.last) if proposed or argued else ())
            if (OBJECTION.search(part.plain) or (argued and REFUSAL.search(part.plain)))
        ]
        if found and line.since and line.said:
            later = talk.lines[place + 1 : place + 1 + LATER_TURNS]
            raised.append(Doubt(" ".join(found), line, later))
        argued = _argues(line)
        proposed = proposed or line.does(Move.PITCH, Move.REQUEST)
    return raised


def _argues(line: Line) -> bool:
    """Say whether a turn puts something forward: a proposal, or a statement it ends with."""
    if line.does(Move.PITCH, Move.REQUEST, Move.OVERCLAIM):
        return True
    end = line.said[-1] if line.said else None
    return end is not None and not end.asks and line.words >= LEAST_REASON_WORDS


def objection_restated(talk: Talk) -> list[Cited] | Missing:
    """See a doubt said back, with a word of it, in the answer to it or later."""
    return _of_doubts(
        talk,
        lambda doubt: (
            said
            for _, said in doubt.replies()
            if said.finds(HEARS_DOUBT) and said.stems & set(stems(doubt.words))
        ),
    )


def objection_answered(talk: Talk) -> list[Cited] | Missing:
    """See a reason, a figure of one's own or a change of the proposal in the answer to a doubt."""
    return _of_doubts(
        talk, lambda doubt: (s for line, s in doubt.replies() if _reasons(line, s, doubt.words))
    )


def _reasons(line: Line, said: Said, doubt: str) -> bool:
    if said.asks or said.finds(BRUSH_OFF) or not said.does.isdisjoint(_PUSHES):
        return False
    if said.finds(REASON):
        return True
    new = figures(said.plain) - line.earlier_figures
    return said.words >= LEAST_REASON_WORDS and bool(new) and bool(said.stems & set(stems(doubt)))


_PUSHES = (Move.PRESSURE, Move.OVERCLAIM)


def objection_brushed_off(talk: Talk) -> list[Cited] | Missing:
    """See a doubt waved away in the answer to it."""
    return _of_doubts(talk, lambda doubt: (s for s in doubt.reply.said if s.finds(BRUSH_OFF)))


def _of_doubts(talk: Talk, see: Callable[[Doubt], Iterator[Said]]) -> list[Cited] | Missing:
    """Look at what follows each doubt; without one there is no call for an answer."""
    raised = talk.once(doubts)
    if not raised:
        return "no_opportunity"
    return shown(dict.fromkeys(said.cited for doubt in raised for said in see(doubt)))


RULES: dict[str, Rule] = {
    "objection-restated": objection_restated,
    "objection-answered": objection_answered,
    "objection-brushed-off": objection_brushed_off,
}
