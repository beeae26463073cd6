"""Sample questions lead to their own facts."""

from __future__ import annotations

from support.authoring import fact, findings, good, only, page_of

from rmcoach_llm.authoring.samples import left_out


def test_each_sample_is_left_out_once() -> None:
    """Every sample question is tried, whatever number each fact has."""
    data = good()
    del fact(data, "the-need")["asks_like"][4:]
    page = page_of(data)
    tried = {(found.fact, found.sample) for found in left_out(page.scenario)}
    assert tried == {(f.id, n) for f in page.scenario.facts for n in range(len(f.asks_like))}


def test_a_question_that_stands_at_the_wrong_fact() -> None:
    """A question that is taken for another fact is named at its line."""
    data = good()
    fact(data, "first-symptom")["asks_like"][3] = "Who approves it and who signs off the decision?"
    found = only(data, samples=True)
    assert "facts.1.asks_like.3: is taken for 'who-decides'" in found
    assert "move it there, reword it" in found


def test_two_facts_that_cannot_be_told_apart() -> None:
    """Facts that share their questions are named as a pair."""
    data = good()
    other = fact(data, "tried-before")
    other["asks_like"] = [
        q.replace("What", "Well, what") for q in fact(data, "first-limit")["asks_like"]
    ]
    other["cues"] = list(fact(data, "first-limit")["cues"])
    assert any(
        "are taken for 'first-limit'" in f or "are taken for 'tried-before'" in f
        for f in findings(data, samples=True)
    )


def test_too_few_questions() -> None:
    """Fewer than ten questions are a warning that says how many there are."""
    data = good()
    del fact(data, "who-decides")["asks_like"][9:]
    assert "'who-decides' has 9 questions; write 10 or more" in only(data, samples=True)


def test_questions_that_nothing_leads_to() -> None:
    """Where too many questions find their fact only by being in the file, one line says so."""
    data = good()
    for item in data["facts"]:
        item["cues"] = ["zzz"]
        item["asks_like"] = [f"{item['id']}{n} quux{n}?" for n in range(10)]
    assert any(
        "of the sample questions find their fact; 85% are wanted" in f
        for f in findings(data, samples=True)
    )
