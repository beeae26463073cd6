"""Rules that were learned, and the points that were fitted."""

import asyncio
from collections.abc import Iterator

import pytest

from rmcoach_llm.domain import Behaviour, Transcript, criterion_value, rubric_value
from rmcoach_llm.evaluators import create_language_evaluator, rules_learned
from rmcoach_llm.evaluators.fitted import for_length, reweighted
from rmcoach_llm.evaluators.language import RULES
from rmcoach_llm.evaluators.rules_learned import proposes, table, with_learned
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import Talk, read_talk
from rmcoach_llm.library import Library
from rmcoach_llm.protocols import Parts

ASKED = "Too many invoices come back, and it is the carriers."


def _talk(*said: str) -> Talk:
    turns = [t for line in said for t in (("Bo", "stakeholder", ASKED), ("Al", "trainee", line))]
    transcript = Transcript.of("t", turns)
    return read_talk(transcript, screen(transcript))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, tuple[str, float]]]:
    """Give a table of how behaviours are seen that a test may fill."""
    own: dict[str, tuple[str, float]] = {}
    monkeypatch.setattr(rules_learned, "table", lambda: {"seen": own, "rubrics": {}})
    return own


def test_a_behaviour_without_a_rule_on_words_is_seen() -> None:
    """What only the model sees is cited with the sentence that shows it."""
    rule = with_learned({})["evidence-asked"]
    found = rule(_talk("I see. Is there a log that shows it?"))
    assert isinstance(found, list)
    assert "Is there a log" in found[0].quote
    assert rule(_talk("Nice weather today.")) == "not_observed"


@pytest.mark.parametrize(
    ("how", "by_words", "found"),
    [
        ("either", True, True),
        ("either", False, True),
        ("both", True, True),
        ("both", False, False),
        ("model", False, True),
    ],
)
def test_words_and_model_are_joined_as_the_table_says(
    seen: dict[str, tuple[str, float]], how: str, by_words: bool, found: bool
) -> None:
    """`either` needs one of the two, `both` needs both, `model` does not ask the words."""
    seen["evidence-asked"] = (how, 0.5)
    talk = _talk("Is there a log that shows it?")
    cited = [talk.lines[0].said[0].cited]
    rule = with_learned({"evidence-asked": lambda _: cited if by_words else "not_observed"})
    assert isinstance(rule["evidence-asked"](talk), list) == found


@pytest.mark.parametrize(
    ("behaviour", "line"),
    [
        ("commitment-dated", "Shall I send you the order form today? The discount ends tomorrow"),
        ("commitment-dated", "Can you sign the sponsor form? I need it by tonight."),
        ("unsupported-certainty", "A portal for all the carriers, of course."),
        ("pressure", "Who has to sign it off?"),
    ],
)
def test_what_the_model_takes_for_a_behaviour_must_have_its_form(
    behaviour: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Demands promise nothing, who agrees claims nothing, and to ask who decides is no pressure."""
    rule = with_learned({})[behaviour]
    assert rule(_talk(line)) == "not_observed"
    monkeypatch.setattr(rules_learned, "_holds", lambda *_: True)
    assert isinstance(rule(_talk(line)), list)


def test_a_rule_on_words_alone_stays_as_it_is(seen: dict[str, tuple[str, float]]) -> None:
    """Where the table says `rule`, the model is not asked."""
    seen["several-questions"] = ("rule", 0.5)
    assert with_learned(RULES)["several-questions"] is RULES["several-questions"]


def test_the_table_names_behaviours_and_fits_the_packaged_rubrics() -> None:
    """Each fitted rubric is the packaged version, with all of its behaviours and criteria."""
    library = Library()
    for name, held in table()["rubrics"].items():
        rubric = library.rubric(name)
        assert held["version"] == rubric.version, f"fit the points of {name} again"
        assert set(held["points"]) == {b.id for b in rubric.behaviours}
        assert set(held["starts"]) == {c.id for c in rubric.criteria}
        assert all(points > 0 for points in held["points"].values())


def test_another_version_of_a_rubric_keeps_its_own_points() -> None:
    """Points fitted to one version say nothing of another."""
    rubric = Library().rubric("trust")
    other = rubric.model_copy(update={"version": "99.0.0"})
    assert reweighted(other) is other
    assert reweighted(rubric).criteria[0].start != rubric.criteria[0].start


def test_starts_fall_in_long_talks_only_and_never_rise() -> None:
    """Up to 15 sentences nothing changes; from there on starts fall with length, down to 0 at most."""
    library = Library()
    weighed = [reweighted(library.rubric(name)) for name in library.ids("rubric")]
    assert any(held["slope"] > 0 for held in table()["rubrics"].values())
    for rubric in weighed:
        slope = table()["rubrics"][rubric.id]["slope"]
        assert slope >= 0
        assert for_length(rubric, 0) == for_length(rubric, 15) == rubric
        for criterion, shorter, longer in zip(
            rubric.criteria,
            for_length(rubric, 30).criteria,
            for_length(rubric, 10**9).criteria,
            strict=True,
        ):
            if all(b.sign == "-" for b in criterion.behaviours):
                assert shorter.start == longer.start == 5
            else:
                assert criterion.start >= shorter.start >= longer.start >= 0
                assert (criterion.start > shorter.start) == (slope > 0)


def test_a_score_adds_up_from_its_own_record() -> None:
    """With fitted points, too, the record alone gives the scores again, and the file's sign holds."""
    library = Library()
    rubrics = tuple(library.rubric(name) for name in library.ids("rubric"))
    evaluator = create_language_evaluator(Parts(prompt=library.prompt, rubrics=rubrics))
    turns = [
        ("Bo", "stakeholder", ASKED),
        ("Al", "trainee", "How do you know that it is the carriers? How many come back a month?"),
        ("Bo", "stakeholder", "About forty, and my people get the blame. What would you do?"),
        (
            "Al",
            "trainee",
            "So your people are blamed for it. I don't know yet, I'll ask by Friday.",
        ),
    ]
    card = asyncio.run(evaluator.evaluate(Transcript.of("t", turns)))
    behaviours: dict[str, Behaviour] = {b.id: b for r in rubrics for b in r.behaviours}
    for score in card.rubrics.values():
        for criterion in score.criteria.values():
            if criterion.status == "scored":
                assert criterion_value(criterion) == criterion.score
            for finding in criterion.findings:
                assert (finding.points or 0) > 0 or behaviours[finding.behaviour].sign == "-"
        if score.status == "scored":
            assert rubric_value(score) == score.score


def test_a_proposal_is_noticed() -> None:
    """Who offers an effect with a figure proposes; who only asks does not."""
    assert proposes(_talk("A check on day three would cut your close from nine days to six."))
    assert not proposes(_talk("Who looks at them first?"))


def test_no_threshold_lies_below_what_the_model_gives() -> None:
    """What the talk keeps of the model's likelihoods reaches down to each threshold that is used."""
    from rmcoach_llm.evaluators import rules_learned
    from rmcoach_llm.language.behaviours import LEAST_SHOWN

    used = [least for _, least in rules_learned.table()["seen"].values()]
    used += [rules_learned.PROPOSES_FROM, rules_learned.DOUBT_FROM]
    assert min(used) >= LEAST_SHOWN


@pytest.mark.parametrize(
    "said",
    [
        "So it is the carriers that cost you, and the invoices come back.",
        "Nice weather today, is it not?",
        "Okay.",
    ],
)
@pytest.mark.parametrize("how", ["both", "either"])
def test_a_rule_that_takes_long_is_left_out_only_where_it_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, seen: dict[str, tuple[str, float]], how: str, said: str
) -> None:
    """Asked only whether it is called for, or in full: what is found is the same."""
    for least in (0.01, 0.5, 0.99):
        seen["playback"] = (how, least)
        for talk in (_talk(said), _talk()):
            shorter = with_learned(RULES)["playback"](talk)
            with monkeypatch.context() as whole:
                whole.setattr(rules_learned, "CALLED_FOR", {})
                assert with_learned(RULES)["playback"](talk) == shorter
