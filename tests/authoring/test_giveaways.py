"""What a trainee could read before earning it."""

from __future__ import annotations

from typing import Any

import pytest
from support.authoring import fact, findings, good

TELLING = "In November the porters found them empty."


def put(data: dict[str, Any], place: str, text: str) -> None:
    """Put a text where a trainee reads or hears it."""
    if place == "brief":
        data["brief"][1] = text
    elif place == "guarded":
        data["lines"]["guarded"][2] = text
    elif place == "topic":
        fact(data, "the-need")["topic"] = text
    elif place == "says":
        fact(data, "the-request")["says"][1] = text
    elif place == "background":
        data["persona"]["background"] = text
    else:
        data[place] = text


@pytest.mark.parametrize(
    "place", ["title", "summary", "brief", "opening", "guarded", "topic", "background"]
)
def test_words_of_a_locked_fact_in_public(place: str) -> None:
    """Three words that only one locked fact holds are a give-away, wherever they can be read."""
    data = good()
    put(data, place, TELLING)
    (found,) = [line for line in findings(data) if "gives away" in line]
    assert "gives away 'what-they-counted'" in found
    assert "porters" in found
    assert "say it more vaguely" in found


def test_what_lies_open_gives_nothing_away() -> None:
    """Words that an open fact holds as well are no secret: that line tells them anyway."""
    data = good()
    put(data, "says", TELLING)
    assert findings(data) == []


@pytest.mark.parametrize("telling", ["It costs 480,000 a year.", "Ask Mr Brandt about that."])
def test_one_number_or_name_is_enough(telling: str) -> None:
    """A number or name that only a locked fact holds gives it away by itself."""
    data = good()
    put(data, "opening", telling)
    found = findings(data)
    assert found
    assert all("opening: gives away" in line for line in found)


@pytest.mark.parametrize("harmless", ["We meet for 20 minutes on Monday.", "About 24 hours ago."])
def test_small_numbers_and_days_are_everywhere(harmless: str) -> None:
    """Numbers up to 24 and names of days and months tell nothing."""
    data = good()
    put(data, "opening", harmless)
    assert findings(data) == []


def test_a_need_in_the_words_of_the_want() -> None:
    """If the need says what the want says, there is nothing to find out."""
    data = good()
    want = fact(data, "the-request")["statement"]
    fact(data, "the-need")["statement"] = want.replace("She wants", "She really needs")
    found = [line for line in findings(data) if "in the same words" in line]
    assert len(found) == 1
    assert "what 'the-request' says" in found[0]
