"""Words that rule a behaviour out: sentences that only look like it."""

import pytest

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.language import RULES
from rmcoach_llm.evaluators.ruled_out import RULED_OUT
from rmcoach_llm.evaluators.rules_learned import with_learned
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import Talk, read_talk

SEEN = with_learned(RULES)


def _talk(last: str, text: str) -> Talk:
    turns = [("Bo", "stakeholder", last), ("Al", "trainee", text)]
    transcript = Transcript.of("t", turns)
    return read_talk(transcript, screen(transcript))


@pytest.mark.parametrize(
    ("behaviour", "last", "only_looks_like_it", "shows_it"),
    [
        (
            "vague-promise",
            "I don't want to talk about it much.",
            "That must have been a dreadful day for everybody. We can leave it there.",
            "We'll look into it and get back to you soon.",
        ),
        (
            "vague-promise",
            "And the price?",
            "We'll come to that one.",
            "I'll get back to you on the price.",
        ),
        (
            "checkable-case",
            "Managers say they don't get a mail.",
            "They do get a mail. It's in the logs.",
            "The warehouse in Lyon runs it since May. You could call Mr Petit there.",
        ),
        (
            "number-with-source",
            "Do belts help?",
            "Statistics say belts reduce breakage by 93 percent anyhow.",
            "According to your own ticket log, belts cut breakage from 12 to 5 in June.",
        ),
        (
            "unsupported-certainty",
            "Will anybody ask who is to go?",
            "I cannot promise you that nobody will ask this question.",
            "Trust me, this will definitely work for your people.",
        ),
        (
            "vague-authority",
            "The paper printed a photo with a swan in it.",
            "I've seen the swan.",
            "Studies show that it is best practice and everyone does it.",
        ),
        (
            "limit-admitted",
            "Who else has it?",
            "I can't share it, it's confidential.",
            "I don't know whether the old scanner can send that.",
        ),
        (
            "trade-off-named",
            "We could automate it, couldn't we?",
            "We could, there is no downside whatever.",
            "The downside is that your clerks would type two more fields for each claim.",
        ),
        (
            "assumption-named",
            "I suppose that's all.",
            "I suppose so too. Thanks for the time.",
            "I assume that all nine countries use the same calendar; I have seen two.",
        ),
    ],
)
def test_what_only_looks_like_a_behaviour_is_not_taken_for_it(
    behaviour: str, last: str, only_looks_like_it: str, shows_it: str
) -> None:
    """Words and model together see what shows a behaviour, and not what merely has its words."""
    assert isinstance(SEEN[behaviour](_talk(last, shows_it)), list)
    assert not isinstance(SEEN[behaviour](_talk(last, only_looks_like_it)), list)


@pytest.mark.parametrize(
    ("line", "blames"),
    [
        ("People just don't follow the process.", True),
        ("They should read the mail, then.", True),
        ("That would be a user problem.", True),
        ("That's your people's fault.", True),
        ("They just don't have the time for it, I suppose.", False),
        ("Was it a user problem, or did the form mislead them?", False),
        ("What makes it so easy to type it wrong?", False),
    ],
)
def test_a_trouble_that_is_put_on_the_users_is_judging(line: str, blames: bool) -> None:
    """Who blames the users is told so where a rubric looks for it; who asks what happened is not."""
    found = SEEN["judging"](_talk("Managers say they don't get a mail.", line))
    assert isinstance(found, list) is blames


def test_a_question_for_which_approvals_is_none_for_who_decides() -> None:
    """A noun that names the subject asks for no decision; who gives an approval does."""
    rule = RULES["decision-question"]
    assert rule(_talk("Automate the approvals.", "Which approvals?")) == "not_observed"
    asked = rule(_talk("Automate the approvals.", "Who has to give their approval for that?"))
    assert isinstance(asked, list)


def test_what_is_ruled_out_is_a_behaviour_that_is_looked_for() -> None:
    """A name in the table that nothing sees would be a slip of writing."""
    assert set(RULED_OUT) <= set(SEEN)
