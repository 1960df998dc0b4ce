"""Print a sample notice in the shapes that notices have on other cities' sites and in files."""

import io
from collections.abc import Callable, Iterator
from html import escape

from docx import Document
from openpyxl import Workbook

from lib.reading.render import merges
from lib.reading.sample_notices import SampleNotice, Task

Cells = list[list[str]]


def front(sample: SampleNotice, *, site: bool = False) -> list[str]:
    """Return the paragraphs above the table; `site` adds the metadata table of portals."""
    facts = [
        f"索引号：11{sample.number[-4:-1]}0000/2023-0001",
        f"发文机构：{sample.issuer}",
        "当前位置：首页 > 政务公开 > 政策文件",
        f"文号：{sample.number}",
    ]
    signed = [sample.issuer, sample.day, "（此件主动公开）"]
    return [
        *(facts if site else [sample.number]),
        sample.title,
        sample.salutation,
        sample.opening,
        *signed,
    ]


def units(names: tuple[str, ...], none: str = "") -> str:
    """Return the names of a cell joined into one string."""
    return "、".join(names) or none


def has_limits(sample: SampleNotice) -> bool:
    """Return true if the notice prints a deadline column."""
    return len(sample.heads) > 4


def rows(sample: SampleNotice, *, none: str = "") -> Cells:
    """Return the cells of every task with its headings in full."""
    out = []
    for one in sample.wanted:
        task = one.task
        headings = [task.section, task.item][: sample.levels]
        limit = [task.extras[sample.heads[4]]] if has_limits(sample) else []
        out.append([*headings, task.measure, units(task.lead, none), units(task.responsible, none), *limit])
    return out


def _heads(sample: SampleNotice) -> list[str]:
    return [sample.heads[0]] * sample.levels + list(sample.heads[1:])


def new_headings(sample: SampleNotice) -> Iterator[tuple[int, Task, str, str]]:
    """Yield each task with its number and its headings, "" for those unchanged from the row above."""
    above = ("", "")
    for number, one in enumerate(sample.wanted, 1):
        task = one.task
        section = task.section if task.section != above[0] else ""
        item = task.item if section or task.item != above[1] else ""
        above = (task.section, task.item)
        yield number, task, section, item


def fresh(sample: SampleNotice) -> Iterator[tuple[int, Task, list[str], list[str]]]:
    """Yield each task with its number, its new headings, and its deadline, if any."""
    for number, task, section, item in new_headings(sample):
        limit = [task.extras[sample.heads[4]]] if has_limits(sample) else []
        yield number, task, [x for x in (section, item if sample.levels > 1 else "") if x], limit


# Text


def bars_between(sample: SampleNotice) -> bytes:
    """Return one cell a line, each followed by a line with a bar; covered cells are missing."""
    lines = front(sample, site=True)
    cells = list(sample.heads)
    for _, task, headings, limit in fresh(sample):
        cells += [*headings, task.measure, units(task.lead, "—"), units(task.responsible, "—"), *limit]
    for cell in cells:
        lines += [*cell.split("\n"), "|"]
    return "\n".join(lines).encode()


def bar_rows_short(sample: SampleNotice) -> bytes:
    """Return one row a line with bars after the cells; a covered heading adds a bar at the end."""
    lines = front(sample)
    width = sample.levels + len(sample.heads) - 1
    lines.append(" | ".join(sample.heads) + " |" + "|" * (sample.levels - 1))
    for _, task, headings, limit in fresh(sample):
        row = [*headings, task.measure.replace("\n", ""), units(task.lead, "—"), units(task.responsible, "—")]
        row += limit
        lines.append(" | ".join(row) + " |" + " |" * (width - len(row)))
    return "\n".join(lines).encode()


def bar_rows_numbered(sample: SampleNotice) -> bytes:
    """Return numbered rows, one a line, with headings over the full width on their own lines."""
    lines = front(sample)
    lines.append("| 序号 | " + " | ".join(sample.heads[1:]) + " |")
    for number, task, headings, limit in fresh(sample):
        lines += [f"| {heading} |" + "|" * (len(sample.heads) - 1) for heading in headings]
        row = [str(number), task.measure.replace("\n", "<br>"), units(task.lead), units(task.responsible)]
        lines.append("| " + " | ".join([*row, *limit]) + " |")
    return "\n".join(lines).encode()


def tabs_numbered(sample: SampleNotice) -> bytes:
    """Return numbered rows separated by tabs; covered headings leave nothing in the rows below."""
    lines = front(sample)
    lines.append("\t".join(["序号", *_heads(sample)]))
    for number, task, section, item in new_headings(sample):
        limit = [task.extras[sample.heads[4]]] if has_limits(sample) else []
        headings = [section, item][: sample.levels]
        row = [str(number), *headings, task.measure.replace("\n", ""), units(task.lead, "—")]
        lines.append("\t".join([*row, units(task.responsible, "—"), *limit]))
    return "\n".join(lines).encode()


def lines_numbered(sample: SampleNotice) -> bytes:
    """Return one cell a line, with the numbers of a 序号 column but no separator between rows."""
    lines = [*front(sample), "序号", *sample.heads]
    for number, task, headings, limit in fresh(sample):
        lines += [str(number), *headings, *task.measure.split("\n")]
        lines += [units(task.lead, "—"), units(task.responsible, "—"), *limit]
    return "\n".join(lines).encode()


def spaces(sample: SampleNotice) -> bytes:
    """Return a row a line with cells separated by two spaces."""
    lines = [*front(sample), "  ".join(sample.heads)]
    for _, task, headings, limit in fresh(sample):
        row = [*headings, task.measure.replace("\n", ""), units(task.lead, "—"), units(task.responsible, "—")]
        lines.append("  ".join([*row, *limit]))
    return "\n".join(lines).encode()


# Running text


def prose_ascii(sample: SampleNotice) -> bytes:
    """Return paragraphs that end with (牵头单位:…,责任单位:…,完成时限:…) in half-width punctuation."""
    return _prose(sample, "({})", "牵头单位:", "责任单位:", ",", "完成时限:", outside=False)


def prose_in_sentence(sample: SampleNotice) -> bytes:
    """Return paragraphs with the bracket before the full stop and semicolons between its parts."""
    return _prose(sample, "（{}）", "牵头单位：", "配合单位：", "；", "完成时限：", outside=False)


def prose_outside(sample: SampleNotice) -> bytes:
    """Return paragraphs with the bracket after the full stop."""
    return _prose(sample, "（{}）", "牵头单位：", "责任单位：", "；", "时限要求：", outside=True)


def prose_verbs(sample: SampleNotice) -> bytes:
    """Return paragraphs with brackets of the form A牵头，B、C配合."""
    lines = front(sample)
    for _, task, headings, _ in fresh(sample):
        lines += headings
        lead, own = units(task.lead), units(task.responsible)
        lines.append(f"{task.measure}（{lead}牵头，{own}配合）")
    return "\n".join(lines).encode()


def _prose(sample: SampleNotice, bracket: str, lead: str, own: str, mark: str, limit: str, *, outside: bool) -> bytes:
    lines = front(sample)
    for _, task, headings, limits in fresh(sample):
        lines += headings
        parts = [lead + units(task.lead), own + units(task.responsible)]
        parts += [limit + one for one in limits]
        words = bracket.format(mark.join(parts))
        text = task.measure
        lines.append(text + words if outside else text.removesuffix("。") + words + "。")
    return "\n".join(lines).encode()


def label_lines(sample: SampleNotice) -> bytes:
    """Return measures, each followed by lines `牵头单位：…` and `责任单位：…`."""
    lines = front(sample)
    for _, task, headings, limit in fresh(sample):
        lines += headings
        lines += [*task.measure.split("\n"), "牵头单位：" + units(task.lead)]
        lines.append("责任单位：" + units(task.responsible))
        lines += ["完成时限：" + one for one in limit]
    return "\n".join(lines).encode()


def label_lines_before(sample: SampleNotice) -> bytes:
    """Return measures, each preceded by its label lines, after the heading."""
    lines = front(sample)
    for _, task, headings, _ in fresh(sample):
        lines += headings
        lines += ["牵头单位：" + units(task.lead), "责任单位：" + units(task.responsible)]
        lines += [f"工作内容：{task.measure}"]
    return "\n".join(lines).encode()


# Files


def word(sample: SampleNotice, *, order: str = "hmlr", numbered: bool = True, title_row: bool = False) -> bytes:
    """Return a Word table with merged headings; `order` is the order of its columns (h, m, l, r)."""
    document = Document()
    for line in front(sample):
        document.add_paragraph(line)
    grid, heads = rows(sample), _heads(sample)
    limit = [len(grid[0]) - 1] if has_limits(sample) else []
    places = {
        "h": list(range(sample.levels)),
        "m": [sample.levels],
        "l": [sample.levels + 1],
        "r": [sample.levels + 2],
    }
    columns = [place for letter in order for place in places[letter]] + limit
    lead_in = 1 if numbered else 0
    table = document.add_table(rows=len(grid) + 1 + title_row, cols=len(columns) + lead_in)
    if title_row:
        table.cell(0, 0).merge(table.cell(0, len(columns) + lead_in - 1)).text = sample.title[-16:]
    top = int(title_row)
    if numbered:
        table.cell(top, 0).text = "序号"
    for n, place in enumerate(columns):
        if place >= sample.levels or place == 0:
            table.cell(top, n + lead_in).text = heads[place]
    if sample.levels > 1:
        at = columns.index(0) + lead_in
        table.cell(top, at).merge(table.cell(top, at + 1))
    for number, row in enumerate(grid, 1):
        if numbered:
            table.cell(top + number, 0).text = str(number)
        for n, place in enumerate(columns):
            repeated = place < sample.levels and number > 1 and grid[number - 2][: place + 1] == row[: place + 1]
            table.cell(top + number, n + lead_in).text = "" if repeated else row[place]
    for place, first, last in merges(grid, sample.levels):
        at = columns.index(place) + lead_in
        table.cell(top + first + 1, at).merge(table.cell(top + last + 1, at))
    return _saved(document)


def word_sections(sample: SampleNotice) -> bytes:
    """Return a table with its first-level headings as rows over the full width."""
    document = Document()
    for line in front(sample):
        document.add_paragraph(line)
    heads = list(sample.heads[1:]) if sample.levels == 1 else list(sample.heads)
    table = document.add_table(rows=1, cols=len(heads))
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for _, task, section, _ in new_headings(sample):
        if section:
            cells = table.add_row().cells
            cells[0].merge(cells[-1]).text = section
        limit = [task.extras[sample.heads[4]]] if has_limits(sample) else []
        row = [task.measure, units(task.lead), units(task.responsible), *limit]
        if sample.levels > 1:
            row.insert(0, task.item)
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return _saved(document)


def _saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def sheet(sample: SampleNotice) -> bytes:
    """Return a workbook with a title over all columns, numbers, merged headings and empty remarks."""
    book = Workbook()
    page = book.active
    assert page is not None
    grid, heads = rows(sample), ["序号", *_heads(sample), "备注"]
    page.append([sample.title])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    page.append([f"填报单位：{sample.issuer}"])
    page.append([head if head not in heads[:n] else None for n, head in enumerate(heads)])
    if sample.levels > 1:
        page.merge_cells(start_row=3, start_column=2, end_row=3, end_column=3)
    for number, row in enumerate(grid, 1):
        repeated = [
            n < sample.levels and number > 1 and grid[number - 2][: n + 1] == row[: n + 1] for n in range(len(row))
        ]
        page.append([number, *(None if again else text for again, text in zip(repeated, row, strict=True)), None])
    for place, first, last in merges(grid, sample.levels):
        page.merge_cells(start_row=4 + first, start_column=2 + place, end_row=4 + last, end_column=2 + place)
    return _saved(book)


def page(sample: SampleNotice) -> bytes:
    """Return a saved page: units before the measure, in one column with labels inside the cells."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in front(sample, site=True))
    head = [*_heads(sample)[: sample.levels], "责任单位", sample.heads[1], *sample.heads[4:]]
    body = ["<tr>" + "".join(f"<td><p><strong>{x}</strong></p></td>" for x in head) + "</tr>"]
    grid = rows(sample)
    runs = list(merges(grid, sample.levels))
    spans = {(first, place): last - first + 1 for place, first, last in runs}
    covered = {(n, place) for place, first, last in runs for n in range(first + 1, last + 1)}
    for n, one in enumerate(sample.wanted):
        task = one.task
        cells = ""
        for place in range(sample.levels):
            if (n, place) not in covered:
                cells += f"<td rowspan={spans.get((n, place), 1)}><p>{grid[n][place]}</p></td>"
        own = f"<p>牵头单位：{units(task.lead)}</p><p>配合单位：{units(task.responsible)}</p>"
        text = "".join(f"<p>　　{escape(x)}</p>" for x in task.measure.split("\n"))
        limit = f"<td>{task.extras[sample.heads[4]]}</td>" if has_limits(sample) else ""
        body.append(f"<tr>{cells}<td>{own}</td><td>{text}</td>{limit}</tr>")
    table = f"<table>{''.join(body)}</table>"
    html = f"<html><head><meta charset='utf-8'><title>{sample.title}</title></head><body>{lines}{table}</body></html>"
    return html.encode()


def one_line(sample: SampleNotice) -> bytes:
    """Return the whole table on one line with nothing between the cells."""
    table = list(sample.heads)
    for _, task, headings, limit in fresh(sample):
        table += [*headings, task.measure.replace("\n", "")]
        table += [units(task.lead), units(task.responsible), *limit]
    return "\n".join([*front(sample), "".join(table)]).encode()


SHAPES: dict[str, Callable[[SampleNotice], bytes]] = {
    "bars on lines of their own": bars_between,
    "bars, merged headings gone": bar_rows_short,
    "bars, numbers, headings over the width": bar_rows_numbered,
    "tabs, numbers": tabs_numbered,
    "one cell a line, numbers": lines_numbered,
    "two spaces": spaces,
    "prose, half-width brackets": prose_ascii,
    "prose, bracket before the stop": prose_in_sentence,
    "prose, bracket behind the stop": prose_outside,
    "prose, verbs": prose_verbs,
    "prose, label lines": label_lines,
    "prose, label lines before": label_lines_before,
    "word, numbered": word,
    "word, units first": lambda sample: word(sample, order="lrhm"),
    "word, units before the text": lambda sample: word(sample, order="hlrm", numbered=False),
    "word, title in the table": lambda sample: word(sample, title_row=True),
    "word, headings over the width": word_sections,
    "workbook with title and remarks": sheet,
    "page, labels in one unit column": page,
}
