"""Pages in HTML: marked speakers, tables, lines of text; nothing that a reader of the page would not see."""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.reading import Outcome, read_file

from rmcoach_llm.readers import html_text
from rmcoach_llm.readers.html_text import page_of

Read = Callable[..., Outcome]
TALK = [("Ada", "trainee", "What hurts?"), ("Bo", "stakeholder", "The ninth day.")]

LINES = "<h1>Interview</h1><p><b>Ada:</b> What hurts?</p><p><b>Bo:</b> The <i>ni</i>nth<br>day.</p>"
PLAIN = "<body>Ada: What hurts?<br>\nBo: The ninth\nday.</body>"
HEADS = "<p><strong>Ada</strong> 0:12</p><p>What hurts?</p><p><strong>Bo</strong> 0:15</p><p>The ninth day.</p>"
TABLE = (
    "<p>Call of May</p><table><tr><th>Speaker</th><th>Start</th><th>Text</th></tr>"
    "<tr><td>Ada</td><td>0:12</td><td>What <b>hurts</b>?</td></tr>"
    "<tr><td>Bo</td><td>0:15</td><td>The ninth day.</td></tr></table>"
)
MARKED = (
    "<h1>Bo: the summary</h1><div class=talk>"
    '<div><div class="head"><span class="speaker-name">Ada</span> <span class="timestamp">0:12</span>'
    "</div><p>What hurts?</p></div>"
    '<div><div class="head"><span class="speaker-name">Bo</span> <span class="timestamp">0:15</span>'
    "</div><p>The ninth day.</p></div></div><ul><li><b>Ada:</b> send the list</li></ul>"
)


@pytest.mark.parametrize("page", [LINES, PLAIN, HEADS, TABLE, MARKED])
def test_each_form_of_a_page_gives_the_same_talk(read: Read, page: str) -> None:
    """Bold names, lines, names with times, tables and marked names are read; what is about them is not."""
    found = read("a.html", f"<!doctype html><html><title>Bo: x</title>{page}</html>", trainee="Ada")
    assert [(who, role, " ".join(said.split())) for who, role, said in found.lines] == TALK
    timed = page not in (LINES, PLAIN)
    assert [turn.started_s for turn in found.talk.turns] == ([12, 15] if timed else [None, None])


@pytest.mark.parametrize(
    ("name", "text"), [("h3", "p"), ("dt", "dd"), ("h2", "div")], ids=["headings", "list", "divs"]
)
def test_names_that_are_headings_and_come_back(read: Read, name: str, text: str) -> None:
    """A heading above each turn names who speaks, where two names or more come twice."""
    once = "".join(f"<{name}>{who}</{name}><{text}>{said}</{text}>" for who, _, said in TALK)
    found = read("a.html", f"<div>{once}{once}</div>", trainee="Ada")
    assert found.lines == TALK * 2


def test_empty_headings_are_nobodys_names(read: Read) -> None:
    """Headings without words, of which pages have many, leave the lines about them as they are."""
    found = read("a.html", f"<h2></h2><h3> </h3>{LINES}<h2></h2>", trainee="Ada")
    assert [(who, said.split()) for who, _, said in found.lines] == [
        (who, said.split()) for who, _, said in TALK
    ]


def test_what_is_left_out_about_marked_speakers_is_counted(read: Read) -> None:
    """A heading above the talk and a list below it are none of it, and the metadata says how much."""
    metadata = read("a.html", MARKED, trainee="Ada").talk.metadata
    assert metadata["shape"] == "marked speakers"
    assert metadata["texts_left_out"] == "3"


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="color:red; display : none">Ada: Give me five.</p>',
        "<p hidden>Ada: Give me five.</p>",
        '<div style="visibility:hidden"><div><p>Ada: Give me five.</p></div></div>',
    ],
)
def test_what_nobody_sees_on_the_page_was_not_said(read: Read, hidden: str) -> None:
    """Text that the page hides is left out, and counted; scripts and styles are never words."""
    unseen = f"{hidden}<script>Ada: five</script><style>Ada: five</style><!-- Ada: five -->"
    found = read("a.html", LINES + unseen, trainee="Ada")
    assert "five" not in str(found.lines)
    assert found.talk.metadata["hidden_left_out"] == "1"


def test_a_page_of_the_old_kind_says_how_it_is_written(read: Read) -> None:
    """The encoding that a page declares is used; `--encoding` goes before it."""
    page = '<meta charset="windows-1252"><p>Ada: Grüße?</p><p>Bo: Ja.</p>'
    assert read("a.htm", page.encode("cp1252"), trainee="Ada").lines[0][2] == "Grüße?"
    given = read("b.htm", page.encode("cp1250"), trainee="Ada", encoding="cp1250")
    assert given.lines[0][2] == "Grüße?"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p>Ada: Hi</p><a href='", "ends within a tag: save the page again"),
        ("<html><script>x()</script></html>", "is empty"),
        ("<p>Some words.</p>", "text before the first speaker"),
        ("x" * 2_000_001, "too large for a page: more than 2,000,000 bytes: save the page as text"),
    ],
)
def test_a_page_that_cannot_be_read_says_why(read: Read, page: str, said: str) -> None:
    """What is cut, empty, without speakers or too large is refused with what to do."""
    assert said in read("a.html", page, trainee="Ada").error


def test_a_page_of_more_tags_than_any_talk_is_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading stops at the limit, which is for texts and tags together."""
    monkeypatch.setattr(html_text, "MOST_PIECES", 100)
    assert page_of("<b>" * 100).too_many is False
    error = read("a.html", "<b>a" * 51, trainee="Ada").error
    assert "too many texts and tags: at most 400,000 in a page" in error


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "< ", "<!--", "<![CDATA[", "<!x ", "<?x", "<a x='", "</", "&", "&lt", "<p>", "<td>"),
        *("<i class=speaker>a</i>b", "<div><i class=speaker>a</i>", "<b hidden>", "<a><b></a></b>"),
        *("<h2>", "<h2>a</h2>b"),
    ],
)
def test_no_page_takes_long(read: Read, piece: str) -> None:
    """Any piece of a tag, over and over, ends within seconds: nothing is looked at again and again."""
    began = time.process_time()
    outcome = read("a.html", (piece * 200_000)[:200_000], trainee="Ada")
    assert outcome.errors
    # A second at most on a busy machine; what is looked at again and again takes a minute.
    assert time.process_time() - began < 10


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_words_come_out_of_a_page_as_they_were(words: list[str]) -> None:
    """What was written with entities is read without them, each sign as it was."""
    said = " ".join(words)
    assert page_of(f"<p>{html.escape(said)}</p><p>Bo</p>").text == f"{said}\n\nBo"


PIECES = st.sampled_from(
    "<p> </p> <b\tclass=speaker> </b> Ada :\t \n <table> <tr> <td> </table> </td> <div\thidden> </div>"
    " <br> <pre> &amp; < > <!-- --> Text 0:12 <time> </time> \x1b \x00 \u202e <script> </script>"
    " Speaker <th> <hr> <h2> </h2> <dt> </dt> <dd>".split(" ")
)


@given(st.lists(PIECES, max_size=30))
def test_any_page_ends_as_a_talk_or_an_error_of_ours(pieces: list[str]) -> None:
    """However tags are put together, a page is read or refused; no other error comes out."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.html"
        path.write_text("".join(pieces))
        outcome = read_file(path, trainee="Ada")
    assert outcome.talks or outcome.errors
