"""Text for a terminal: what steers is shown, what is written is kept."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rmcoach_llm.reports.terminal import MOST_COMBINING, shown, wrapped

JOINERS = "\u200c\u200d"
# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, less the sixteen variation
# selectors that emoji need, and the controls, separators and surrogates beside them.
IGNORABLE = [
    *(0xAD, 0x34F, 0x61C, 0x3164, 0xFEFF, 0xFFA0),
    *itertools.chain(range(0x115F, 0x1161), range(0x17B4, 0x17B6), range(0x180B, 0x1810)),
    *itertools.chain(range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070)),
    *itertools.chain(range(0x1BCA0, 0x1BCA4), range(0x1D173, 0x1D17B), range(0xE0000, 0xE0200)),
]
CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xD800, 0xDFFF]
FORBIDDEN = frozenset(map(chr, IGNORABLE + CONTROLS))
PIECES = st.sampled_from([*sorted(FORBIDDEN), "\u0301", "\u20dd", "a", "\u0436", "\u0646", "😀"])
any_text = st.text(st.characters(categories=None) | PIECES | st.sampled_from(JOINERS + "\u0301"))


@given(any_text)
@example("\u0646" + "\u200c" * 5 + "\u0646")
@example("\u202e\u200da")
def test_nothing_that_steers_is_shown(text: str) -> None:
    """No control, bidi or invisible character is left, but joiners between two non-Latin ones."""
    safe = shown(text)
    for place, character in enumerate(safe):
        if character in JOINERS:
            around = safe[place - 1 : place] + safe[place + 1 : place + 2]
            assert len(around) == 2
            assert all(c > "\u02ff" and c not in FORBIDDEN for c in around)
        else:
            assert character not in FORBIDDEN
            assert unicodedata.category(character)[0] != "C"


@given(any_text)
@example("\u0646" + "\u0301" * 8 + "\u200d\u0301\u200d\u0436")
def test_safe_text_stays_as_it_is(text: str) -> None:
    """Showing twice is showing once: a text may pass two doors."""
    assert shown(shown(text)) == shown(text)
    assert shown(shown(text, lines=True), lines=True) == shown(text, lines=True)


@given(any_text)
def test_line_breaks_are_kept_only_on_demand(text: str) -> None:
    """With `lines` the breaks and tabs are those of the text; without, there is one line."""
    kept = shown(text, lines=True)
    for character in "\n\t":
        assert kept.count(character) == text.count(character)
        assert character not in shown(text)
    assert "\r" not in kept
    assert [shown(part) for part in text.split("\n") if "\t" not in text] == [
        part for part in kept.split("\n") if "\t" not in text
    ]


@given(any_text)
def test_marks_do_not_pile_up(text: str) -> None:
    """No letter carries more than eight marks, joiners among them or not."""
    marks = 0
    for character in shown(text):
        if unicodedata.category(character) in ("Mn", "Me"):
            marks += 1
        elif character not in JOINERS:
            marks = 0
        assert marks <= MOST_COMBINING


@pytest.mark.parametrize(
    "text",
    [
        "Plain text, 100 %.",
        "naïve café — Straße",
        "日本語 한국어 العربية עברית ไทย",
        "می\u200cخواهم",
        "র\u200d্যাব",
        "👩\u200d💻 🏳\ufe0f\u200d🌈 👩🏽\u200d🚀 1\ufe0f\u20e3",
        "a\u0301\u0302",
    ],
)
def test_what_people_write_is_kept(text: str) -> None:
    """Accents, other scripts and emoji come through untouched."""
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("a\x9bb", r"a\x9bb"),
        ("user\u202etxt.exe", r"user\u202etxt.exe"),
        ("pass\u200dword", r"pass\u200dword"),
        ("\u0436\u200d\u200d\u0436", r"ж\u200d\u200dж"),
        ("\u200dж", r"\u200dж"),
        ("ж\u200d", r"ж\u200d"),
        ("a\U000e0041", r"a\U000e0041"),
        ("a\U000e0100\u3164", r"a\U000e0100\u3164"),
        ("a\r\nb", r"a\x0d\x0ab"),
        ("\ud800", r"\ud800"),
        ("a" + "\u0301" * 20, "a" + "\u0301" * 8),
        ("ж" + "\u0301" * 8 + "\u200d\u0301", "ж" + "\u0301" * 8 + "\\u200d\u0301"),
    ],
)
def test_what_steers_is_written_out(text: str, safe: str) -> None:
    """Each is shown by its code point, so that a reader sees what was there."""
    assert shown(text) == safe


@given(any_text, st.integers(0, 100), st.integers(0, 8), st.integers(0, 8))
def test_lines_are_no_wider_than_asked(text: str, width: int, indent: int, first: int) -> None:
    """Every line fits, with its indent, into `width` or 20 characters, and none is unsafe."""
    page = wrapped(text, width=width, indent=" " * indent, first=" " * first)
    lines = page.split("\n")
    assert all(len(line) <= max(width, 20) for line in lines)
    assert shown(page, lines=True) == page
    for number, line in enumerate(lines):
        assert not line or line.startswith(" " * (indent if number else first))


@given(any_text, st.integers(20, 100))
def test_wrapping_loses_no_word(text: str, width: int) -> None:
    """All that is visible is there, in order; only white space moves."""
    page = wrapped(text, width=width, indent="  ")
    assert "".join(page.split()) == "".join(shown(text, lines=True).split())


def test_paragraphs_are_kept() -> None:
    """An empty line between paragraphs stays, and each is indented."""
    assert wrapped("one\n\ntwo", width=40, indent="  ") == "  one\n\n  two"
    assert wrapped("one\ntwo", width=40, indent="  ", first="- ") == "- one\n  two"
    assert wrapped("", width=40) == ""
