from __future__ import annotations

import pytest

from rmcoach_llm.language.scripts import is_gibberish, is_other_language

ENGLISH = [
    "Why?",
    "What hurts most?",
    "ok",
    "KPI?",
    "How does HR do the SAP rollout in Q3?",
    "Is the die for the mould in the lab?",
    "Go on, please.",
    "42",
    "Could we see the r\u00e9sum\u00e9 of the d\u00e9j\u00e0 vu project?",
    "Hmm.",
    "How do the GmbH and the KGaA fit?",
    "Did Piotr and In\u00eas speak to Se\u00f1or Garc\u00eda?",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_neither_noise_nor_foreign(text: str) -> None:
    """A trainee who writes plain or clumsy English is answered."""
    assert not is_gibberish(text)
    assert not is_other_language(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...!!",
        "asdkjfh qwlkjrtzx",
        "no no no no no no",
        "bcdfghjklmnp",
        "x" * 40,
        "\U0001f600\U0001f600",
        "\x1b\x07\u202e",
    ],
)
def test_noise_is_known(text: str) -> None:
    """Keyboard noise, one word over and over and lines without letters hold no question."""
    assert is_gibberish(text)


@pytest.mark.parametrize(
    "text",
    [
        "Was kostet das und wie lange dauert es?",
        "Pourquoi est-ce que vous ne pouvez pas ?",
        "\u00bfPor qu\u00e9 no funciona el proceso?",
        "Perch\u00e9 non funziona il processo con lei?",
        "Waarom is het niet klaar voor de klant?",
        "\u043f\u043e\u0447\u0435\u043c\u0443 \u044d\u0442\u043e \u043d\u0435 \u0440\u0430\u0431\u043e\u0442\u0430\u0435\u0442",
        "\u306a\u305c\u3067\u3059\u304b\u3001\u6559\u3048\u3066\u304f\u3060\u3055\u3044",
    ],
)
def test_other_languages_are_known(text: str) -> None:
    """A line in another language or script is told apart from noise and from English."""
    assert is_other_language(text)
    assert not is_gibberish(text)
