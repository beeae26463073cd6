"""Open an Office document, a ZIP archive of XML parts, so that no part of it can do harm.

The parts are parsed as a stream by the standard library's expat, in which a DTD ends the parsing:
no entity is ever expanded and no address is ever opened. Nothing is written to disk.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import NoReturn
from xml.parsers import expat

from rmcoach_llm.readers.archives import Limits, open_archive
from rmcoach_llm.readers.files import WHOLE_FILE, Origin

MAX_MEMBERS = 4_096
MAX_PART = 100_000_000
MAX_DEPTH = 256
MAX_ELEMENTS = 3_000_000

ZIP = b"PK"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Started = Callable[[str, Mapping[str, str]], None]
Ended = Callable[[str], None]
Heard = Callable[[str], None]


class Package:
    """Give the parts of an Office document by name; `kind` is DOCX or XLSX, for messages.

    Raises InputError for what is no such document, is protected by a password, or has more
    than 4,096 members, 512 MB in all, or a part of more than 100 MB.
    """

    def __init__(self, data: bytes, kind: str, origin: Origin) -> None:
        self.origin = origin
        self.kind = kind
        if not data.strip():
            raise origin.error(WHOLE_FILE, "is empty", remedy="leave it out, or fill it")
        if data.startswith(OLE):
            raise origin.error(
                WHOLE_FILE,
                f"is an old Office document, or one with a password, not a {kind} that can be read",
                remedy=f"save it as {kind} without a password",
            )
        if not data.startswith(ZIP):
            raise origin.error(
                WHOLE_FILE,
                f"is not a {kind}: no archive of parts",
                remedy="name it by what it is, such as .txt",
            )
        limits = Limits(MAX_MEMBERS, MAX_PART)
        self._archive = open_archive(data, origin, limits, f"export the {kind} again")

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of all parts."""
        return tuple(self._archive.members)

    def main_part(self, default: str) -> str:
        """Give the name of the part that the package calls its document; `default` if it has none."""
        targets = [
            relation["Target"]
            for relation in self.relations("_rels/.rels").values()
            if relation.get("Type", "").endswith("/officeDocument") and "Target" in relation
        ]
        return resolved(targets[0], "") if targets else default

    def relations(self, name: str) -> dict[str, dict[str, str]]:
        """Give the attributes of each relation in a part, by its id; none where there is no part."""
        found: dict[str, dict[str, str]] = {}

        def started(_: str, attributes: Mapping[str, str]) -> None:
            if "Id" in attributes:
                found[attributes["Id"]] = dict(attributes)

        if name in self.names:
            self.parse(name, started=started)
        return found

    def refuse(self, name: str, found: str) -> NoReturn:
        """Raise InputError for a part."""
        self._archive.refuse(name, found)

    def parse(
        self,
        name: str,
        *,
        started: Started | None = None,
        ended: Ended | None = None,
        heard: Heard | None = None,
    ) -> None:
        """Parse a part as a stream; an element is named by its namespace, a space and its name.

        Raises InputError for a part that is missing, too large, no XML, has a DTD, more than
        256 levels or 3,000,000 elements.
        """
        if name not in self._archive.members:
            self.refuse(name, f"is missing: this is not a {self.kind}")
        parser = _parser(started, ended, heard, lambda found: self.refuse(name, found))
        try:
            for chunk in self._archive.chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            self.refuse(name, f"is no valid XML (line {error.lineno}, column {error.offset + 1})")
        except (LookupError, ValueError):
            self.refuse(name, "is XML in an encoding that is not known")


def resolved(target: str, folder: str) -> str:
    """Give the name of the part that a relation of a part in `folder` points to.

    >>> resolved("worksheets/sheet1.xml", "xl"), resolved("/word/document2.xml", "")
    ('xl/worksheets/sheet1.xml', 'word/document2.xml')
    """
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _parser(
    started: Started | None,
    ended: Ended | None,
    heard: Heard | None,
    refuse: Callable[[str], NoReturn],
) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            refuse(f"too deeply nested: more than {MAX_DEPTH} levels")
        if count > MAX_ELEMENTS:
            refuse(f"too large: more than {MAX_ELEMENTS:,} elements")
        if started is not None:
            started(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if ended is not None:
            ended(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if heard is not None:
        parser.CharacterDataHandler = heard
    parser.StartDoctypeDeclHandler = lambda *_: refuse("holds a DTD, which no Office document has")
    return parser
