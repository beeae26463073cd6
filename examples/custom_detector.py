"""See a behaviour by code of your own, and have it scored: python examples/custom_detector.py."""

import re
from collections.abc import Iterator
from pathlib import Path

from rmcoach_llm import Transcript, evaluate

RUBRIC = Path(__file__).parent / "rubrics" / "clear-agenda.yaml"
TALK = """Ada: How do claims work today? I have thirty minutes for it.
Bo: A customer phones, and then it takes eleven days."""


def names_time(talk: Transcript) -> Iterator[tuple[int, str]]:
    """Give turn and words of each sentence in which the trainee says how long it takes."""
    for number, turn in talk.of_role("trainee"):
        for found in re.finditer(r"[^.?!]*\b(?:minutes|hours?)\b[^.?!]*", turn.text):
            yield number, found[0]


if __name__ == "__main__":
    card = evaluate(TALK, trainee="Ada", rubrics=RUBRIC, detectors={"time-named": names_time})
    (finding,) = card.rubrics["clear-agenda"].criteria["opening"].findings
    print(card.rubrics["clear-agenda"].score, finding.verdict, finding.turn, finding.quote)
