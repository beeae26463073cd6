"""Questions that do not look like one: "I wonder what they wait for", "I suppose they wait".

The first kind asks in so many words and is put as the question that it holds. The second supposes
something that only the partner can know, which people hear as asking for it (a B-event: Labov and
Fanshel, Therapeutic Discourse, 1977); it is put as a question of its own words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rmcoach_llm.language.moves import is_check, question_type
from rmcoach_llm.language.words import Sentence, sentences

WH = r"(?:what|who|whose|why|when|where|which|how|whether|if)"

ASKS_WITHIN = re.compile(
    r"\b(?:i (?:do )?wonder(?:ed)?|i(?:'m| am| was) (?:just |also )?(?:wondering|curious)|i(?:'d| would) be (?:curious|interested)"
    r"|i(?:'d| would) (?:really |also )?(?:like|love|rather|want)|i(?:'m| am) (?:keen|interested|trying|eager)|i want"
    r"|i(?:'m| am) not sure(?: i (?:know|understand))?|i (?:don't|do not|can't|cannot) (?:yet |quite |really |fully )(?:understand|see|imagine|picture)"
    r"|tell me|let me (?:know|hear)"
    r"|it(?:'d| would| might| may) (?:really )?(?:help(?: me)?|be (?:good|nice|interesting|helpful|useful|great|lovely))"
    r"|(?:maybe|perhaps|possibly) (?:you|we) (?:could|can|might|would)|you (?:could|might|may) (?:tell|describe|say|explain|give|show))\b"
)
"""What stands before an indirect question; the question word comes behind it, or a noun."""

QUESTION_WORD = re.compile(rf"\b{WH}\b(?! not\b)(?=.* )")
ASKS_ABOUT = re.compile(
    r"\b(?:hear|know|learn|see|understand|tell|describe|explain|talk|say|give|show|picture|start|begin)\b"
    r"(?: (?:me|us|you|more|something|a (?:bit|little)(?: more)?))*(?: (?:about|from|of|with|through))? (?=\S+ \S)"
)
"""A noun after a verb of telling: "I'd like to hear about the people who search"."""

SUPPOSES_FIRST = re.compile(
    r"^(?:and |but |so |well,? |then |of course,? )*(?:"
    r"(?:i(?:'d| would)? |i (?:don't|do not) |i can (?:only )?)(?:suppose|guess|imagine|assume|expect|suspect|think|bet|gather|presume|take it|believe|dare say|fear)"
    r"|i(?:'ve| have) (?:heard|been told|read|a (?:feeling|hunch))|i (?:have|get|had) (?:the |a )?(?:feeling|impression|hunch)"
    r"|(?:it )?(?:sounds|looks|seems|feels) (?:like|as if|as though|to me)|it (?:seems|may be|might be|could be)"
    r"|presumably|probably|perhaps|maybe|possibly|surely|no doubt|chances are|you look as if)(?: that)?,? (?=\S)"
)
SUPPOSES_LAST = re.compile(
    r",? (?:i(?:'d| would)? (?:suppose|guess|imagine|assume|expect|suspect|think|bet|gather|presume|take it|believe)"
    r"|presumably|probably|perhaps|maybe|in my experience|no doubt"
    r"|(?:do|does|did|is|are|was|were|have|has|can|will|would)(?:n't)? (?:they|it|you|he|she|there|we))$"
)
SUPPOSES_WITHIN = re.compile(
    r", (?:so |and |but )?(?:i (?:suppose|guess|imagine|assume|expect|suspect|bet|gather|take it)|presumably|probably)\b"
    r"|^(?!i\b|we\b)[^,;]*?\b(?:must(?:'ve|n't)?|may|might|can't|cannot|could|probably|presumably|perhaps|surely|will (?:have|need|want|be|probably|surely)"
    r"|won't|'ll (?:have|need|want|be)|wouldn't)\b"
)
"""A verb of likelihood, where the one who speaks is not the one of whom it is said."""

OWN = re.compile(
    r"\b(?:i(?:'ll| will| shall| can| could| promise)|we(?:'ll| will| shall| could| can| should| might))\b(?!'t|not)"
    r"|\b(?:let me|let's)\b|^(?:my|our)\b"
)
"""What somebody means to do, or says of themselves, asks for nothing."""

LEAST_WORDS = 4
"""Words of a supposition; with fewer there is nothing to know what about."""


class Indirect(NamedTuple):
    """Hold a line whose indirect questions are put directly; `supposed` if all of them suppose."""

    text: str
    supposed: bool


def put_directly(text: str) -> Indirect | None:
    """Put the indirect questions of a line directly, or give None where it has none.

    >>> put_directly("Nice view. I wonder what they wait for.")
    Indirect(text='what they wait for?', supposed=False)
    >>> put_directly("Somebody has to sign, I suppose.")
    Indirect(text='somebody has to sign?', supposed=True)
    >>> put_directly("I will send you the note.") is None
    True
    """
    parts = [part for part in sentences(text) if not is_check(part.plain)]
    asked = [found for part in parts if (found := _asked_within(part)) is not None]
    if asked:
        return Indirect(" ".join(asked), supposed=False)
    supposed = [found for part in parts if (found := _supposed(part)) is not None]
    return Indirect(" ".join(supposed), supposed=True) if supposed else None


def _asked_within(part: Sentence) -> str | None:
    """Give the question that a sentence says it has: "I wonder what they wait for"."""
    if question_type(part.plain) is not None:
        return None
    opened = ASKS_WITHIN.search(part.plain)
    if opened is None:
        return None
    rest = part.plain[opened.end() :]
    about, word = ASKS_ABOUT.search(rest), QUESTION_WORD.search(rest)
    starts = [*([about.end()] if about else []), *([word.start()] if word else [])]
    return _question(rest[min(starts) :]) if starts else None


def _supposed(part: Sentence) -> str | None:
    """Give what a sentence supposes of the partner's world, as a question."""
    said = part.plain.rstrip(" .!\u2026")
    if question_type(part.plain) is not None or len(said.split()) < LEAST_WORDS:
        return None
    rest = SUPPOSES_LAST.sub("", SUPPOSES_FIRST.sub("", said))
    if rest == said and SUPPOSES_WITHIN.search(said) is None:
        return None
    return None if OWN.search(rest) else _question(rest)


def _question(said: str) -> str:
    return said.rstrip(" .!,\u2026") + "?"
