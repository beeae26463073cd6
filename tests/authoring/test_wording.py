"""Too much, too little, twice, and words that nobody explains."""

from __future__ import annotations

import pytest
from support.authoring import EXAMPLE, fact, findings, good, only

from rmcoach_llm.authoring.wording import FEWEST_LINES


def test_the_example_has_no_finding() -> None:
    """The scenario that the guide builds is one in which the check finds nothing."""
    assert findings(good(), samples=True) == []


def test_long_speeches() -> None:
    """Above 45 words a line is long, above 60 a speech; 45 are fine."""
    data = good()
    words = [f"word{n}" for n in range(61)]
    for count, told in ((45, ""), (46, "is 46 words long"), (61, "is a speech of 61 words")):
        fact(data, "the-request")["says"][0] = " ".join(words[:count])
        found = [line for line in findings(data) if "facts.0.says.0" in line]
        assert len(found) == bool(told)
        assert all(told in line and "shorten it" in line for line in found)


def test_the_same_line_twice() -> None:
    """A line that stands in two places is found, whatever its marks and capitals."""
    data = good()
    data["lines"]["thanks"][3] = data["lines"]["hollow"][1].upper().rstrip(".") + "!"
    assert "lines.thanks.3: says the same as lines.hollow.1" in only(data)


@pytest.mark.parametrize("name", FEWEST_LINES)
def test_too_few_lines(name: str) -> None:
    """Lists that one talk may use up need some more lines than the schema asks for."""
    data = good()
    del data["lines"][name][FEWEST_LINES[name] - 1 :]
    assert f"lines.{name}: has {FEWEST_LINES[name] - 1} lines" in only(data)


def test_too_few_says() -> None:
    """Two lines for a fact are a warning."""
    data = good()
    fact(data, "the-need")["says"].pop()
    assert "'the-need' has 2 lines; write 3" in only(data)


def test_what_a_scenario_lacks() -> None:
    """A missing layer, few facts, no speech and no objection are each named."""
    data = good()
    data["facts"] = [f for f in data["facts"] if f["layer"] in ("want", "symptom", "need")]
    del data["objection"]
    data["persona"]["speech"] = []
    found = " ".join(findings(data))
    assert "facts: holds 7; a talk of 20 minutes needs 10 or more" in found
    assert "has no fact of layer constraint, decision, success_measure" in found
    assert "persona: has no 'speech'" in found or "persona.speech" in found
    assert "there is no 'objection'" in found


def test_a_short_form_that_nobody_explains() -> None:
    """A short form in a fact needs an entry; explained, or known to all, it needs none."""
    data = good()
    fact(data, "first-symptom")["says"][0] = "We have a CAFM for that, and HR has one in its ERP."
    found = findings(data)
    assert len(found) == 2
    assert "'CAFM' is a term of the trade" in found[0]
    data["glossary"] += [
        {"term": "CAFM", "meaning": "The program that knows every room, beside the ERP."},
    ]
    assert findings(data) == []


def test_a_rare_noun_of_several_facts() -> None:
    """A rare word counts as a term when it is a noun that two facts use; one use is chance."""
    data = good()
    fact(data, "first-symptom")["says"][0] += " See the escutcheon."
    assert findings(data) == []
    fact(data, "tried-before")["says"][0] += " And the escutcheon."
    assert "'escutcheon' is a term of the trade; explain it in 'glossary'" in only(data)


def test_a_term_that_nobody_uses() -> None:
    """Entries of the glossary that stand nowhere else are one warning, at the first one's line."""
    data = good()
    for term in ("plenum", "vestibule"):
        data["glossary"].append({"term": term, "meaning": "A part of the building."})
    assert "glossary.6: is used nowhere: 'plenum', 'vestibule'; let" in only(data)


def test_placeholders_are_named_alone() -> None:
    """While something is left to write, that is what the check tells, and the rest can wait."""
    data = good()
    data["opening"] = "TODO: the first line"
    fact(data, "the-need")["says"][2] = "TODO"
    fact(data, "the-need")["asks_like"] = ["What?", "Why?"]
    found = findings(data, samples=True)
    assert len(found) == 2
    assert "opening: is left to write: the first line" in found[0]
    assert "says.2: is left to write: this text" in found[1]


def test_the_example_is_a_file_that_authors_can_read() -> None:
    """It has comments, and no placeholder is left in it."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "TODO" not in text
    assert text.count("\n  # ") >= 6
