"""Read a spreadsheet of old items, one a row, with a folder or .zip of text files."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from html import escape

from django.utils import timezone

from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.row_files import WORD_PICTURE_MARK
from gongkai.content.migration.sources.pages import decode_html, set_text_from_cell, set_text_from_file
from gongkai.content.migration.sources.pages.links import PageContext
from gongkai.content.migration.sources.values import FileRef, OldItem, parse_moment
from gongkai.core.acts.digest import digest
from gongkai.core.spreadsheets import BadCell, Column, Row, Sheet
from gongkai.core.spreadsheets.cells import choice, format_value, long_text, parse_day, parse_text, short_text
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext import TEXT_KINDS, UnfitText, convert_office_text
from gongkai.lib.richtext.clean import ALLOWED_TAGS

_FILE_SEPARATOR_PATTERN = re.compile(r"[、；;\n]+")
_BLOCK_TAG_NAMES = [
    "p",
    "div",
    "br",
    "h[1-6]",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "blockquote",
    "section",
    "article",
    "center",
]
_TAG_PATTERN = re.compile(
    rf"</?(?:{'|'.join([*_BLOCK_TAG_NAMES, *sorted(ALLOWED_TAGS), 'font'])})(?=[\s/>])[^<>]*>", re.IGNORECASE
)
_BLOCK_TAG_PATTERN = re.compile(rf"<(?:{'|'.join(_BLOCK_TAG_NAMES)})(?=[\s/>])", re.IGNORECASE)


def parse_cell_time(value: object) -> datetime | None:
    """Parse a time: a date cell, or 2019-03-05 with or without 09:20; None if empty (BadCell: another form)."""
    if isinstance(value, datetime):
        return timezone.make_aware(value)
    text = format_value(value)
    if not text:
        return None
    moment = parse_moment(text)
    if moment is None:
        raise BadCell(f"“{text[:30]}”不是日期", "请按“2019-03-05 09:20”或“2019-03-05”的样式填写")
    return moment


def _split_files(value: object) -> list[str]:
    return [part.strip() for part in _FILE_SEPARATOR_PATTERN.split(format_value(value)) if part.strip()]


OLD_ITEMS_SHEET = Sheet(
    "旧网站信息",
    (
        Column("title", "标题", short_text(255), required=True, width=50, also=("信息标题", "文章标题", "名称")),
        Column(
            "column",
            "栏目",
            parse_text,
            width=36,
            help="路径，各级用“>”隔开",
            also=("栏目路径", "所属栏目", "频道", "栏目名称"),
        ),
        Column(
            "unit",
            "发布单位",
            short_text(120),
            grouping=True,
            width=24,
            help="不填的，按迁移时选定的默认单位",
            also=("单位", "发布机构", "发布部门", "来源单位"),
        ),
        Column(
            "published",
            "发布时间",
            parse_cell_time,
            required=True,
            width=18,
            help="在原网站公开的时间，原样保留",
            also=("发布日期", "公开时间", "公开日期"),
        ),
        Column("formed_on", "形成日期", parse_day, help="不知道的不填", also=("形成或变更日期", "生成日期")),
        Column("document_number", "发文字号", short_text(80), also=("文号",)),
        Column("issuer", "发文机关", short_text(120), also=("制发机关",)),
        Column("written_on", "成文日期", parse_day),
        Column("effective_on", "施行日期", parse_day, also=("生效日期",)),
        Column(
            "kind",
            "类别",
            choice({label: name for name, label in ItemKind.choices}),
            choices=tuple(label for _, label in ItemKind.choices),
            help="不填的为“其他信息”",
        ),
        Column("index_number", "索引号", short_text(60)),
        Column("source", "信息来源", short_text(120), also=("来源",)),
        Column("keywords", "主题词", short_text(120), also=("关键词", "关键字")),
        Column("summary", "内容概述", short_text(300), also=("概述", "摘要")),
        Column(
            "text",
            "正文",
            long_text(500_000),
            width=40,
            help="文字或 HTML；正文在文件里的，填下一列",
            also=("内容", "正文内容", "文章内容", "信息内容", "文章正文"),
        ),
        Column(
            "text_file",
            "正文文件",
            short_text(200),
            help=".html、.txt 或 .docx，文件夹中的文件名，在下级文件夹的写明路径",
        ),
        Column(
            "files",
            "附件",
            _split_files,
            width=36,
            help="文件夹中的文件名，在下级文件夹的写明路径，多个用顿号隔开",
            also=("附件文件名",),
        ),
        Column(
            "page",
            "原网页",
            short_text(200),
            help="保存下来的旧网页（.html），文件夹中的文件名，在下级文件夹的写明路径；表中各项在网页上没有的，这一条存为草稿，送审后公开",
            also=("网页文件", "保存的网页"),
        ),
        Column(
            "old",
            "原网址",
            parse_text,
            width=40,
            help="旧网页的网址，多个用换行隔开；打开旧网址时转到新页",
            also=("旧网址", "链接", "链接地址", "文章链接", "URL", "网址"),
        ),
    ),
    max_rows=20_000,
)

_TEXT_FIELDS = ("document_number", "issuer", "index_number", "source", "keywords", "summary")


def map_page_urls(rows: Iterable[Row], bundle: FileBundle) -> dict[str, str]:
    """Return {place in the bundle: old URL} of the pages named in a spreadsheet."""
    page_urls: dict[str, str] = {}
    for row in rows:
        places = _get_page_paths(row, bundle)
        if old := _split_old_urls(row):
            page_urls |= {place: old[0] for place in places if place and place not in page_urls}
    return page_urls


def _get_page_paths(row: Row, bundle: FileBundle) -> tuple[str, str]:
    """Return (path of a row's saved page, of its text file); a bare name may be in the other's folder."""
    page, file = (_find_file_path(row[name], bundle) for name in ("page", "text_file"))
    return page or _find_file_path(row["page"], bundle, file), file or _find_file_path(row["text_file"], bundle, page)


def _find_file_path(name: str, bundle: FileBundle, *beside: str) -> str:
    """Return the place of a file named in a cell: its path, or a bare name next to these files; else ""."""
    path = (name or "").replace("\\", "/")
    if not path:
        return ""
    folders = [posixpath.dirname(value) for value in beside if value and "/" not in path]
    return bundle.at(path, *(posixpath.join(folder, path) for folder in folders))


def _describe_missing_file(file_label: str, name: str, bundle: FileBundle) -> str:
    """Return the error of a file that is missing or ambiguous."""
    same = bundle.find_by_name(name)
    if not same:
        return f"{file_label}“{name[:60]}”不在文件夹中，请放入文件，或者改正文件名。"
    return f"{file_label}“{name[:60]}”只写了文件名，请写明路径，如“{same[0][-60:]}”。"


def _split_old_urls(row: Row) -> list[str]:
    return [part.strip() for part in re.split(r"[\s，,；;]+", row["old"] or "") if part.strip()]


def make_item(row: Row, bundle: FileBundle, *, base: str = "", addresses: Mapping[str, str] | None = None) -> OldItem:
    """Return the item of a spreadsheet row.

    Args:
        row: the row.
        bundle: the files next to the spreadsheet.
        base: the URL of the old site, if known.
        addresses: the result of `map_page_urls` for all rows.
    """
    item = OldItem(f"第{row.number}行", title=row["title"] or "", unit=row["unit"] or "")
    item.column = tuple(p.strip() for p in re.split("[>＞→/]", row["column"] or "") if p.strip())
    item.published = row["published"]
    item.fields = {name: row[name] for name in _TEXT_FIELDS if row[name]}
    item.fields |= {name: row[name].isoformat() for name in ("formed_on", "written_on", "effective_on") if row[name]}
    if row["kind"]:
        item.fields["kind"] = row["kind"]
    page, text_file = _get_page_paths(row, bundle)
    if row["page"]:
        item.fields["page"] = page or row["page"]
    if row["page"] and not page:
        item.notes.append(_describe_missing_file("原网页", row["page"], bundle))
    item.old = _split_old_urls(row)
    for name in row["files"] or []:
        ref = _find_file_path(name, bundle, page, text_file)
        if ref:
            item.files.append(FileRef(name.replace("\\", "/").rsplit("/", 1)[-1], ref))
        else:
            item.problems.append(_describe_missing_file("附件", name, bundle))
    context = PageContext(page, item.old[0] if item.old else "", bundle, base, addresses or {}, typed=True)
    _read_row_text(item, row, text_file, context)
    return item


def _read_row_text(item: OldItem, row: Row, ref: str, context: PageContext) -> None:
    """Read the text of a row, from its cell or the file that it names."""
    if row["text"]:
        set_text_from_cell(item, make_html(row["text"]), context)
    if not row["text_file"]:
        return
    if row["text"]:
        item.problems.append("“正文”和“正文文件”只填一列。")
        return
    if not ref:
        item.problems.append(_describe_missing_file("正文文件", row["text_file"], context.bundle))
        return

    set_text_from_bundle(item, ref, context)


def make_html(text: str) -> str:
    r"""Return text as HTML: unchanged with block tags, else a paragraph for each line.

    >>> make_html("见<b>图</b>\n1 < 2"), make_html("见图\n1 < 2")
    ('<p>见<b>图</b></p><p>1 < 2</p>', '<p>见图</p><p>1 &lt; 2</p>')
    """
    if _BLOCK_TAG_PATTERN.search(text):
        return text
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not _TAG_PATTERN.search(text):
        lines = [escape(line) for line in lines]
    return "".join(f"<p>{line}</p>" for line in lines)


def set_text_from_bundle(item: OldItem, ref: str, context: PageContext) -> None:
    """Set an item's text from a file of the bundle (`ref`: its path); unreadable files are problems of the item."""
    suffix = ref.rsplit(".", 1)[-1].lower()
    try:
        data = context.bundle.read(ref)
        if suffix in {"html", "htm", "shtml"}:
            set_text_from_file(item, data, replace(context, place=ref, typed=False))
        elif suffix == "txt":
            set_text_from_cell(item, make_html(decode_html(data)[0]), replace(context, place=ref))
        elif suffix in TEXT_KINDS:
            _read_word(item, data, ref)
        else:
            item.problems.append(f"正文文件“{ref[-60:]}”不是网页、.txt、Word、WPS 或 OFD 文件，请列为附件。")
    except UnfitText as refused:
        item.problems += refused.reasons
    except UnreadableFile as error:
        item.problems.append(f"{error}。")


def _read_word(item: OldItem, data: bytes, ref: str) -> None:
    """Set an item's text and pictures from a Word file."""

    def keep(picture: bytes, name: str) -> str:
        """Add the picture to the item's files and return its digest."""
        mark = digest(picture)
        item.pictures.append(FileRef("", f"{ref}{WORD_PICTURE_MARK}{mark}.{name.rsplit('.', 1)[-1]}"))
        return mark

    item.html = convert_office_text(data, ref, keep).html
