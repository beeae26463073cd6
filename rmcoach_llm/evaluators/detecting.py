"""Let detectors, functions of an embedder or a plugin, see behaviours; grounding decides."""

from __future__ import annotations

import hashlib
import inspect
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from rmcoach_llm.domain import Finding, Rubric, clean_text
from rmcoach_llm.errors import UsageError
from rmcoach_llm.evaluators.assembly import Case, Judged
from rmcoach_llm.evaluators.grounding import Cited, Claim, Grounds, ground
from rmcoach_llm.protocols import Detector

log = logging.getLogger(__name__)

MOST_CLAIMED = 20
"""So many places of a behaviour are looked at: more prove nothing more."""

SHOWN_CHARACTERS = 200


def joined(
    judged: Judged, detectors: Mapping[str, Detector], rubrics: Sequence[Rubric], case: Case
) -> Judged:
    """Add what detectors see to what else was judged; a detector goes before any other judgement.

    One that fails, or gives what it should not, leaves its behaviour without a finding: the
    criterion is unscored, and its reason says why. The log has the traceback.
    """
    if not detectors:
        return judged
    seen = {name: _see(name, detect, case) for name, detect in detectors.items()}
    findings = {name: dict(found) for name, found in judged.findings.items()}
    why = {name: dict(reasons) for name, reasons in judged.why.items()}
    for rubric in rubrics:
        for name in [b.id for b in rubric.behaviours if b.id in seen]:
            result = seen[name]
            findings.setdefault(rubric.id, {}).pop(name, None)
            if isinstance(result, Finding):
                findings[rubric.id][name] = result
            else:
                why.setdefault(rubric.id, {})[name] = result
    return replace(judged, findings=findings, why=why)


def left_to_judge(
    rubrics: Sequence[Rubric], detectors: Mapping[str, Detector]
) -> tuple[Rubric, ...]:
    """Give the rubrics without what detectors see: nobody else need be asked about it.

    What is left of a rubric is for asking only: its arithmetic is that of the whole.
    """
    if not detectors:
        return tuple(rubrics)
    left = []
    for rubric in rubrics:
        criteria = [
            criterion.model_copy(update={"behaviours": rest})
            for criterion in rubric.criteria
            if (rest := tuple(b for b in criterion.behaviours if b.id not in detectors))
            or criterion.anchors is not None
        ]
        if criteria:
            left.append(rubric.model_copy(update={"criteria": tuple(criteria)}))
    return tuple(left)


def marks_of(detectors: Mapping[str, Detector]) -> dict[str, str]:
    """Give what a fingerprint must hold of each detector, so that another code is another work.

    That is its `version`, where it has one, and else the digest of the file that it stands in. The
    file tells of the functions and constants beside it, not of what it imports. Raises UsageError
    for what is no function of a file and has no version: a closure, a method, an object.
    """
    return {name: _mark(name, detector) for name, detector in sorted(detectors.items())}


def _mark(name: str, detector: Detector) -> str:
    version = getattr(detector, "version", None)
    if isinstance(version, str) and version:
        return f"version {clean_text(version)}"
    file = None
    if inspect.isfunction(detector) and not detector.__closure__:
        file = inspect.getsourcefile(detector)
    if not callable(detector) or file is None or not Path(file).is_file():
        found = "cannot be called" if not callable(detector) else "has no version"
        raise UsageError(
            f"the detector '{clean_text(name)}' {found}",
            remedy="give a function that stands in a file, or what has a text attribute 'version'",
        )
    digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()
    return f"{detector.__qualname__} in {digest}"


def _see(name: str, detect: Detector, case: Case) -> Finding | str:
    """Give the finding of a detector, or say why there is none."""
    try:
        claim = _claim(name, detect(case.transcript))
    except Exception as error:  # a detector may fail in any way; the reason tells of it
        log.warning("the detector '%s' failed", name, exc_info=True)
        return clean_text(f"its detector failed ({type(error).__name__}: {error})")[
            :SHOWN_CHARACTERS
        ]
    return ground(claim, Grounds(case.transcript, case.screening))


def _claim(name: str, seen: object) -> Claim:
    if isinstance(seen, str) and seen == "no_opportunity":
        return Claim(name, "no_opportunity")
    cited = tuple(_cited(seen))
    return Claim(name, "observed" if cited else "not_observed", cited)


def _cited(seen: object) -> Iterator[Cited]:
    if isinstance(seen, (str, bytes, dict)) or not hasattr(seen, "__iter__"):
        if inspect.iscoroutine(seen):
            seen.close()
        raise TypeError(
            f"gave a {type(seen).__name__}, not (turn, quote) pairs or 'no_opportunity'"
        )
    for pair in islice(seen, MOST_CLAIMED):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"gave a {type(pair).__name__}, not a (turn, quote) pair")
        turn, quote = pair
        if type(turn) is not int or not isinstance(quote, str):
            kinds = f"({type(turn).__name__}, {type(quote).__name__})"
            raise TypeError(f"gave a pair of {kinds}, not of (int, str)")
        yield Cited(turn, quote)
