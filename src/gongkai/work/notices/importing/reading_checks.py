"""Detect parts of a file that were misread, and remark on the file as a whole."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gongkai.core.units.models import Body
from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.tables.heads import is_head
from gongkai.work.notices.importing.source import NoticeSource
from gongkai.work.notices.planning.channels import find_channel_columns
from gongkai.work.notices.planning.drafting import build_drafts, list_remarks
from gongkai.work.notices.planning.mentioned_channels import REMARKS_HEAD
from gongkai.work.notices.planning.paths import find_unused_heads
from gongkai.work.notices.planning.roles import LEAD_OWES, OWNER_CHOICES
from gongkai.work.notices.planning.shared_deadlines import find_reading_time
from gongkai.work.notices.planning.shared_owners import apply_shared_owners, find_stated_owner

# Longest head.
_MAX_HEAD_CHARACTERS = 8
# Minimum columns of a typed head line, and known heads among them.
_COLUMNS, _KNOWN = 4, 2
# Fewer rows may look like heads by chance.
_MIN_HEAD_ROWS = 3


def check_rows_are_tasks(rows: Sequence[Mapping[str, object]]) -> None:
    """Raise ReadingError if a third of the rows are heads or blanks, because it was misread."""
    said = Counter(str(row.get("measure") or "") for row in rows)
    # A short task of a unit (公租房配租结果) may read like a head; but heads repeat, tasks do not.
    wrong = [row for row in rows if _is_no_task(said, row)]
    if len(wrong) >= _MIN_HEAD_ROWS and len(wrong) * 3 >= len(rows):
        names = "、".join(dict.fromkeys(f"“{row['measure']}”" for row in wrong if row.get("measure")))
        raise ReadingError(
            f"读出的{len(rows)}行里有{len(wrong)}行只是栏名或者空格{f'（{names[:60]}）' if names else ''}，表格没有读对。"
            "请整理成一张表格：第一行写栏名（工作任务、牵头单位、责任单位、完成时限、公开渠道），每项任务一行，再导入。"
        )


def _is_no_task(said: Mapping[str, int], row: Mapping[str, object]) -> bool:
    text = str(row.get("measure") or "")
    words = "".join(text.split()).strip("：:。")
    owned = bool(row.get("lead") or row.get("responsible"))
    return not words or (len(words) <= _MAX_HEAD_CHARACTERS and is_head(words) and not (owned and said[text] == 1))


def find_typed_heads(lines: Iterable[str]) -> str:
    """Return the head line of a table typed with spaces, or an empty string."""
    for line in lines:
        names = [name for name in re.split(r"[ \t　]{2,}", line.strip()) if name]
        if (
            len(names) >= _COLUMNS
            and sum(map(is_head, names)) >= _KNOWN
            and all(len(n) <= _MAX_HEAD_CHARACTERS for n in names)
        ):
            return "、".join(names)
    return ""


def explain_typed_table(error: ReadingError, text: str) -> ReadingError:
    """Return an error that explains what to do with a table typed with spaces."""
    heads = find_typed_heads(text.split("\n")[:60])
    if not heads:
        return error
    return ReadingError(
        f"找到一行栏名（{heads[:60]}），但各栏是用空格隔开的，折行的格子分不清属于哪一栏。"
        "请把它做成Word或者Excel表格（每栏一格，每项任务一行），或者每项任务写成“任务。牵头单位：…；配合单位：…；完成时限：…；公开渠道：…”，再导入。"
    )


def find_remarks(source: NoticeSource, issuer: Body | None) -> list[str]:
    """Return remarks on the file as a whole, shown on the review page."""
    drafts = build_drafts(source.parsed)
    columns = find_channel_columns(drafts, source.text)
    unused = find_unused_heads([(head.printed, head.meaning) for head in source.heads], drafts, columns)
    noted = [head for head in unused if REMARKS_HEAD.search(head)]
    rest = [head for head in unused if head not in noted]
    many = "这一列" if len(rest) == 1 else f"这{len(rest)}列"
    said = [f"表中{_quote_names(rest)}{many}没有用上，原文照列在各行，不产生要求。"] if rest else []
    said += (
        [f"表中{_quote_names(noted)}栏不单独产生要求，只读取其中写明的公开渠道、牵头单位和配合单位。"] if noted else []
    )
    known = [f"“{head}”栏打勾的，按公开渠道“{name}”读取。" for head, name in columns.ticked.items()]
    known += [
        f"“{head}”栏的代号按文中说明读取：{'、'.join(f'{code}为{name}' for code, name in legend.items())}。"
        for head, legend in columns.codes.items()
    ]
    told = [remark for remark in list_remarks(source.parsed) if not _is_about_ticked_heads(remark, columns.ticked)]
    owners = apply_shared_owners(drafts, source.text, find_reading_time(source.parsed))[1]
    if (choice := find_stated_owner(source.text))[0] == LEAD_OWES:
        owners = [
            *owners,
            f"通知写明“{choice[1]}”，牵头单位和责任单位分列的，按{OWNER_CHOICES[choice[0]]}读取。",
        ]
    return [*told, *_find_unknown_issuer(source.parsed, issuer), *known, *said, *owners]


def _quote_names(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _is_about_ticked_heads(remark: str, ticked: Mapping[str, str]) -> bool:
    """Return true if a remark only reports unknown heads that turned out to be ticked channels."""
    heads = re.findall(r"“([^”]+)”", remark.split("不认识", maxsplit=1)[0]) if "不认识" in remark else []
    return bool(heads) and all(head in ticked for head in heads)


def _find_unknown_issuer(parsed: Mapping[str, object], issuer: Body | None) -> list[str]:
    printed = str(parsed.get("issuer") or "")
    if issuer is not None or not printed:
        return []
    return [f"印发单位“{printed}”不在单位名录中，请核对这份通知是否由本级单位落实。"]
