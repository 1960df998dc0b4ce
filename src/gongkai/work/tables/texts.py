"""Build the text of an edition of a table or record. Pure."""

import html as entities
from collections.abc import Mapping, Sequence

from gongkai.work.tables.fields import NOT_PUBLIC_LABEL, SchemaField

#: Heading of the policies on which rows are based (L-09).
BASES_HEADING = "政策依据"


def _render_value(field: SchemaField, value: object) -> str:
    """Return a value as escaped HTML; a URL is a link."""
    escaped = entities.escape(field.show(value))
    if field.kind == "url" and escaped:
        return f'<a href="{escaped}">{escaped}</a>'
    return escaped.replace("\n", "<br>")


def list_shown_fields(fields: Sequence[SchemaField], rows: Sequence[Mapping[str, object]]) -> list[SchemaField]:
    """Return the shown fields of a table: those required or filled in any row."""
    return [field for field in fields if field.required or any(row.get(field.key) not in (None, "") for row in rows)]


def _render_links(bases: Sequence[tuple[str, str]]) -> list[str]:
    """Return the policies as escaped HTML, linked if they have a path."""
    return [
        f'<a href="{entities.escape(path)}">{entities.escape(title)}</a>' if path else entities.escape(title)
        for title, path in bases
    ]


def render_table(
    caption: str,
    fields: Sequence[SchemaField],
    rows: Sequence[Mapping[str, object]],
    lines_below: Sequence[str] = (),
    bases: Sequence[Sequence[tuple[str, str]]] = (),
    gaps: Sequence[Sequence[SchemaField]] = (),
) -> str:
    """Return a table as HTML with caption, and a note if values are missing.

    Args:
        lines_below: lines below the table.
        bases: the policies on which each row is based; they are the last column.
        gaps: the required fields that each row lacks; its cells are marked as missing.
    """
    heads = list_shown_fields(fields, rows)
    head = "".join(f'<th scope="col">{entities.escape(field.head)}</th>' for field in heads)
    link_cells = [f"<td>{'<br>'.join(_render_links(some))}</td>" for some in bases] or [""] * len(rows)
    head += f'<th scope="col">{BASES_HEADING}</th>' if bases else ""
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{_render_value(field, row.get(field.key))}</th>'
            if index == 0
            else f"<td>{_render_value(field, row.get(field.key)) or (NOT_PUBLIC_LABEL if field in lacks else '')}</td>"
            for index, field in enumerate(heads)
        )
        + f"{links}</tr>"
        for row, links, lacks in zip(rows, link_cells, gaps or [()] * len(rows), strict=True)
    )
    note = render_below(make_incomplete_note(gaps))
    return (
        f"{note}<table><caption>{entities.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + render_below(lines_below)
    )


def render_below(lines: Sequence[str]) -> str:
    """Return the lines below a table as HTML."""
    return "".join(f"<p>{entities.escape(line)}</p>" for line in lines if line)


def make_incomplete_note(gaps: Sequence[Sequence[SchemaField]]) -> list[str]:
    """Return the note above a table with missing required fields."""
    short = sum(bool(lacks) for lacks in gaps)
    count = sum(map(len, gaps))
    return [f"本表不完整：{short}行共{count}项{NOT_PUBLIC_LABEL}。"] if short else []


def make_tail_lines(note: str, phone: str) -> list[str]:
    """Return the lines below a unit's table: its note and complaint telephone."""
    return [note, f"投诉监督电话：{phone}" if phone else ""]


def render_record(
    fields: Sequence[SchemaField], values: Mapping[str, object], bases: Sequence[tuple[str, str]] = ()
) -> str:
    """Return a record as HTML: its marks, a heading for each filled field, and its policy bases.

    Args:
        fields: of the schema; the first is the title and not repeated.
        bases: (title, address or "") of each policy.
    """
    labels = list_marks(fields, values)
    blocks = [f"<p><strong>{entities.escape('、'.join(labels))}</strong></p>"] if labels else []
    for field in fields[1:]:
        value = values.get(field.key)
        if field.mark or value in (None, ""):
            continue
        blocks.append(f"<h2>{entities.escape(field.head)}</h2><p>{_render_value(field, value)}</p>")
    if bases:
        listed = "".join(f"<li>{link}</li>" for link in _render_links(bases))
        blocks.append(f"<h2>{BASES_HEADING}</h2><ul>{listed}</ul>")
    return "".join(blocks)


def list_marks(fields: Sequence[SchemaField], values: Mapping[str, object]) -> list[str]:
    """Return the marks of a record in words: 可网上办."""
    return [f"可{field.label}" for field in fields if field.mark and values.get(field.key)]
