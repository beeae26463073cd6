"""Read from a Word document's styles which hide text and which make headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rmcoach_llm.readers.packages import Package

NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
"""Of the two forms of Office Open XML (ISO/IEC 29500), transitional and strict."""

HEADINGS = ("heading", "title", "subtitle")


@dataclass
class Styles:
    """Hold the ids of styles that hide text, and of those for headings and titles."""

    hidden: set[str] = field(default_factory=set)
    headings: set[str] = field(default_factory=set)
    _parents: dict[str, str] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)
    _style: str = ""

    @classmethod
    def of(cls, package: Package, part: str) -> Styles:
        """Read the styles, if the document has any; raises InputError for a part that is broken."""
        styles = cls()
        if part in package.names:
            package.parse(part, started=styles._started)
            styles._inherit()
        return styles

    def _started(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = plain(name)
        values = {plain(key): value for key, value in attributes.items()}
        value = values.get("val")
        if tag == "style":
            self._style = values.get("styleId", "")
        elif tag == "name" and (value or "").casefold().startswith(HEADINGS):
            self.headings.add(self._style)
        elif tag == "basedOn":
            self._parents[self._style] = value or ""
        elif tag == "vanish" and self._style:
            (self.hidden if is_on(value) else self._shown).add(self._style)

    def _inherit(self) -> None:
        """Let a style be hidden if the one that it is based on is, unless it says otherwise."""
        for style in self._parents:
            seen: set[str] = set()
            at = style
            while at and at not in seen | self._shown | self.hidden:
                seen.add(at)
                at = self._parents.get(at, "")
            if at in self.hidden:
                self.hidden |= seen


def plain(name: str) -> str:
    """Give the name of a Word element or attribute without its namespace; others as they are.

    >>> plain("http://purl.oclc.org/ooxml/wordprocessingml/main p")
    'p'
    """
    space, _, local = name.rpartition(" ")
    return local if space in NAMESPACES else name


def is_on(value: str | None) -> bool:
    """Say whether a switch of a format is on; without a value it is.

    >>> is_on(None), is_on("0")
    (True, False)
    """
    return value not in ("0", "false", "off")
