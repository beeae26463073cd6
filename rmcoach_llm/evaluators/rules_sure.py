"""Rules that count beside the trained model, whatever it holds: forms of words that are right by themselves.

The model was fitted on lines of some authors, and misses most of what others say in other words. These rules see
few lines, and of those that were labelled at least eight of ten are what they are taken for. Five need
more than a line (the answer, or the turn before) and were looked at in talks only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rmcoach_llm.evaluators import rules_candour, rules_freedom, rules_proposing, rules_slights
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.talk import Talk

Sure = Callable[[Talk], Iterator[Cited]]

SURE: Mapping[str, Sure] = {
    "pressure": rules_freedom.pressure,
    "choice-stressed": rules_freedom.choice_stressed,
    "permission-asked": rules_freedom.permission_asked,
    "claim-tied-to-need": rules_freedom.claim_tied_to_need,
    "ordering": rules_freedom.ordering,
    "own-agenda": rules_freedom.own_agenda,
    "specific-ask": rules_freedom.specific_ask,
    "benefit-sourced": rules_proposing.benefit_sourced,
    "options-compared": rules_proposing.options_compared,
    "playback": rules_proposing.playback,
    "meaning-reflected": rules_proposing.meaning_reflected,
    "judging": rules_slights.judging,
    "dismissive": rules_slights.dismissive,
    "contradicting": rules_slights.contradicting,
    "objection-brushed-off": rules_slights.objection_brushed_off,
    "objection-restated": rules_slights.objection_restated,
    "question-dodged": rules_slights.question_dodged,
    "answer-ignored": rules_slights.answer_ignored,
    "correction-taken": rules_slights.correction_taken,
    "affirmed": rules_slights.affirmed,
    "concern-named": rules_slights.concern_named,
    "person-acknowledged": rules_slights.person_acknowledged,
    "reaction-asked": rules_slights.reaction_asked,
    "limit-admitted": rules_candour.limit_admitted,
    "trade-off-named": rules_candour.trade_off_named,
    "overselling": rules_candour.overselling,
    "blame-shifted": rules_candour.blame_shifted,
    "confidence-kept": rules_candour.confidence_kept,
    "confidence-broken": rules_candour.confidence_broken,
}
"""By behaviour, where it is shown for sure."""
