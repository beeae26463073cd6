"""Archives of parts: counted, not believed, and never written to disk or opened elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from support.office import RELATIONS, archive

from rmcoach_llm.errors import InputError
from rmcoach_llm.readers import archives, packages
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.packages import Package, resolved


def package(data: bytes) -> Package:
    """Open an archive as a document."""
    return Package(data, "DOCX", Origin("a.docx"))


def error(data: bytes, part: str = "a.xml") -> str:
    """Give the error of parsing a part."""
    with pytest.raises(InputError) as caught:
        package(data).parse(part)
    return str(caught.value)


def test_elements_and_text_come_in_order() -> None:
    """A part is parsed as a stream, names with their namespace."""
    seen: list[str] = []
    opened = package(archive({"a.xml": '<x xmlns="urn:a"><y k="1">t</y></x>'}))
    opened.parse(
        "a.xml",
        started=lambda name, attributes: seen.append(f"{name} {dict(attributes)}"),
        ended=lambda name: seen.append(f"/{name}"),
        heard=seen.append,
    )
    assert seen == ["urn:a x {}", "urn:a y {'k': '1'}", "t", "/urn:a y", "/urn:a x"]


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("MAX_MEMBERS", 0, "has 1 members, at most 0"),
        ("MAX_PART", 5, "a.xml: too large when unpacked: more than 5 bytes"),
        ("MAX_DEPTH", 1, "a.xml: too deeply nested: more than 1 levels"),
        ("MAX_ELEMENTS", 2, "a.xml: too large: more than 2 elements"),
    ],
)
def test_every_limit_holds(monkeypatch, limit, value, said) -> None:
    """A document over a limit is refused with the part, the figure and the limit."""
    monkeypatch.setattr(packages, limit, value)
    assert said in error(archive({"a.xml": "<x><y>t</y><z>u</z></x>"[:22].ljust(22)}))


def test_all_parts_together_have_a_limit(monkeypatch) -> None:
    """What an archive states in all is refused before a part of it is unpacked."""
    monkeypatch.setattr(archives, "MAX_EXPANDED", 5)
    with pytest.raises(InputError, match=r"a\.xml: too large: 7 bytes in all parts"):
        package(archive({"a.xml": "<x>y</x>"[:7], "b.xml": ""}))


def test_what_is_unpacked_in_all_has_a_limit(monkeypatch) -> None:
    """What was read before counts, however often a part is read."""
    opened = package(archive({"a.xml": "<x/>"}))
    monkeypatch.setattr(archives, "MAX_EXPANDED", 7)
    opened.parse("a.xml")
    with pytest.raises(InputError, match="too large when unpacked"):
        opened.parse("a.xml")


def test_what_the_directory_says_of_a_size_is_not_believed() -> None:
    """A part that is longer or shorter than stated, or has another checksum, is damaged."""
    data = bytearray(archive({"a.xml": "<x>" + "y" * 9_000 + "</x>"}))
    entry = data.rfind(b"PK\x01\x02")
    for at, field in ((24, 100), (16, 1)):
        lying = bytearray(data)
        lying[entry + at : entry + at + 4] = struct.pack("<I", field)
        assert "a.xml: is damaged" in error(bytes(lying))


def test_other_ways_to_pack_are_refused() -> None:
    """Office packs with deflate; what unpacks in other ways is not unpacked at all."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("a.xml", "<x/>")
    assert "packed in a way that is not read" in error(held.getvalue())


@pytest.mark.parametrize(
    "dtd",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x SYSTEM "http://collector.example/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>',
    ],
)
def test_no_dtd_in_any_form(dtd) -> None:
    """A DTD ends the parsing before an entity can be declared, also in UTF-16."""
    assert "holds a DTD" in error(archive({"a.xml": f"{dtd}<x/>"}))
    wide = f'<?xml version="1.0" encoding="utf-16"?>{dtd}<x/>'.encode("utf-16")
    assert "holds a DTD" in error(archive({"a.xml": wide}))


def test_names_of_parts_are_shown_safely() -> None:
    """A part's name in an error steers no terminal."""
    said = error(archive({"_rels/.rels": RELATIONS.format("x")}), "\x1b[2J\n.xml")
    assert said.isprintable()


@pytest.mark.parametrize("target", ["../../../etc/passwd", "/etc/passwd", "a/../../etc/passwd"])
def test_a_relation_never_leads_out_of_the_archive(target) -> None:
    """Whatever a relation points to is the name of a part, from the archive's root."""
    assert resolved(target, "word").endswith("etc/passwd")
    assert not resolved(target, "word").startswith(("/", ".."))
    assert (
        package(archive({"_rels/.rels": RELATIONS.format(target)})).main_part("d") == "etc/passwd"
    )
