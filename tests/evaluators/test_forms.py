"""Forms of words that follow from what a behaviour is: what they rule out, and what they show."""

import pytest

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.language import RULES
from rmcoach_llm.evaluators.ruled_out import ruled_out
from rmcoach_llm.evaluators.rules_learned import with_learned
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import Talk, read_talk

SEEN = with_learned(RULES)


def _talk(*texts: str) -> Talk:
    roles = ("stakeholder", "trainee")
    turns = [(roles[n % 2], roles[n % 2], text) for n, text in enumerate(texts)]
    transcript = Transcript.of("t", turns)
    return read_talk(transcript, screen(transcript))


@pytest.mark.parametrize(
    ("behaviour", "only_look_like_it", "show_it"),
    [
        (
            "playback",
            (
                "So with our scanner they don't mistype.",
                "Right, with the new app you can drop that.",
            ),
            ("So with the paper list they mistype.", "You lose a morning on it, every Friday."),
        ),
        (
            "playback-checked",
            ("Then may I order the licences?", "I feel it's all a question of order, no?"),
            ("May I say back what I heard?", "Two vans, not three, is that right?"),
        ),
        (
            "playback-checked",
            (
                "Four vans, and Sundays off. And who drives them?",
                "So it's paper. From where does it come?",
            ),
            ("Four vans. Which of them did I leave out?", "So it's paper. Is it so?"),
        ),
        (
            "constraint-question",
            ("What do you mean by rules of the yard?", "What did you mean by the deadline?"),
            ("Which rules of the yard hold?", "What is the deadline?"),
        ),
        (
            "number-with-source",
            ("Most firms with one halve it.", "Because customers using it save ten percent."),
            (
                "The two firms that had it halved it.",
                "The customers of the Bonn shop save ten percent.",
            ),
        ),
        (
            "playback-wrong",
            (
                "If it was five, we'd be through in May.",
                "Well, if they came by rail you'd save nine.",
            ),
            ("So you have five vans.", "You said the rail takes nine days."),
        ),
        (
            "specific-ask",
            (
                "I only need your signature, we sort the rest.",
                "If you don't sign, it lapses. Sign?",
            ),
            ("Could I have your signature on page two?", "Would you give me an hour on Monday?"),
        ),
        (
            "specific-ask",
            ("I'll mail the draft and you can comment.", "Do you work with paper on the ward?"),
            ("Could you comment on the draft by Monday?", "Would you do one week on paper?"),
        ),
        (
            "commitment-dated",
            (
                "If you don't agree by Monday I'll give it to sales.",
                "If you won't move I'll go Friday.",
            ),
            ("I'll bring the draft on Monday.", "If it rains, I'll come on Friday."),
        ),
        (
            "next-step-agreed",
            (
                "Next step, you fill it in by May. It's compulsory.",
                "If you refuse to join, we meet him.",
            ),
            ("Next step, we fill it in by May, all right?", "Shall we meet on Monday?"),
        ),
        (
            "options-compared",
            (
                "If it rains, or nobody comes, we stop.",
                "The charge is small, but really you never see it.",
            ),
            (
                "Rain days only, which is quick, or all days.",
                "The charge is small but yearly; or once.",
            ),
        ),
        (
            "trade-off-named",
            ("A cost of two cents, but in practice you won't notice.", "That'd be better for you."),
            ("A cost of two cents, and you would notice.", "That'd be slower for you at first."),
        ),
        (
            "benefit-quantified",
            ("Half the calls go, that's proven.", "You'd gain, I'd say, twenty percent."),
            ("Half the calls go, as they did in Bonn.", "You'd gain 4 of your 20 hours."),
        ),
        (
            "limit-admitted",
            ("I can't give you names, but big firms.", "We have NDAs, so no names."),
            ("I can't give you a date.", "I don't know the names."),
        ),
        (
            "limit-followed-up",
            (
                "We asked legal about it. The rest I don't know.",
                "I don't know, I looked in the file.",
            ),
            (
                "I asked legal, and they will tell me on Monday.",
                "I don't know, I'll look in the file.",
            ),
        ),
        (
            "checkable-case",
            ("I'll ask him about it.", "That's for Ana, I will ask her."),
            ("You could ask him about it.", "Ana in Bonn runs it."),
        ),
        (
            "vague-promise",
            ("I'll ask some odd questions.", "I will ask you a few things."),
            ("I'll ask the vendor.", "I will sort a few things out."),
        ),
        (
            "pressure",
            ("You take it or you don't.", "You join this or you do not."),
            ("Take it or I tell your boss.", "You join, whether it suits or not."),
        ),
    ],
)
def test_a_form_rules_out_a_behaviour(
    behaviour: str, only_look_like_it: tuple[str, ...], show_it: tuple[str, ...]
) -> None:
    """A sentence of such a form cannot show the behaviour; its neighbour in meaning can."""
    assert [ruled_out(behaviour, quote) for quote in only_look_like_it] == [True, True]
    assert [ruled_out(behaviour, quote) for quote in show_it] == [False, False]


@pytest.mark.parametrize(
    ("behaviour", "last", "show_it", "do_not"),
    [
        (
            "pitch-before-need",
            "The orders are late.",
            ("My idea's a portal for the dealers.", "I've got the solution, a chat window."),
            ("My idea of it is vague.", "I've got the list, thanks."),
        ),
        (
            "implication-question",
            "The list is late every week.",
            ("What does that do to the drivers?", "Who feels it first?"),
            ("What do the drivers do?", "Who writes it first?"),
        ),
        (
            "success-question",
            "It has to get better.",
            ("What would a good month look like?", "What would a really good week look like?"),
            ("What does the form look like?", "What would a week cost?"),
        ),
        (
            "work-today-question",
            "It is a long way.",
            ("Could you lead me along the line?", "Walk me round your yard?"),
            ("Could you lead the line?", "Is the yard walked round?"),
        ),
        (
            "leading-question",
            "They call us all day.",
            (
                "So why do they call, because nobody writes.",
                "How come they wait, because it's slow.",
            ),
            ("So why do they call?", "Do they wait because it's slow?"),
        ),
        (
            "commitment-dated",
            "And when do I see it?",
            ("I bring the draft on Thursday.", "Then I write to Ana tomorrow."),
            ("I write to Ana every Thursday.", "I bring the draft."),
        ),
        (
            "assumption-named",
            "Does it cope with maps?",
            ("They say it does, but I haven't tried it with maps.", "I've not measured it yet."),
            ("I have tried it with maps.", "They measured it."),
        ),
        (
            "vague-authority",
            "Does it work outside?",
            ("Other harbours run it.", "Sure, it's a problem for everyone."),
            ("The harbour of Emden runs it.", "It's a problem for the night crew."),
        ),
        (
            "term-clarified",
            "Then comes the handfast swivel.",
            ("The, sorry, handfast swivel?", "Pardon, the handfast swivel?"),
            ("Sorry, Monday?", "Sorry for the delay?"),
        ),
        (
            "follow-up",
            "The lists come by fax.",
            ("And where do they go?", "So how does it reach you?"),
            ("And where do the vans go?", "And what is it that you want again?"),
        ),
        (
            "success-question",
            "It has to get better.",
            ("What would he have to see in May?", "If nine of ten get through, it's passed."),
            ("What would he have to see to say no?", "If nine of ten get through, we go on."),
        ),
        (
            "decision-question",
            "The rota is fixed.",
            ("Who can change the rota?", "And who must sign for it?"),
            ("Who can read the rota?", "And who can see it?"),
        ),
        (
            "work-today-question",
            "The lists come by fax.",
            ("What does the desk do with them?", "What do your drivers do with those?"),
            ("What would you do with it?", "What did you do there?"),
        ),
        (
            "behind-the-want",
            "We need drones.",
            ("What is it that you can't do from the ground?", "What put drones on the table?"),
            ("What is it called?", "What is on the table?"),
        ),
        (
            "problem-question",
            "The lists come by fax.",
            ("What drives you mad about it?", "And what drives your people up the wall?"),
            ("What drives the fax?", "And who drives your people home?"),
        ),
        (
            "leading-question",
            "The lists come by fax.",
            ("You'd like mails better, right?", "And the desk does nothing, yes?"),
            ("You have one fax for all, right?", "The fax stands in the hall, yes?"),
        ),
        (
            "commitment-dated",
            "And when do I see it?",
            ("On Monday I sit with Ana and count.", "I go and ask her next week."),
            ("On Monday I could sit with Ana.", "Yesterday I went and asked her."),
        ),
        (
            "overselling",
            "Is it much work?",
            ("It really runs itself.", "You'll never have a late list."),
            ("It runs by itself at night.", "You have a late list, and never a wrong one."),
        ),
        (
            "vague-authority",
            "Is it the fax?",
            ("In my experience it is.", "It's the fax, my gut says."),
            ("In the log it is.", "It's the fax, the guard says."),
        ),
        (
            "checkable-case",
            "Is it allowed?",
            ("It is, that's in section 4.", "It is, it's in your own yard handbook."),
            ("It is, in four sections.", "It is, in your own yard."),
        ),
        (
            "playback-wrong",
            "I'd rather not, not before Ana has seen it.",
            ("I take it that's a yes.", "Good, I'll put you down as a yes."),
            ("I take it that's a no.", "Then I'll put down your no."),
        ),
    ],
)
def test_a_form_shows_a_behaviour(
    behaviour: str, last: str, show_it: tuple[str, ...], do_not: tuple[str, ...]
) -> None:
    """What follows from the grammar of a sentence is seen, whatever the matter is."""
    rule = RULES[behaviour]
    before = ("Good day.", "Good day to you.", last)
    assert [text for text in show_it if not isinstance(rule(_talk(*before, text)), list)] == []
    assert [text for text in do_not if isinstance(rule(_talk(*before, text)), list)] == []


def test_a_yes_that_was_given_is_not_said_back_wrongly() -> None:
    """Who notes a yes after a yes, whatever else was said, notes what was told."""
    rule = RULES["playback-wrong"]
    assert rule(_talk("Yes, but not before May.", "Good, I'll note that as a yes.")) == (
        "not_observed"
    )


def test_a_range_needs_a_number() -> None:
    """ "Between two and three weeks" is an estimate, "between IT and the shops" a place."""
    rule = RULES["calibrated-claim"]
    assert isinstance(rule(_talk("How long?", "Between two and three weeks of work.")), list)
    assert isinstance(rule(_talk("How long?", "That is between 9 and 12 days then.")), list)
    assert not isinstance(rule(_talk("Hello?", "I sit between sales and the shops.")), list)


def test_a_term_called_out_is_no_sentence_of_ones_own() -> None:
    """The term alone echoes; a question with it, or a sentence around it, uses it."""
    rule = RULES["stakeholder-term"]
    told = ("It is about the night train.", "Go on.", "Then the grain elevator jams.")
    assert rule(_talk(*told, "Grain elevator!")) == "not_observed"
    assert isinstance(rule(_talk(*told, "Which grain elevator?")), list)
    assert isinstance(rule(_talk(*told, "I would watch the grain elevator first.")), list)


def test_a_number_makes_no_term() -> None:
    """Nineteen drivers are drivers, as twenty are."""
    rule = RULES["stakeholder-term"]
    told = ("It is about the night train.", "Go on.", "There are nineteen drivers.")
    assert rule(_talk(*told, "And the nineteen drivers are here?")) == "not_observed"


def test_what_a_manager_agreed_to_is_no_agenda() -> None:
    """Leave that was got serves the stakeholder; what a manager wants serves the trainee."""
    rule = RULES["own-agenda"]
    assert rule(_talk("Who pays?", "We do, my manager has agreed to that.")) == "not_observed"
    assert isinstance(rule(_talk("Who pays?", "You do, my manager wants it so.")), list)
