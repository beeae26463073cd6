"""Read text in which a name on a line of its own stands above what was said, without times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rmcoach_llm.readers.cues import Cue, Cues
from rmcoach_llm.readers.files import NumberedLine
from rmcoach_llm.readers.name_forms import is_title
from rmcoach_llm.readers.speakers import is_name, spoken

NAME = "names on lines"

_LABEL = re.compile(
    r"(?:speaker|sprecher(?:in)?|spreker|locuteur|hablante|parlante)[ _]?[0-9]{1,2}", re.I
)
_ENDS = tuple(".,;!?…)\"'")
MOST_WORDS = 4

Block = list[NumberedLine]


def is_named_blocks(lines: Sequence[NumberedLine]) -> bool:
    """Say whether a text is blocks, parted by blank lines, most of which begin with a name.

    The first line must be a name, not a `Name: text`. Two names or more stand above words; each
    stands there twice, or all are labels such as `Speaker 1`.

    >>> text = "Ada Roy,What hurts?,,Bo Lind,Time.,,Ada Roy,Why?,,Bo Lind,Forms."
    >>> is_named_blocks(list(enumerate(text.split(","), 1)))
    True
    """
    blocks = _blocks(lines)
    named = [block for block in blocks if _begins(block)]
    counts = Counter(block[0][1].strip() for block in named)
    sure = {name for name, count in counts.items() if count > 1 or _LABEL.fullmatch(name)}
    return (
        len(sure) > 1
        and _begins(blocks[0])
        and not spoken(blocks[0][0][1])
        and 2 * len(named) > len(blocks)
        and 2 * sum(counts[name] for name in sure) > len(named)
    )


def named_block_cues(lines: Sequence[NumberedLine]) -> Cues:
    """Give a cue for each block; one that begins with no name goes on with the turn above it."""
    cues: list[Cue] = []
    for block in _blocks(lines):
        named = _begins(block)
        said = "\n".join(line for _, line in block[named:])
        cues.append(Cue(block[0][1].strip() if named else None, said, place=f"line {block[0][0]}"))
    return cues, {"shape": NAME}


def _begins(block: Block) -> bool:
    name = block[0][1].strip()
    named = is_name(name) and is_title(name) and len(name.split()) <= MOST_WORDS
    return len(block) > 1 and named and ":" not in name and not name.endswith(_ENDS)


def _blocks(lines: Sequence[NumberedLine]) -> list[Block]:
    blocks: list[Block] = [[]]
    for number, line in lines:
        if line.strip():
            blocks[-1].append((number, line))
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]
