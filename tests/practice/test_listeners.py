from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.objections import QUICK
from support.trainees import opened, play, with_line

from rmcoach_llm.disclosure import MOST_UNHEARD, TRUST, advance, begin, may_tell
from rmcoach_llm.domain import Act, Earned, Heard, Move, Scenario, Stance
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.library import Library
from rmcoach_llm.practice.listeners import create_language_listener, hear
from rmcoach_llm.protocols import Parts

FINANCE = Library().scenario("finance-close-report")
ASKED_FIRST = "And how does a month-end close run with you today?"


def heard(*lines: str, scenario: Scenario = FINANCE) -> Heard:
    """Give what is heard in the last of some lines."""
    return play(scenario, lines).heard[-1]


def in_stance(line: str, stance: Stance, *, answer: str = "") -> Heard:
    """Give what is heard in a line when the talk stands so."""
    talk = opened(FINANCE).transcript
    if answer:
        talk = with_line(talk, "Go on.", trainee=True, name="Trainee")
        talk = with_line(talk, answer, trainee=False, name=FINANCE.persona.name)
    return hear(FINANCE, with_line(talk, line, trainee=True, name="Trainee"), stance)


def knowing(*facts: str, **changes: object) -> Stance:
    """Give a stance in which facts are out, the last of them just told."""
    earned = tuple(Earned(fact=fact, turn=1, how="earned") for fact in facts)
    return begin(FINANCE).model_copy(update={"earned": earned, "last_fact": facts[-1], **changes})


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("What should the dashboard show?", "close-dashboard"),
        (ASKED_FIRST, "close-length"),
        ("Where does it get stuck?", "late-differences"),
        ("What does that mean for your team?", "chasing"),
        ("Who decides about this?", "who-decides"),
        ("What problems do you have?", "late-differences"),
        ("How would we see that it worked?", "good-close"),
    ],
)
def test_a_question_reaches_its_fact(line: str, fact: str) -> None:
    """In words like the author's, or by the kind of thing that is asked for."""
    assert heard(line).asked[0].fact == fact


@pytest.mark.parametrize(
    "line",
    [
        "Okay.",
        "I understand how you feel.",
        "I brought my notes from last week.",
        "Do you like football?",
        "What is your favourite film?",
        "Who won the election?",
        "x" * 100_000,
        "\x1b[2J\x07\u202e\x00",
        "Was kostet das und wie lange?",
        "",
    ],
)
def test_what_asks_for_nothing_is_heard_as_nothing(line: str) -> None:
    """Assent, statements, small talk and noise ask for no fact."""
    found = heard(line)
    assert not found.asked
    assert not found.unsure_between


def test_small_talk_with_words_of_its_own_is_off_topic() -> None:
    """It asks, and nothing in it is about the case."""
    assert heard("What is your favourite film?").did(Move.OFF_TOPIC)
    assert not heard("Why?").did(Move.OFF_TOPIC)


NEAR = (
    "Which of your people carry the burden here?",
    "Under which conditions would the team really use something new?",
)


BENCH = Library().scenario("engineering-test-bench")


def asked_of_the_bench(line: str, *more: str) -> Heard:
    """Give what is heard in a line where what comes before the decision is out, and more."""
    decision = [fact for fact in BENCH.facts if fact.layer == "decision"]
    known = dict.fromkeys([*(f for fact in decision for f in fact.unlock.after), *more])
    assert not {fact.id for fact in decision} & (known.keys() - set(more))
    earned = tuple(Earned(fact=fact, turn=1, how="earned") for fact in known)
    talk = with_line(opened(BENCH).transcript, line, trainee=True, name="Trainee")
    return hear(BENCH, talk, begin(BENCH).model_copy(update={"earned": earned}))


@pytest.mark.parametrize("line", NEAR)
def test_two_topics_that_are_near_are_both_given(line: str) -> None:
    """The stakeholder then asks which is meant, whether both are likely or none is sure."""
    found = asked_of_the_bench(line)
    assert not found.asked
    assert len(found.unsure_between) == 2


def test_of_two_likely_topics_the_one_that_is_not_known_is_meant() -> None:
    """Nobody asks again for what was told when something near is still open."""
    one, other = asked_of_the_bench(NEAR[0]).unsure_between
    assert asked_of_the_bench(NEAR[0], one).asked[0].fact == other


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("The first.", "chasing"),
        ("the latter, please", "limits"),
        ("What I have to work with? No, what your people do.", "chasing"),
        ("The people.", "chasing"),
        ("Neither, thanks.", None),
        ("My people work with it.", None),
    ],
)
def test_an_answer_to_do_you_mean(line: str, fact: str | None) -> None:
    """By its place or by its words; else it is read like any other line."""
    stance = begin(FINANCE).model_copy(update={"offered": ("chasing", "limits")})
    asked = in_stance(line, stance).asked
    assert (asked[0].fact if asked else None) == fact


def test_a_bare_why_asks_on_and_shows_no_listening() -> None:
    """It leads to the next fact behind the last answer, and earns no trust."""
    found = in_stance("Why is that?", knowing("close-length"), answer="Nine working days.")
    assert found.did(Move.FOLLOW_UP)
    assert found.asked[0].fact == "bank-estimate"
    assert found.follows is None


def test_a_bare_why_with_nothing_behind_it_asks_for_nothing_special() -> None:
    """When the last fact opens no other, the question has no topic."""
    found = in_stance("Why is that?", knowing("good-close"), answer="Three closes running.")
    assert "good-close" not in [match.fact for match in found.asked]


ANSWER = FINANCE.fact("chasing").says[0]


@pytest.mark.parametrize(
    ("line", "follows"),
    [
        ("What makes the phoning and writing take so long?", True),
        ("You said that each side points elsewhere, why is that?", True),
        ("You mentioned evenings. Does that happen a lot?", True),
        ("You said a lot. Who decides?", False),
        ("Into the evening, that must be hard.", True),
        ("Phoning for seventy hours, I can imagine. Who decides?", True),
        ("I understand how you feel.", False),
        ("That must be frustrating. Who decides?", False),
        ("Why?", False),
        ("How many hours?", False),
        ("Who writes in the evening, and for how many hours?", False),
        ("What is the dashboard for?", False),
        ("Seventy hours of phoning and writing.", False),
    ],
)
def test_what_builds_on_the_last_answer(line: str, follows: bool) -> None:
    """Words that the stakeholder brought in, taken up openly; no phrase and no closed question."""
    found = in_stance(line, knowing("chasing"), answer=ANSWER)
    assert (found.follows == "chasing") is follows


def test_words_that_the_trainee_brought_in_prove_nothing() -> None:
    """To hear one's own words again is not to listen."""
    line = "What makes the phoning and writing take so long?"
    assert in_stance(line, knowing("chasing"), answer=ANSWER).follows == "chasing"
    talk = opened(FINANCE).transcript
    talk = with_line(talk, "Is it phoning and writing all day?", trainee=True, name="Trainee")
    talk = with_line(talk, ANSWER, trainee=False, name=FINANCE.persona.name)
    talk = with_line(talk, line, trainee=True, name="Trainee")
    assert hear(FINANCE, talk, knowing("chasing")).follows is None


def test_nothing_is_taken_up_before_anything_was_told() -> None:
    """The opening line is no answer."""
    assert heard("That must be hard. What is behind the dashboard and the close?").follows is None


@pytest.mark.parametrize(
    ("line", "right", "wrong"),
    [
        (
            "So two of your controllers spend seventy hours a month phoning companies.",
            ("chasing",),
            (),
        ),
        (
            (
                "Let me play that back. Two controllers phone the companies, seventy hours a month. "
                "Is that right?"
            ),
            ("chasing",),
            (),
        ),
        ("So your controllers spend 90 hours a month phoning.", (), ("chasing",)),
        ("So two of your controllers spend ninety hours a month phoning.", (), ("chasing",)),
        ("So your people phone.", (), ()),
        ("So you want to paint the canteen green.", (), ()),
        ("Two controllers spend seventy hours a month phoning.", ("chasing",), ()),
        ("Seventy hours a month of phoning and writing.", (), ()),
    ],
)
def test_playback_is_right_wrong_or_none(
    line: str, right: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    """Right with enough of the content; wrong with a number that was never said."""
    found = in_stance(line, knowing("chasing"), answer=ANSWER)
    assert (found.played_back, found.misplayed) == (right, wrong)
    assert found.did(Move.PLAYBACK) or not (right or wrong)


def test_a_playback_of_what_was_not_told_is_none() -> None:
    """Nothing of the case is known yet."""
    line = "So two of your controllers spend seventy hours a month phoning companies."
    assert in_stance(line, begin(FINANCE)).played_back == ()


def test_the_question_behind_a_playback_is_heard() -> None:
    """And the check within it is no question about the case."""
    line = "So two of your controllers spend seventy hours a month phoning. Is that right? "
    stance = knowing("chasing")
    assert in_stance(line, stance, answer=ANSWER).asked == ()
    found = in_stance(line + "Who decides about it?", stance, answer=ANSWER)
    assert found.asked[0].fact == "who-decides"


@pytest.mark.parametrize(
    ("line", "pitch"),
    [
        ("A chatbot would be great for you.", True),
        ("Wouldn't you like a chatbot?", True),
        ("Did anybody ask you for a chatbot before?", False),
        ("What would you use a chatbot for?", False),
    ],
)
def test_to_name_a_solution_is_a_pitch_unless_it_is_asked_about(line: str, pitch: bool) -> None:
    """Who asks openly about an idea does not push it."""
    assert heard(line).did(Move.PITCH) is pitch


@given(st.lists(st.text(max_size=200), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_heard_and_is_always_heard_the_same(lines: list[str]) -> None:
    """Whatever is typed, the talk goes on."""
    assert play(FINANCE, lines).heard == play(FINANCE, lines).heard


def test_a_very_long_line_is_heard_in_a_moment() -> None:
    """100 kB of questions take no longer than the part that is listened to."""
    started = time.perf_counter()
    heard("What goes wrong in the close, and what does that mean for your team? " * 1_500)
    assert time.perf_counter() - started < 5


def test_the_listener_needs_no_parts_and_hears_as_the_function() -> None:
    """The seam adds nothing."""

    def no_prompt(name: str) -> None:
        raise AssertionError(name)

    listener = create_language_listener(Parts(prompt=no_prompt))  # type: ignore[arg-type]  # never called
    talk = with_line(opened(FINANCE).transcript, ASKED_FIRST, trainee=True, name="Trainee")
    found = asyncio.run(listener.hear(FINANCE, talk, begin(FINANCE)))
    assert found == hear(FINANCE, talk, begin(FINANCE))
    assert listener.name == "local"


@pytest.mark.parametrize(
    "line", ["What goes wrong most often during the close?", "How long did the last one take you?"]
)
def test_a_new_question_is_no_answer_to_do_you_mean(line: str) -> None:
    """It is heard as if nothing had been asked back, whatever little word it shares."""
    offered = begin(FINANCE).model_copy(update={"offered": ("close-length", "figure-to-sign")})
    assert in_stance(line, offered) == in_stance(line, begin(FINANCE))


def test_nobody_asks_back_about_what_they_would_not_talk_of_yet() -> None:
    """Both facts of a "do you mean" could be told as far as what comes before them goes."""
    lines = [question for fact in FINANCE.facts for question in fact.asks_like]
    lines += ["And what would you do with it, in the first days of a month?", "What about it?"]
    asked_back = [in_stance(line, begin(FINANCE)).unsure_between for line in lines]
    assert any(asked_back)
    assert not any(FINANCE.fact(fact).unlock.after for pair in asked_back for fact in pair)


def test_words_taken_up_before_a_question_earn_trust() -> None:
    """A statement with the answer's words makes the question behind it a follow-up."""
    talk = play(
        FINANCE,
        [
            ASKED_FIRST,
            "What does that mean for the people in your team?",
            "Seventy hours of phoning. Who is waiting for the figures while they do that?",
        ],
    )
    assert talk.heard[-1].did(Move.FOLLOW_UP)
    assert talk.stances[-1].trust == talk.stances[-2].trust + 1
    assert talk.last.last_fact == "bank-estimate"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("twenty-seven firms", {"27"}),
        ("twenty seven firms", {"27"}),
        ("fourteen, nineteen and forty", {"14", "19", "40"}),
        ("two hundred", {"2", "100"}),
        ("one of them", set()),
    ],
)
def test_number_words_are_heard_as_one_number(text: str, found: set[str]) -> None:
    """Tens and units belong together, so that a right playback in words is not wrong."""
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("I can bring you proof from the pilot in the Danish company.", True),
        (
            "The tool that doubled the work had no test; according to its log, half was typed twice.",
            True,
        ),
        ("You are right to be careful, and I like your office.", False),
        ("According to the report it takes 9 days.", False),
    ],
)
def test_a_line_speaks_to_the_objection_by_its_words(line: str, about: bool) -> None:
    """A cue of it or two of its words; and only once it has been raised."""
    talk = with_line(opened(QUICK).transcript, line, trainee=True, name="Trainee")
    raised = begin(QUICK).model_copy(update={"objection": "raised"})
    assert hear(QUICK, talk, raised).speaks_to_objection is about
    assert not hear(QUICK, talk, begin(QUICK)).speaks_to_objection


def test_a_bare_question_behind_a_remark_asks_on() -> None:
    """What leads up to it is no topic of its own: the next thing on the way is meant."""
    stance = knowing("bank-estimate", "close-length")
    stance = stance.model_copy(update={"last_fact": "bank-estimate"})
    answer = "Three banks want the ratio on day five, and I hand over an estimate."
    line = "Three banks and an estimate, that is a lot to sign. What makes it so risky?"
    assert in_stance(line, stance, answer=answer).asked[0].fact == "june-miss"


def test_an_answer_said_back_without_a_frame_is_acknowledged() -> None:
    """Three of its own words in a line that asks nothing show that it was heard; two may be chance."""
    answer = "No ledger system may be touched until the end of February, and I get no new post."
    stance = knowing("limits")
    said_back = "Nothing in the ledger until February and no post. I take that with me."
    heard_it = in_stance(said_back, stance, answer=answer)
    assert heard_it.follows == "limits"
    assert heard_it.did(Move.ACKNOWLEDGEMENT)
    assert in_stance("February is cold.", stance, answer=answer).follows is None
    pushed = "Our new platform gives you a ledger system in February, and a post."
    assert in_stance(pushed, stance, answer=answer).follows is None


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("What makes the close so slow?", "close-length"),
        ("It would help me to know what a good close looks like from your chair.", "good-close"),
        ("I'd guess this isn't yours alone to decide.", "who-decides"),
        ("How'd you know that it had worked?", "good-close"),
    ],
)
def test_a_question_is_heard_however_it_is_put(line: str, fact: str) -> None:
    """Short, asked in a roundabout way, or only supposed: it is after the same thing."""
    stance = knowing("late-differences", last_fact=None)
    found = in_stance(line, stance)
    assert [match.fact for match in found.asked] == [fact]


@pytest.mark.parametrize(
    ("line", "pitch"),
    [
        ("Why do you need a dashboard?", False),
        ("What do you need the dashboard for?", False),
        ("You need a dashboard.", True),
        ("You need a dashboard. Why do you need a report?", True),
    ],
)
def test_to_ask_what_something_is_needed_for_is_no_pitch(line: str, pitch: bool) -> None:
    """The words of a pitch within such a question push nothing; beside it they do."""
    assert (Move.PITCH in in_stance(line, begin(FINANCE)).moves) == pitch


def test_who_supposes_what_is_out_asks_for_nothing() -> None:
    """To suppose what has just been told takes it up; it is not told again for that."""
    line = "I suppose the close takes you longer than the calendar says."
    assert in_stance(line, begin(FINANCE)).asked
    assert not in_stance(line, knowing("close-length")).asked


@pytest.mark.parametrize(
    "line",
    [
        "You must decide now, I suppose nobody else will.",
        "I suppose you need a dashboard, and we can build it.",
        "I will find out who decides, I suppose by Friday.",
    ],
)
def test_nothing_is_asked_where_somebody_pushes_or_promises(line: str) -> None:
    """A supposition within pressure, a pitch or a promise is none that anybody would answer."""
    assert not in_stance(line, begin(FINANCE)).asked


def test_an_indirect_question_that_is_not_understood_is_still_one() -> None:
    """It is asked for again like any other question, and not taken for an empty line."""
    found = in_stance("I wonder what the wizard makes of it.", begin(FINANCE))
    assert Move.OPEN_QUESTION in found.moves
    assert not found.asked


MISMATCH = FINANCE.fact("late-differences").says[0]


def act_on(line: str, stance: Stance, *, answer: str = "") -> Act:
    """Give what the stakeholder does about a line when the talk stands so."""
    return advance(FINANCE, stance, in_stance(line, stance, answer=answer))[1].act


@pytest.mark.parametrize(
    "line",
    [
        "you wait for balances that do not match. Is that right?",
        "ok so nobody compares their balances, that's what I take away",
        "So the companies all agree on day three. Right?",
    ],
)
def test_what_has_few_of_their_words_is_said_anew(line: str) -> None:
    """Fair or false, it is known what is meant: that is told in other words, and not confirmed."""
    stance = knowing("close-length", "late-differences")
    found = in_stance(line, stance, answer=MISMATCH)
    assert found.played_back == ()
    after, cue = advance(FINANCE, stance, found)
    assert cue.act is Act.PUZZLED
    assert cue.tell is not None
    assert cue.tell.id == "late-differences"
    assert after.known == stance.known
    assert after.trust - stance.trust <= TRUST["acknowledgement"]


def test_four_words_of_an_answer_are_a_playback_however_it_is_put() -> None:
    """Checked with a word, it is as good as behind a set phrase."""
    line = "One company invoices and the other books something else, forty are open. Right?"
    stance = knowing("late-differences")
    assert in_stance(line, stance, answer=MISMATCH).played_back == ("late-differences",)


@pytest.mark.parametrize(
    "line",
    [
        "You love cats. Is that right?",
        "So it is all about the canteen. Correct?",
        "So that is what they do. Right?",
    ],
)
def test_a_check_that_matches_nothing_is_never_confirmed(line: str) -> None:
    """It is met with what is meant by it, not with a list of topics, and counts for nothing."""
    for stance in (begin(FINANCE), knowing("close-length", "late-differences")):
        found = in_stance(line, stance, answer=MISMATCH)
        assert (found.played_back, found.asked) == ((), ())
        assert act_on(line, stance, answer=MISMATCH) is Act.PUZZLED


@given(st.text(max_size=120))
@settings(max_examples=60, deadline=None)
def test_nothing_is_said_back_before_anything_was_told(text: str) -> None:
    """Whatever is put before it, the check of a playback confirms nothing."""
    assert in_stance(f"{text} Is that right?", begin(FINANCE)).played_back == ()


@pytest.mark.parametrize(
    "line", ["What makes the close so slow?", "Why is the close so slow?", "What slows it down?"]
)
def test_a_reason_asked_of_what_is_out_is_after_what_lies_behind(line: str) -> None:
    """The nine days are known; why they are nine is not, and is earned."""
    asked = in_stance(line, knowing("close-length"), answer="Nine working days.").asked
    assert [match.fact for match in asked] == ["late-differences"]


def test_a_plain_question_about_what_is_out_is_answered_again() -> None:
    """Nobody who asks for the same thing is told another instead."""
    asked = in_stance("How long does the close take?", knowing("close-length")).asked
    assert [match.fact for match in asked] == ["close-length"]


def test_a_reason_that_is_not_earned_does_not_stand_in() -> None:
    """What cannot be told is not offered for what can."""
    stance = knowing("close-length", unheard=MOST_UNHEARD)
    asked = in_stance("What makes the close so slow?", stance).asked
    assert not asked or not may_tell(FINANCE, stance, Heard(), asked[0].fact)


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("The close takes long.", "close-length"),
        ("Your team must be on the phone a lot then.", "chasing"),
        ("Surely the books of the companies do not match at first.", "late-differences"),
        ("There is no football in Vienna today.", None),
        ("Hello, your team must be on the phone a lot.", None),
        ("I understand that the close takes long.", None),
    ],
)
def test_a_plain_statement_is_as_good_as_a_hint(line: str, fact: str | None) -> None:
    """It asks for what it is about; small talk, greetings and sympathy ask for nothing."""
    asked = in_stance(line, begin(FINANCE)).asked
    assert (asked[0].fact if asked else None) == fact


def test_a_remark_opens_the_talk_as_a_question_does() -> None:
    """In another scenario, in words that only hint at what was tried before."""
    board = Library().scenario("board-ai-strategy")
    line = "papers end up in drawers, so nobody knows what was agreed"
    talk = play(board, [line])
    assert talk.heard[-1].asked[0].fact == "pilots"
    assert talk.last.knows("pilots")


def test_a_statement_opens_no_lock() -> None:
    """What has to be earned is kept back from who states it as from who asks."""
    line = "Nobody owns these differences, so both companies wait for each other."
    stance = knowing("late-differences")
    assert in_stance(line, stance).asked[0].fact == "no-owner"
    assert act_on(line, stance) is Act.GUARDED


def test_a_statement_about_what_is_out_asks_for_nothing() -> None:
    """It is taken as said back: nothing new comes out for it."""
    stance = knowing("close-length")
    line = "The close really takes very long here."
    assert in_stance(line, stance).did(Move.PLAYBACK)
    assert act_on(line, stance) is Act.PUZZLED


def test_who_argues_with_a_doubt_hints_at_nothing() -> None:
    """Evidence for a proposal is no question about the case."""
    raised = knowing("late-differences", objection="raised")
    assert not in_stance("Your team is on the phone a lot.", raised).asked


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("Great, I'll leave you to it, thanks and see you soon.", True),
        ("Thanks, Katrin. Take care!", True),
        ("That's all for today. Thank you.", True),
        ("Our tool would take care of all that, everybody loves it.", False),
        ("I'll let you take a first look at the list.", False),
        ("That is it. The accruals come late, so the day moves.", False),
        ("I am off the old project since May.", False),
        ("Cool, that's it from me. Have a good one!", True),
        ("I really have to run. Till next time!", True),
        ("I have to go back to what you said about the banks.", False),
        ("I'll go through the list with you.", False),
        ("Do I let you go now?", False),
        ("That's it from the banks' side, but who signs?", False),
        ("I see you on the list.", False),
    ],
)
def test_leave_is_taken_in_the_words_of_every_day(line: str, leaves: bool) -> None:
    """As people do; not by who goes on talking, and not in a question."""
    assert in_stance(line, begin(FINANCE)).did(Move.FAREWELL) is leaves
