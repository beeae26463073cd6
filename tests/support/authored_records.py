"""Hypothesis strategies for text and for what authors write: rubrics, scenarios, prompts."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import strategies as st

from rmcoach_llm.domain import (
    Behaviour,
    Criterion,
    Fact,
    FrozenMap,
    Layer,
    Lines,
    Persona,
    Prompt,
    QuestionKind,
    Record,
    Rubric,
    Scenario,
    Term,
    Unlock,
)

T = TypeVar("T")
R = TypeVar("R", bound=Record)
Strategy = st.SearchStrategy

LEAST_LINES = {
    name: next(item.min_length for item in field.metadata if hasattr(item, "min_length"))
    for name, field in Lines.model_fields.items()
}


def texts(*, least: int = 0, most: int = 40) -> Strategy[str]:
    """Give text that a record may hold: control characters and all, no NUL, no surrogate."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    plain = st.sampled_from(["What hurts?", "x\x1b[2J", "a\u202eb", "';drop table turn;--", "😀"])
    return st.text(letters, min_size=least, max_size=most) | plain


def names() -> Strategy[str]:
    """Give names: visible characters, with a space at most in the middle."""
    letters = st.characters(exclude_categories=["C", "Z"])
    word = st.text(letters, min_size=1, max_size=8)
    return st.lists(word, min_size=1, max_size=2).map(" ".join)


def slugs() -> Strategy[str]:
    """Give ids as library files have them."""
    return st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


def some(element: Strategy[T], least: int = 0, most: int = 2) -> Strategy[tuple[T, ...]]:
    """Give short tuples."""
    return st.lists(element, min_size=least, max_size=max(least, most)).map(tuple)


def maybe(element: Strategy[T]) -> Strategy[T | None]:
    """Give the element or None."""
    return st.none() | element


def numbers(low: float, high: float) -> Strategy[float]:
    """Give finite numbers of a range; there is one zero only."""
    return st.floats(low, high).map(lambda number: number + 0.0)


def maps(values: Strategy[T]) -> Strategy[FrozenMap[T]]:
    """Give small frozen maps."""
    return st.dictionaries(slugs(), values, max_size=3).map(FrozenMap)


def made(shape: type[R], **parts: Strategy[Any]) -> Strategy[R]:
    """Give records of a type from strategies of their fields."""
    return st.builds(shape, **parts)


def lines() -> Strategy[str]:
    """Give lines as an author writes them."""
    return texts(least=1).filter(lambda text: not text.isspace())


def behaviours() -> Strategy[Behaviour]:
    """Give behaviours of either sign."""
    return made(
        Behaviour,
        id=slugs(),
        sign=st.sampled_from("+-"),
        points=numbers(0.1, 5),
        statement=lines(),
        example=lines(),
        counter_example=lines(),
        source=lines(),
        praise=lines(),
        instead=lines(),
    )


@st.composite
def criteria(draw: st.DrawFn) -> Criterion:
    """Give criteria; without a "+" behaviour they start at 5."""
    held = draw(some(behaviours(), least=1))
    helps = any(behaviour.sign == "+" for behaviour in held)
    return Criterion(
        id=draw(slugs()),
        title=draw(names()),
        question=draw(lines()),
        weight=draw(numbers(0.1, 10)),
        start=draw(numbers(0, 5)) if helps else 5.0,
        behaviours=held,
        practise=draw(maybe(slugs())),
    )


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    """Give rubrics; all ids in them differ."""
    held = draw(some(criteria(), least=1))
    numbered = tuple(
        criterion.model_copy(
            update={
                "id": f"c{i}",
                "behaviours": tuple(
                    behaviour.model_copy(update={"id": f"b{i}-{j}"})
                    for j, behaviour in enumerate(criterion.behaviours)
                ),
            }
        )
        for i, criterion in enumerate(held)
    )
    return Rubric(
        id=draw(slugs()),
        version=draw(names()),
        title=draw(names()),
        purpose=draw(lines()),
        discovery_weight=draw(numbers(0, 10)),
        criteria=numbered,
    )


def unlocks() -> Strategy[Unlock]:
    """Give locks that wait for no other fact."""
    kinds = some(st.sampled_from(QuestionKind))
    return made(Unlock, trust=st.integers(0, 10), kinds=kinds)


def facts() -> Strategy[Fact]:
    """Give facts that are no root and wait for no other."""
    return made(
        Fact,
        id=slugs(),
        layer=st.sampled_from(Layer),
        topic=names(),
        statement=lines(),
        cues=some(lines(), least=1),
        asks_like=some(lines(), least=2),
        unlock=unlocks(),
        says=some(lines(), least=2),
    )


def personas() -> Strategy[Persona]:
    """Give people to play."""
    return made(
        Persona,
        name=names(),
        role=names(),
        background=lines(),
        style=lines(),
        pressures=some(lines()),
        speech=some(lines()),
    )


@st.composite
def linked_facts(draw: st.DrawFn) -> tuple[Fact, ...]:
    """Give facts of one scenario: one root, each waits only for those before it."""
    held = draw(some(facts(), least=3, most=4))
    root = draw(st.integers(0, len(held) - 1))
    linked = []
    for index, fact in enumerate(held):
        after = draw(st.sets(st.sampled_from(range(index)))) if index else set()
        lock = fact.unlock.model_copy(update={"after": tuple(f"f{i}" for i in sorted(after))})
        changes = {"id": f"f{index}", "root": index == root, "unlock": lock}
        linked.append(fact.model_copy(update=changes))
    return tuple(linked)


def scenarios() -> Strategy[Scenario]:
    """Give whole scenarios."""
    said = {name: some(lines(), least, least) for name, least in LEAST_LINES.items()}
    return made(
        Scenario,
        id=slugs(),
        version=names(),
        title=names(),
        business_function=names(),
        difficulty=st.sampled_from(["introductory", "intermediate", "advanced"]),
        summary=lines(),
        brief=some(lines(), least=1),
        opening=lines(),
        persona=personas(),
        trust=st.integers(0, 10),
        patience=st.integers(1, 20),
        turns=st.integers(8, 60),
        facts=linked_facts(),
        lines=made(Lines, **said),
        glossary=some(made(Term, term=names(), meaning=lines())),
        solutions=some(lines()),
    )


def prompts() -> Strategy[Prompt]:
    """Give prompts whose variables are those declared."""
    used = st.lists(st.from_regex(r"[a-z_]{1,6}", fullmatch=True), max_size=3, unique=True)
    return st.builds(
        lambda slug, purpose, words, text: Prompt(
            id=slug,
            version="1",
            purpose=purpose,
            variables=tuple(words),
            template=text.replace("$", "$$") + "".join(f" ${word}" for word in words),
        ),
        slugs(),
        lines(),
        used,
        texts(),
    )
