"""Look through an Excel workbook before a library sees it: its sheets, and what a person does not see."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rmcoach_llm.readers.packages import Package, resolved

WORKBOOK = "xl/workbook.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAST_ROW = 1_048_576
"""Excel has no more rows (Microsoft, Excel specifications and limits)."""
READ_BY_LIBRARY = ("_rels/", "docProps/", "xl/_rels/", "xl/worksheets/", "xl/theme/")


@dataclass
class Sheet:
    """Hold a sheet's name, whether it is shown, and counts of what to note about it."""

    name: str
    shown: bool
    counts: Counter[str] = field(default_factory=Counter)


def checked_sheets(package: Package) -> list[Sheet]:
    """Parse all that the library will parse, and give the sheets in their order.

    Raises InputError for a part that is broken or has a DTD, and for a row that Excel cannot have.
    """
    workbook = package.main_part(WORKBOOK)
    folder = posixpath.dirname(workbook)
    states = _states(package, workbook)
    relations = package.relations(f"{folder}/_rels/{posixpath.basename(workbook)}.rels")
    by_part: dict[str, Sheet] = {}
    for relation, sheet in states.items():
        target = relations.get(relation, {}).get("Target", "")
        by_part[resolved(target, folder)] = sheet
    for name in package.names:
        if name in by_part:
            _Cells(package, name, by_part[name].counts).parse()
        elif name.endswith((".xml", ".rels")) and _is_read(name, folder):
            package.parse(name)
    return list(states.values())


def _is_read(name: str, folder: str) -> bool:
    return name.startswith(READ_BY_LIBRARY) or posixpath.dirname(name) in ("", folder)


def _states(package: Package, workbook: str) -> dict[str, Sheet]:
    """Give the sheets by the id of their relation."""
    found: dict[str, Sheet] = {}

    def started(name: str, attributes: Mapping[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if tag == "workbook" and space != MAIN:
            package.refuse(workbook, "is in a form (strict Open XML) that is not read here")
        if tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            shown = attributes.get("state", "visible") == "visible"
            found[relation] = Sheet(attributes.get("name", ""), shown)

    package.parse(workbook, started=started)
    return found


class _Cells:
    """Count in a sheet hidden rows, merged cells, and formulas whose value is not kept."""

    def __init__(self, package: Package, part: str, counts: Counter[str]) -> None:
        self.package = package
        self.part = part
        self.counts = counts
        self.is_formula = False
        self.in_value = False

    def parse(self) -> None:
        """Parse the sheet; raises InputError for what Excel cannot have written."""
        self.package.parse(self.part, started=self._started, ended=self._ended, heard=self._heard)

    def _started(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            number = attributes.get("r", "1")
            if not number.isdecimal() or len(number) > 7 or int(number) > LAST_ROW:
                self.package.refuse(self.part, "has a row with a number that Excel cannot have")
            self.counts["rows_hidden"] += attributes.get("hidden") in ("1", "true")
        elif tag == "mergeCell":
            self.counts["cells_merged"] += 1
        elif tag == "f":
            self.is_formula = True
        self.in_value = tag == "v"

    def _heard(self, _: str) -> None:
        # Programs that do not calculate write a value without text.
        self.is_formula = self.is_formula and not self.in_value

    def _ended(self, name: str) -> None:
        self.in_value = False
        if name.rpartition(" ")[2] == "c":
            self.counts["formulas_without_value"] += self.is_formula
            self.is_formula = False
