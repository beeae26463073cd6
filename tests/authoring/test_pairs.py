"""One scenario is the first; parallel forms name each other and are equally hard."""

from __future__ import annotations

from typing import Any

from support.authoring import fact, good, page_of

from rmcoach_llm.authoring.pairs import first_problems, pair_problems


def pair_findings(own: dict[str, Any], *others: dict[str, Any]) -> list[str]:
    """Give what is said about the `parallel` of a scenario among others."""
    known = {data["id"]: page_of(data).scenario for data in others}
    return [str(p) for p in pair_problems(page_of(own), known.get, sorted(known))]


def twins() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give two scenarios that are parallel."""
    own, other = good() | {"parallel": "desk-booking"}, good()
    other |= {"id": "desk-booking", "parallel": "room-booking"}
    return own, other


def test_twins_are_fine() -> None:
    """Two that name each other and have the same locks raise nothing; nor does one without."""
    assert pair_findings(*twins()) == []
    assert pair_findings(good()) == []


def test_parallel_to_nothing() -> None:
    """A name that is no scenario is an error with the nearest one; so is its own."""
    own, other = twins()
    (found,) = pair_findings(own | {"parallel": "desk-boking"}, other)
    assert "parallel: found 'desk-boking', which is no valid scenario" in found
    assert "did you mean 'desk-booking'?" in found
    (found,) = pair_findings(own | {"parallel": "room-booking"}, own, other)
    assert "found the scenario itself" in found


def test_parallel_that_does_not_name_back() -> None:
    """The other one has to name this one."""
    own, other = twins()
    del other["parallel"]
    (found,) = pair_findings(own, other)
    assert "'desk-booking' names nothing as its parallel, not 'room-booking'" in found


def test_parallel_of_another_form() -> None:
    """Other locks or another patience are a warning that says which."""
    own, other = twins()
    other["patience"] = 9
    fact(other, "who-decides")["unlock"]["trust"] = 6
    (found,) = pair_findings(own, other)
    assert "warning" in found
    assert "patience 6 and 9" in found
    assert "only here: decision after 1 trust 3" in found
    assert "only there: decision after 1 trust 6" in found


def test_one_first() -> None:
    """None marked, or two, are a warning; one is right, and no scenarios at all are no fault."""
    own, other = twins()
    marked = page_of(own | {"first": True})
    assert "no scenario of the library is marked" in str(next(first_problems([page_of(own)])))
    assert list(first_problems([marked, page_of(other)])) == []
    (found,) = first_problems([marked, page_of(other | {"first": True})])
    assert "'room-booking' is marked 'first', too; keep one" in str(found)
    assert found.file == "desk-booking.yaml"
    assert list(first_problems([])) == []
