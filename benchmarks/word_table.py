"""Make the table of word vectors, `rmcoach_llm/language/data/words.bin`.

Needs, beside the project: pip install numpy safetensors tokenizers symspellpy, and wordllama
0.4.0.post1 (its weights are in the wheel). Run `python -m benchmarks.word_table` from the top.
A word's vector is the mean of its tokens' vectors, less the mean of all words; the first 64
dimensions hold most of it (the model is trained so). A stem's vector is the mean of its words'.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from rmcoach_llm.language.vectors import HEADER, TABLE
from rmcoach_llm.language.words import stem, words
from rmcoach_llm.library import Library

DIMENSIONS = 64
COMMON_WORDS = 36_000
"""Words of the frequency list that are kept; all of the library's scenarios come on top."""

CENTRE_OF = 12_000
"""The commonest words, whose mean is taken off: it tells nothing apart."""

HALF = 0.006
"""Share of all text at which a stem tells half as much as a rare one (Arora et al. 2017)."""


def main() -> None:
    """Write the table."""
    shares = frequencies()
    kept = dict.fromkeys([*list(shares)[:COMMON_WORDS], *library_words()])
    model = Model()
    centre = np.mean([model.vector(word) for word in list(shares)[:CENTRE_OF]], axis=0)
    rows: dict[str, list[tuple[float, np.ndarray]]] = defaultdict(list)
    for word in kept:
        rows[stem(word)].append((shares.get(word, 1e-9), model.vector(word) - centre))
    stems = sorted(rows)
    rarity, table = [], []
    for name in stems:
        share = np.array([share for share, _ in rows[name]])
        rarity.append(round(255 * HALF / (HALF + share.sum())))
        mean = np.average([vector for _, vector in rows[name]], axis=0, weights=np.sqrt(share))
        table.append(np.rint(127 * mean / np.abs(mean).max()).astype(np.int8))
    head = HEADER + f" {len(stems)} {DIMENSIONS}\n".encode() + " ".join(stems).encode() + b"\n"
    TABLE.write_bytes(head + bytes(rarity) + np.array(table).tobytes())
    print(f"{TABLE}: {len(stems)} stems, {TABLE.stat().st_size:,} bytes")


class Model:
    """Give the word vectors of WordLlama."""

    def __init__(self) -> None:
        folder = importlib.resources.files("wordllama")
        self._rows = load_file(str(folder / "weights" / "l2_supercat_256.safetensors"))
        tokens = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
        self._tokenizer = Tokenizer.from_file(str(tokens))

    def vector(self, word: str) -> np.ndarray:
        """Give the mean of the vectors of a word's tokens."""
        tokens = self._tokenizer.encode(word.removesuffix("'s"), add_special_tokens=False).ids
        return self._rows["embedding.weight"][tokens, :DIMENSIONS].astype(np.float32).mean(axis=0)


def frequencies() -> dict[str, float]:
    """Give the shares of the commonest English words, the commonest first."""
    folder = importlib.resources.files("symspellpy")
    text = (folder / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    rows = [line.split() for line in text.splitlines()]
    counts = {word: int(count) for word, count in rows if re.fullmatch(r"[a-z]+", word)}
    total = sum(counts.values())
    ordered = sorted(counts, key=lambda word: -counts[word])
    return {word: counts[word] / total for word in ordered}


def library_words() -> Iterator[str]:
    """Yield the words of all scenarios that come with the package."""
    library = Library()
    for name in library.ids("scenario"):
        text = json.dumps(library.scenario(name).model_dump(mode="json"), ensure_ascii=False)
        yield from (word for word in words(text) if re.search(r"[a-z]", word))


if __name__ == "__main__":
    main()
