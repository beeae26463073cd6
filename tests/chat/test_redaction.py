"""A key that the endpoint itself sends back is hidden, however the answer is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from rmcoach_llm.chat.redaction import MASK, SHORTEST, Redactor, redacted

keys = st.text(alphabet="ab-", min_size=SHORTEST, max_size=12)
"""Few letters, so that beginnings of the key abound."""


@given(keys, st.lists(st.text(alphabet="ab-c", max_size=5)), st.data())
def test_pieces_are_redacted_as_the_whole_is(
    key: str, words: list[str], data: st.DataObject
) -> None:
    """Wherever a text is cut, the same comes out, the key is not in it, and little is held back."""
    parts = [part for word in words for part in (word, data.draw(st.sampled_from(["", key])))]
    text = "".join(parts)
    redactor, given_out, place = Redactor(SecretStr(key)), "", 0
    while place < len(text):
        size = data.draw(st.integers(1, 7))
        given_out += redactor.feed(text[place : place + size])
        place += size
        unmasked = len(text[:place].replace(key, MASK))
        assert unmasked - len(given_out) < len(key)
    given_out += redactor.rest()

    assert given_out == redacted(text, SecretStr(key))
    assert key not in given_out


@given(st.text(), st.lists(st.text()))
def test_text_without_the_key_stays_as_it_is(end: str, pieces: list[str]) -> None:
    """What does not hold the key comes out whole, and without a key nothing is held back."""
    for key in (SecretStr("\u2603" * 9), SecretStr("short"), None):
        redactor = Redactor(key)
        told = [redactor.feed(piece) for piece in (*pieces, end, ".")]
        assert "".join(told) == "".join((*pieces, end, "."))
        assert redactor.rest() == ""


def test_placeholders_are_no_secret() -> None:
    """The words that people set as the key of a server that needs none tear no text."""
    for word in ("ollama", "EMPTY", "none", "x"):
        assert redacted(f"{word}/llama3", SecretStr(word)) == f"{word}/llama3"


def test_most_of_the_key_is_hidden_too() -> None:
    """A text that ends within the key ends in a mask, unless only a few characters are there."""
    key = SecretStr("sk-CANARY-0123")
    assert redacted("It is sk-CANARY-012", key) == "It is ***"
    assert redacted("Ask", key) == "Ask"
