"""Markdown: the same talk in the ways in which people write it down."""

from __future__ import annotations

import pytest

LINES = [("Trainee", "trainee", "What hurts?"), ("Dana", "stakeholder", "Time.")]


@pytest.mark.parametrize(
    "content",
    [
        "Trainee: What hurts?\n\nDana: Time.\n",
        "**Trainee:** What hurts?\n\n**Dana:** Time.\n",
        "**Trainee**: What hurts?\n__Dana__ : Time.\n",
        "*Trainee:* What hurts?\n_Dana:_ Time.\n",
        "- **Trainee:** What hurts?\n- Dana: Time.\n",
        "1. Trainee: What hurts?\n2) Dana: Time.\n",
        "> **Trainee:** What hurts?\n>\n> > Dana: Time.\n",
        "### Trainee\n\nWhat hurts?\n\n### Dana\n\nTime.\n",
        "# Notes\n\n## **Trainee**\nWhat hurts?\n## Dana: ##\nTime.\n",
        "---\ntitle: Trainee talk\ntags:\n  - a\n\n---\nTrainee: What hurts?\nDana: Time.\n",
        "---\nTrainee: What hurts?\n\n***\nDana: Time.\n- - -\n",
        "<!-- Dana: hidden -->Trainee: What<!-- x --> hurts?\n<!--\nEve: y\n-->\nDana: Time.\n",
        "# Interview\nTrainee: What hurts?\n## Later\nDana: Time.\n",
    ],
)
def test_the_same_talk_in_many_dresses(read, content):
    """Emphasis, headings, quotes, lists, front matter and comments all give the same turns."""
    assert read("a.md", content).lines == LINES


def test_times_in_markdown(read):
    """A time before a bold name or in a heading is the start of the turn."""
    bold = read("a.md", "[00:05] **Trainee:** a\n\n(00:09) Dana: b").talk
    assert [turn.started_s for turn in bold.turns] == [5.0, 9.0]
    headed = read("b.md", "## [00:05] Trainee\na\n## [00:09] Dana\nb").talk
    assert [turn.started_s for turn in headed.turns] == [5.0, 9.0]


def test_headings_follow_the_named_trainee(read):
    """The level at which the trainee's name is a heading is the level of the speakers."""
    content = "# Alice meets Bob\n## Alice\nhi\n### Aside\nthere\n## Bob\nhello\n"
    assert read("a.md", content, trainee="alice").lines == [
        ("Alice", "trainee", "hi\nthere"),
        ("Bob", "stakeholder", "hello"),
    ]


def test_repeated_headings_are_speakers_who_need_a_role(read):
    """Headings that stand twice are speakers; without a known trainee the error lists them."""
    content = "## Alice\nhi\n## Bob\nhello\n## Alice\nbye\n"
    assert "no role is known for the speakers Alice, Bob" in read("a.md", content).error


@pytest.mark.parametrize(
    "line",
    ["**Note** that this: is bold", "- a plain point", "*so* it goes", "  - Dana: indented", "**a"],
)
def test_lines_that_go_on_with_the_turn(read, line):
    """Bold words, list items and indented lines stay in the turn as they are."""
    outcome = read("a.md", f"Trainee: a\n{line}\nDana: b")
    assert outcome.lines[0][2] == f"a\n{line}"
    assert len(outcome.lines) == 2


def test_a_break_of_other_signs_is_text(read):
    """Only three or more equal signs make a thematic break."""
    assert read("a.md", "Trainee: a\n--\n-*-\nDana: b").lines[0][2] == "a\n--\n-*-"


def test_front_matter_hides_no_turn(read):
    """What stands between two rules is left out only if it looks like settings."""
    talk = read("a.md", "---\nTrainee: a\n---\nDana: b\n").talk
    assert len(talk.turns) == 2


def test_an_unclosed_comment_is_refused(read):
    """A comment that would swallow the rest of the file is an error with its line."""
    assert "line 2: a comment is never closed" in read("a.md", "Trainee: a\n<!-- Dana: b\n").error


def test_headings_alone_are_no_talk(read):
    """A file in which nobody speaks says what to write."""
    assert "whole file: holds no speaker" in read("a.md", "# Notes\n\n---\n").error
    assert "line 3: text before" in read("b.md", "# Notes\n\nWe met.\n").error


def test_front_matter_that_never_ends_is_talk(read):
    """Settings without a closing rule are not silently dropped."""
    assert "role" in read("a.md", "---\ntitle: x\nother: y\n").error


FACTS = (
    "**Call ID:** C-12\n**Date:** 5 May\n**Participants:**\n- Trainee (sales)\n- Dana (claims)\n"
)
TURNS = "**Trainee:** What hurts?\n\n**Dana:** Time.\n"


@pytest.mark.parametrize(
    "content",
    [
        f"# Call\n{FACTS}\n---\n\n{TURNS}",
        f"# Call\n{FACTS}\n{TURNS}",
        f"# Call\n\n## Info\n- **Interviewer**: T\n- **Date**: 5 May\n\n## Transcript\n{TURNS}",
        f"[Back](../index.html)\n\n# Call\n\n{TURNS}",
        f"## Actions\n- **Trainee:** send the offer\n\n## Transcript\n\n{TURNS}",
        f"{TURNS}\n---\n\n## Key quotes\n- Time.\n",
        f"{TURNS}\n**[End of transcript]**\nThank you.\n",
    ],
)
def test_what_people_put_above_and_below_a_talk_is_no_turn(read, content):
    """Facts, notes over a heading `Transcript`, sections below the last turn are counted."""
    outcome = read("a.md", content)
    assert outcome.lines == LINES
    assert int(outcome.talk.metadata["lines_left_out"]) > 0


@pytest.mark.parametrize(
    "content",
    [
        "**Trainee:** Why:\n**Date:** is late.\n**Dana:** Yes.\n**Trainee:** So?",
        "**Trainee:** So?\n## Prices\n**Dana:** Yes.\n**Trainee:** Why?",
        "**Trainee:** So?\n**Dana:** Yes.\n**Trainee:** Why?\n## Later\n**Eve:** Bye.",
        "**Eve:** Come in.\n\n---\n\n**Trainee:** So?\n**Dana:** Yes.\n**Trainee:** Why?",
    ],
)
def test_what_is_said_above_a_heading_or_a_break_is_kept(read, content):
    """Somebody who has spoken is never taken for a header, and no fact within a talk ends it."""
    talk = read("a.md", content).talk
    assert len(talk.turns) == content.count(":**")
    assert "lines_left_out" not in talk.metadata


@pytest.mark.parametrize(
    "line",
    [
        "**[00:12] Trainee:** a",
        "**Trainee (00:12):** a",
        "**Trainee** [0:12]: a",
        "Trainee (0:12): a",
        "**[0:12]** **Trainee:** a",
        r"\[00:00:12.00\] Trainee: a",
        r"**Trainee:** \[00:00:12.00\] a",
        "Trainee: 00:00:12\n\na",
    ],
)
def test_a_time_stands_anywhere_about_the_name(read, line):
    """Tools put the time before the name, behind it, or after the colon, bold or escaped."""
    turn = read("a.md", f"{line}\n\nDana: 12:30\n").talk.turns
    assert (turn[0].speaker, turn[0].started_s, turn[0].text.strip()) == ("Trainee", 12.0, "a")
    assert (turn[1].started_s, turn[1].text) == (None, "12:30")


@pytest.mark.parametrize(
    "content",
    [
        "# Call\n\n**Ada Roy** 0:12\na\n\n**Bo Lind** 0:15\nb\n",
        "**Date:** 5 May\n\n### Ada Roy [00:12]\na\n### Bo Lind [00:15]\nb\n",
        "## Ada Roy (0:12)\n\na\n\n---\n## Bo Lind (0:15)\n\nb\n",
        "[00:12] **Ada Roy**\n\na\n\n[00:15] **Bo Lind**\n\nb\n",
        "# Call\n\n**Ada Roy**\n00:12 - 00:14\n\na\n\n**Bo Lind**\n00:15 - 00:17\n\nb\n",
    ],
)
def test_names_and_times_on_lines_of_their_own(read, content):
    """Markdown in the shapes of call tools, and headings that end with a time, are read."""
    talk = read("a.md", content, trainee="Ada Roy").talk
    found = [(turn.speaker, turn.started_s, turn.text.strip()) for turn in talk.turns]
    assert found == [("Ada Roy", 12.0, "a"), ("Bo Lind", 15.0, "b")]


def test_where_headings_are_speakers_no_line_is_one(read):
    """Logs of chats have a heading for each turn, found by a pattern, and facts above."""
    content = "# Log\n\nDate: 5 May\n\n---\n## X User\n\nWell: so.\n\n---\n## X Bot\n\nHi: yes.\n"
    talk = read("a.md", content, trainee="*User").talk
    assert [(turn.speaker, turn.text) for turn in talk.turns] == [
        ("X User", "Well: so."),
        ("X Bot", "Hi: yes."),
    ]


def test_a_heading_that_stands_twice_among_named_lines_is_no_speaker(read):
    """Sections such as `Break` are left out where lines begin with the names of speakers."""
    content = "## Break\n**Ada:** a\n**Bo:** b\n## Break\n**Ada:** c\n"
    talk = read("a.md", content, trainee="Ada").talk
    assert [turn.speaker for turn in talk.turns] == ["Ada", "Bo", "Ada"]
