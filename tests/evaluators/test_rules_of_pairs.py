"""Rules for senses, causes, faults and the person: what they see, and what only looks so."""

import pytest

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.language import RULES
from rmcoach_llm.evaluators.rules_heard import CONFIRMS, DENIES, reacts
from rmcoach_llm.evaluators.rules_senses import glossary, glossed, misused_in
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import read_talk

TROUBLE = "The invoices are late, and I am tired of being blamed for it."


def _sees(behaviour: str, *turns: str) -> bool:
    """Say whether a rule sees a behaviour in turns of the stakeholder and the trainee, in turn."""
    roles = (("Bo", "stakeholder"), ("Al", "trainee"))
    rows = [(*roles[place % 2], text) for place, text in enumerate(turns)]
    talk = Transcript.of("t", rows)
    return isinstance(RULES[behaviour](read_talk(talk, screen(talk))), list)


@pytest.mark.parametrize(
    ("behaviour", "turns"),
    [
        ("term-misused", ("We accrue.", "So the accruals, so the invoices you have paid, are late.")),
        ("term-misused", ("Hello.", "The loss ratio is how many customers you lose.")),
        ("term-misused", ("Hello.", "Your covenant, the bank's fee so to say, is due.")),
        ("term-misused", ("Hi.", "So we count the variations.", "A variation is a change to it.")),
        ("cause-guessed", (TROUBLE, "It's the scanners, what else could it be.")),
        ("cause-guessed", (TROUBLE, "People just forget to book them.")),
        ("cause-guessed", (TROUBLE, "So it's the scanners.", "No, the scanners are new.")),
        ("rivals-named", (TROUBLE, "It could be the form, or it could be the training.")),
        ("rivals-named", (TROUBLE, "That needn't be the adjusters at all.")),
        ("rivals-named", (TROUBLE, "If it's the form, they'd fail. If it's the pay, they'd go.")),
        ("cause-tested", (TROUBLE, "What has changed since May?")),
        ("cause-tested", (TROUBLE, "Is there a ward where hardly anything comes back?")),
        ("blame-shifted", (TROUBLE, "That was before my time.")),
        ("blame-shifted", (TROUBLE, "It was the vendor, nobody told me.")),
        ("judging", (TROUBLE, "You office folks have never held a shovel.")),
        ("person-acknowledged", (TROUBLE, "That must be galling.")),
        ("dismissive", (TROUBLE, "That's just life.")),
        ("limit-admitted", (TROUBLE, "You should have heard it from me first.")),
        ("background-first", (TROUBLE, "Let me set the scene. We have three layers.")),
        ("term-misused", ("Hi.", "All are CCPs, right?", "Critical control points. And none is.")),
        ("term-misused", ("Hi.", "So we give four valuations.", "Not valuations. A report.")),
        ("term-misused", ("Hi.", "A sticker is the proof.", "It's a stamp, by law.")),
        ("term-misused", ("Hi.", "Stop the lead.", "A lead isn't a buyer.")),
        ("function-term", ("Hi.", "Is the cut-off late?", "The cut-off is at noon.")),
        ("meaning-confirmed", ("We reconcile.", "Reconcile means line by line.", "Yes.")),
        ("rivals-named", (TROUBLE, "If it's the form, the old hands would stumble as well.")),
        ("rivals-named", (TROUBLE, "If theirs fell too, it wasn't the routes.")),
        ("reckoned", ("Forty claims, two hours each.", "Forty at two hours, that's eighty hours.")),
        ("message-named", (TROUBLE, "If you keep one thing in mind: the check.")),
        ("message-named", (TROUBLE, "Then one line. It pays.")),
        ("example-given", ("The Lyon invoice.", "Take the invoice from Lyon. It would stop.")),
        ("example-given", ("The crate was shut.", "The crate would not have been shut.")),
        ("feature-list", (TROUBLE, "It has dashboards, alerts, exports and a chat bot.")),
        ("point-first", ("What now?", "I'd start with two companies. They are late.")),
        ("reaction-asked", (TROUBLE, "What in this would not work for you?")),
        ("trade-off-named", ("What do you suggest?", "Your clerks would have to type it.")),
        ("question-dodged", ("Does it fit?", "Our team is moving, by the way.")),
        ("question-dodged", ("Who pays?", "It is a good tool.", "You haven't told me who.")),
        ("evidence-asked", (TROUBLE, "How do you know that? Is there a log?")),
        ("measure-questioned", ("Twelve percent late.", "What counts as late here?")),
        ("mismatch-raised", ("Both are true.", "How does that fit together?")),
        ("counter-evidence", ("So be it.", "What would tell us that I'm wrong?")),
        ("view-revised", ("They come in time.", "Then I was wrong about them.")),
        ("view-defended", ("They are not late.", "I still say it is the carriers.")),
        ("view-defended", ("They can't.", "They can, believe me.", "As I said, they can't.")),
    ],
)  # fmt: skip
def test_a_rule_sees_its_behaviour(behaviour: str, turns: tuple[str, ...]) -> None:
    """Each rule sees what the statement of its behaviour says."""
    assert _sees(behaviour, *turns)


@pytest.mark.parametrize(
    ("behaviour", "turns"),
    [
        ("term-misused", ("Hello.", "The accruals, so the costs without an invoice, are late.")),
        ("term-misused", ("Hello.", "Accruals, is that what you have paid?")),
        ("term-misused", ("Hello.", "The month-end is the main problem.")),
        ("term-misused", ("Hi.", "The loss ratio is how many you lose.", "Exactly.")),
        ("cause-guessed", (TROUBLE, "It could be the scanners. How could we tell?")),
        ("cause-guessed", (TROUBLE, "So it's the invoices.", "Yes.")),
        ("rivals-named", (TROUBLE, "Two reasons: it is cheap, and it is fast.")),
        ("cause-tested", (TROUBLE, "Which day do they come?")),
        ("blame-shifted", (TROUBLE, "It was the vendor's file, but that was our mistake.")),
        ("judging", (TROUBLE, "Your people have built a lot there.")),
        ("person-acknowledged", ("Hello.", "That must be galling.")),
        ("dismissive", (TROUBLE, "That must be galling. That's just life.")),
        ("background-first", (TROUBLE, "One suggestion: stop them at the door.")),
        ("term-misused", ("Hi.", "Is it one of the CCPs?", "Critical control points. No.")),
        ("term-misused", ("Hi.", "So take two reps.", "Not Anneke, she's on leave.")),
        ("function-term", ("Hi.", "Is the cut-off late?", "The cut-off? No.")),
        ("meaning-confirmed", ("We reconcile.", "Reconcile means line by line.", "No.")),
        ("reckoned", ("Forty claims, two hours each.", "Forty at two hours, that's a lot.")),
        ("message-named", (TROUBLE, "One more thing: who signs?")),
        ("example-given", (TROUBLE, "It is like an orchestra.")),
        ("feature-list", (TROUBLE, "Three parts, people, process, paper.")),
        ("feature-list", ("Mail, fax and phone.", "You have mail, fax and phone.")),
        ("reaction-asked", (TROUBLE, "What do you think causes it?")),
        ("trade-off-named", ("What do you suggest?", "There is no downside.")),
        ("evidence-asked", (TROUBLE, "How would you know in a year?")),
        ("measure-questioned", ("It is late.", "What counts as late here?")),
        ("view-revised", ("Are you sure?", "If it rises, I was wrong.")),
        ("view-defended", ("They are not late.", "I still say so, but I was wrong before.")),
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_not_seen(behaviour: str, turns: tuple[str, ...]) -> None:
    """Words of a behaviour that do another thing are none, nor what the stakeholder says yes to."""
    assert not _sees(behaviour, *turns)


def test_what_the_trainee_owns_is_no_excuse() -> None:
    """A circumstance named in a turn that owns the mistake shifts no blame."""
    assert _sees("blame-shifted", TROUBLE, "I wasn't there.")
    assert not _sees("blame-shifted", TROUBLE, "I wasn't there, but it was our mistake.")


@pytest.mark.parametrize(
    ("answer", "pattern"),
    [("No, it is not.", DENIES), ("Hm. Or the rule in May.", DENIES), ("Exactly.", CONFIRMS)],
)
def test_an_answer_counts_where_it_begins(answer: str, pattern: object) -> None:
    """A yes or no in the first two sentences is one; further on it belongs to something else."""
    for text, seen in ((answer, True), (f"Well now. It is late. It rains. {answer}", False)):
        talk = Transcript.of(
            "t", [("Al", "trainee", "It is the rain."), ("Bo", "stakeholder", text)]
        )
        line = read_talk(talk, screen(talk)).lines[0]
        assert reacts(line, pattern) is seen


def test_each_term_of_the_glossary_can_be_explained() -> None:
    """An explanation by any word that belongs to a term is right, and one by none is wrong."""
    for term, entry in glossary().items():
        assert entry.right, term
        assert not entry.right & entry.wrong, term
    assert list(glossed("the dso, so the days until customers pay, is up."))
    assert not misused_in("the dso, so the days until customers pay, is up.")
    assert misused_in("the dso, so the doors of the office, is up.")
