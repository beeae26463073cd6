"""Write small Word documents and Excel workbooks, as programs and as attackers write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="{}"/></Relationships>'
)


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """Give a ZIP archive of parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return held.getvalue()


def docx(
    body: str, parts: Mapping[str, str | bytes] | None = None, main: str = "word/document.xml"
) -> bytes:
    """Give a document of a body in WordprocessingML, with further parts."""
    document = (
        f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    )
    return archive({"_rels/.rels": RELATIONS.format(main), main: document, **(parts or {})})


def p(*runs: str, style: str = "") -> str:
    """Give a paragraph; a run may be plain text, in which a line feed is a line break."""
    props = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{props}{''.join(run if run.startswith('<') else r(run) for run in runs)}</w:p>"


def r(text: str, props: str = "") -> str:
    """Give a run of text with the properties in `props`."""
    parts = (
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else ""
        for part in text.split("\n")
    )
    return f"<w:r>{f'<w:rPr>{props}</w:rPr>' if props else ''}{'<w:br/>'.join(parts)}</w:r>"


def table(*rows: Sequence[str]) -> str:
    """Give a table of texts."""
    made = (
        "<w:tr>" + "".join(f"<w:tc>{p(cell)}</w:tc>" for cell in cells) + "</w:tr>"
        for cells in rows
    )
    return f"<w:tbl>{''.join(made)}</w:tbl>"


def styles(inner: str) -> dict[str, str]:
    """Give the part with the styles of a document."""
    return {"word/styles.xml": f'<w:styles xmlns:w="{W}">{inner}</w:styles>'}


def workbook(rows: str, shared: str = "") -> bytes:
    """Give a workbook of one sheet as Excel writes it: `rows` and the shared strings are XML."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package = "http://schemas.openxmlformats.org/package/2006"
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{types}.sharedStrings+xml"/>'
            "</Types>",
            "_rels/.rels": RELATIONS.format("xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>'
            '<sheet name="Talk" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>",
            "xl/sharedStrings.xml": f"<sst {main}>{shared}</sst>",
        }
    )
