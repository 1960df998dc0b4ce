"""Record what the office shows, page by page, so that a change of mechanism can prove that it changed nothing else.

A recording holds, for every address of the office and every login of the sample city: the status, the text a person reads, the rows of
tables, the links, the forms with their fields, and the cells of every exported file. Record before a change and after it, over the same
city, and compare:

    GONGKAI_DATA=/tmp/city python tests/browser/record.py BEFORE.json
    GONGKAI_DATA=/tmp/city python tests/browser/record.py AFTER.json --like BEFORE.json
    python tests/browser/record.py --compare BEFORE.json AFTER.json

`--like` asks for the addresses of the earlier recording instead of walking along links anew. The city is made in an empty folder; in a
folder that holds one, it is migrated and used. Each address is asked in a transaction that is undone.
"""

import csv
import io
import json
import logging
import re
import sys
from difflib import unified_diff
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

#: Elements that begin a new line of text; all others stand in the line.
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "label",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
#: What differs from one request to the next.
FLEETING = re.compile(r"[?&](?:v|t|token)=[\w.%-]+|csrfmiddlewaretoken")


def lines_of(tree: Any) -> list[str]:
    """Return the text of a page as a browser sets it: one line for each block, white space collapsed."""
    lines, line = list[str](), ""

    def add(text: str | None) -> None:
        nonlocal line
        line += re.sub(r"\s+", " ", text or "").replace("\u00a0", " ")

    def cut() -> None:
        nonlocal line
        text = re.sub(r" +", " ", line).strip()
        if text:
            lines.append(text)
        line = ""

    def read(element: Any) -> None:
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "template", "svg"}:
            add(element.tail)
            return
        if element.tag in BLOCKS:
            cut()
        add(element.text)
        for child in element:
            read(child)
        if element.tag in BLOCKS:
            cut()
        add(element.tail)

    read(tree)
    cut()
    return lines


def page_record(markup: str, path: str) -> dict[str, Any]:
    """Return what a page shows: its text, its links, its forms and the number of rows in its tables."""
    from lxml import html

    tree = html.fromstring(markup)
    links = sorted({FLEETING.sub("", urljoin(path, a.get("href"))) for a in tree.xpath("//a[@href]")})
    forms = [
        [
            (form.get("method") or "get").lower(),
            urljoin(path, form.get("action") or path),
            sorted({field.get("name") for field in form.xpath(".//*[@name]")} - {"csrfmiddlewaretoken"}),
        ]
        for form in tree.xpath("//form")
    ]
    attributes = sorted(
        f"{element.tag} {name}={value}"
        for element in tree.iter()
        if isinstance(element.tag, str)
        for name, value in element.attrib.items()
        if name in {"aria-label", "title", "alt", "placeholder", "class", "id"} and value.strip()
    )
    rows = len(tree.xpath("//table//tr"))
    return {"lines": lines_of(tree), "links": links, "forms": forms, "rows": rows, "attributes": attributes}


def cells_of(content: bytes, kind: str) -> list[list[str]]:
    """Return the cells of an exported file, a list for each row; the sheets of a workbook one after another."""
    if "spreadsheetml" in kind:
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(content))
        return [["" if cell is None else str(cell) for cell in row] for sheet in book for row in sheet.values]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"))))


def record(out: str, like: str | None) -> None:
    """Ask for each address as each login, and write what came."""
    import sweep
    from django.core.management import call_command
    from django.db import connection, transaction

    logging.disable(logging.CRITICAL)
    if "editions_document" in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    else:
        sweep.made()
    found: dict[str, Any] = {}
    if like:
        paths = json.loads(Path(like).read_text())["paths"]
    else:
        for login in filter(None, sweep.WHO):
            sweep.walk(login, found, sweep.ours())
        paths = {route: entry.example for route, entry in sorted(found.items())}
        Path(out).write_text(json.dumps({"paths": paths}, ensure_ascii=False))
    for login in sweep.WHO:
        sweep.client_of(login)  # signed in before the transactions that are undone
    answers: dict[str, Any] = {}
    for route, path in paths.items():
        for login in sweep.WHO:
            with transaction.atomic():
                answer = sweep.client_of(login).get(path)
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                transaction.set_rollback(True)
            kind = answer.get("Content-Type", "")
            shown: dict[str, Any] = {"status": answer.status_code}
            if answer.status_code in {301, 302}:
                shown["to"] = FLEETING.sub("", answer["Location"])
            elif "html" in kind and content.strip():
                shown |= page_record(content.decode(errors="replace"), path)
            elif "spreadsheetml" in kind or "csv" in kind:
                shown["cells"] = cells_of(content, kind)
            else:
                shown["kind"] = kind
            answers[f"{route} {login or 'nobody'}"] = shown
        print(route, file=sys.stderr, flush=True)
    Path(out).write_text(json.dumps({"paths": paths, "answers": answers}, ensure_ascii=False, indent=0))


def compare(before: str, after: str) -> int:
    """Print what differs between two recordings; return how many answers do."""
    first, second = (json.loads(Path(path).read_text())["answers"] for path in (before, after))
    count = 0
    for key in sorted(first | second):
        was, now = first.get(key, {}), second.get(key, {})
        parts = [part for part in sorted({*was, *now}) if was.get(part) != now.get(part)]
        if not parts:
            continue
        count += 1
        print(f"== {key}: {', '.join(parts)}")
        for part in parts:
            old, new = was.get(part), now.get(part)
            if not isinstance(old, list) or not isinstance(new, list):
                print(f"   {part}: {str(old)[:200]} -> {str(new)[:200]}")
                continue
            texts = [[str(row) for row in rows] for rows in (old, new)]
            print(*list(unified_diff(*texts, part, part, lineterm="", n=0))[2:40], sep="\n")
    print(f"{count} of {len(first | second)} answers differ")
    return count


if __name__ == "__main__":
    if sys.argv[1] == "--compare":
        sys.exit(bool(compare(*sys.argv[2:4])))
    record(sys.argv[1], sys.argv[3] if sys.argv[2:3] == ["--like"] else None)
