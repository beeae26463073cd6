"""Write down the stems of the words that talks are made of: stemming takes longer than looking up.

    python -m benchmarks.stem_table

The words are those of the trained model of behaviours, everyday ones and function words.
"""

from __future__ import annotations

from rmcoach_llm.evaluators.rules_terms import EVERYDAY
from rmcoach_llm.language.behaviours import model
from rmcoach_llm.language.words import FUNCTION_WORDS, STEMS, WORD, stem_anew


def table() -> str:
    """Give a line for each stem: the stem, then its words."""
    single = (gram for gram in model().written if WORD.fullmatch(gram))
    words: dict[str, list[str]] = {}
    for word in sorted({*single, *EVERYDAY, *FUNCTION_WORDS}):
        words.setdefault(stem_anew(word), []).append(word)
    return "".join(f"{' '.join((stem, *words[stem]))}\n" for stem in sorted(words))


if __name__ == "__main__":
    STEMS.write_text(table(), encoding="utf-8")
