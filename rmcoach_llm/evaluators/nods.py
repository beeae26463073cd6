"""Nods that are asked for, and nods that are taken for given."""

from __future__ import annotations

from rmcoach_llm.evaluators.talk import Line, Said
from rmcoach_llm.language.pattern import Pattern

TAG = Pattern(r", (?:right|correct|yes|no)\?$")
WISHED_FOR = Pattern(
    r"\b(?:must|should|would|will|can|could|also|new|surely|need\w*|want\w*|like|love|better|best|good|great|bad|problem|trouble|because|feel|think|guess|suppose|presume|nightmare|sick|easier|faster|slow\w*|waste\w*|obvious\w*|true|agree|rather|all about|just|only|everyone|everybody|nobody|nothing|never|always)\b|'(?:d|ll)\b"
)
"""Words of worth, wish, cause or sweep: a tag behind them asks for a nod."""

NOTES_YES = Pattern(
    r"\bi take it(?: that)? (?:that|it)(?:'s| is) a yes\b|\bi(?:'ll| will)? (?:put|note|count|read) (?:that |it |this |you )?(?:down )?(?:as )?(?:a )?yes\b"
)
SAYS_YES = Pattern(
    r"\b(?:yes|yeah|yep|sure|agreed|of course|absolutely|go ahead|all right|okay|ok|fine|good|deal|right|why not|gladly|please|let's|do it|true)\b"
)


def checks_a_fact(said: Said) -> bool:
    """Say whether a question with a tag only checks how things are: "you have two vans, right?"."""
    return bool(said.finds(TAG)) and not said.finds(WISHED_FOR)


def takes_for_yes(said: Said, line: Line) -> bool:
    """Say whether a sentence notes a yes that no word of the stakeholder's gave."""
    if said.asks or not line.last or not said.finds(NOTES_YES):
        return False
    return SAYS_YES.search(line.last.lower()) is None
