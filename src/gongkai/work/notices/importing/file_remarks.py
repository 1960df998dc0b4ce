"""Remarks on an imported file, and questions about a whole notice."""

import re
from collections.abc import Mapping, Sequence

from gongkai.core.units.models import Alias, Body
from gongkai.work.notices.importing.flags import (
    flag_foreign_issuer,
    flag_learnt_answers,
    flag_unknown_issuer,
    flag_unknown_year,
)
from gongkai.work.notices.importing.source import NoticeSource
from gongkai.work.notices.importing.table_heads import COLUMN_MEANINGS
from gongkai.work.notices.models import Notice
from gongkai.work.notices.planning.channels import find_channel_columns
from gongkai.work.notices.planning.draft_rows import DraftMeasure, build_drafts, list_remarks
from gongkai.work.notices.planning.mentioned_channels import REMARKS_HEAD
from gongkai.work.notices.planning.paths import find_unused_heads
from gongkai.work.notices.planning.roles import LEAD_OWES, OWNER_CHOICES
from gongkai.work.notices.planning.shared_deadlines import find_reference_years
from gongkai.work.notices.planning.shared_owners import apply_shared_owners, find_stated_owner


def flag_first_row(notice: Notice, source: NoticeSource, drafts: list[DraftMeasure]) -> list[DraftMeasure]:
    """Return the rows with the questions about the whole notice at the first one."""
    first = flag_unknown_year(_flag_unknown_owner(notice, drafts[0]), source.parsed, notice.year)
    heads = {printed: COLUMN_MEANINGS[meaning] for printed, meaning in source.learnt.items()}
    return [flag_learnt_answers(first, heads, _find_learnt_names(drafts)), *drafts[1:]]


def _flag_unknown_owner(notice: Notice, first_row: DraftMeasure) -> DraftMeasure:
    """Add a flag to the first row when the notice does not state whose it is."""
    if not notice.own:
        return flag_unknown_issuer(first_row, notice.parsed, notice.issuer)
    ours = notice.issuer_id == notice.government_id
    return flag_foreign_issuer(first_row, notice.government.label, notice.issuer_name, ours=ours)


def _find_learnt_names(drafts: Sequence[DraftMeasure]) -> dict[str, str]:
    """Return {printed name: name of the unit} of the names that an earlier answer of a clerk resolves."""
    printed = {unit.printed for draft in drafts if not draft.dropped for unit in draft.units}
    rows = Alias.objects.filter(source=Alias.Source.LEARNT, name__in=printed, body__active_to=None)
    return {row.name: row.body.label for row in rows.select_related("body").order_by("pk")}


def find_remarks(source: NoticeSource, issuer: Body | None) -> list[str]:
    """Return remarks on the file as a whole, shown on the review page."""
    drafts = build_drafts(source.parsed)
    columns = find_channel_columns(drafts, source.text)
    unused = find_unused_heads([(head.printed, head.meaning) for head in source.heads], drafts, columns)
    noted = [head for head in unused if REMARKS_HEAD.search(head)]
    unused_heads = [head for head in unused if head not in noted]
    many = "这一列" if len(unused_heads) == 1 else f"这{len(unused_heads)}列"
    unused_remarks = (
        [f"表中{_quote_names(unused_heads)}{many}没有用上，原文照列在各行，不产生要求。"] if unused_heads else []
    )
    unused_remarks += (
        [f"表中{_quote_names(noted)}栏不单独产生要求，只读取其中写明的公开渠道、牵头单位和配合单位。"] if noted else []
    )
    channel_remarks = [f"“{head}”栏打勾的，按公开渠道“{name}”读取。" for head, name in columns.ticked.items()]
    channel_remarks += [
        f"“{head}”栏的代号按文中说明读取：{'、'.join(f'{code}为{name}' for code, name in legend.items())}。"
        for head, legend in columns.codes.items()
    ]
    reading_remarks = [
        remark for remark in list_remarks(source.parsed) if not _is_about_ticked_heads(remark, columns.ticked)
    ]
    owners = apply_shared_owners(drafts, source.text, find_reference_years(source.parsed))[1]
    if (choice := find_stated_owner(source.text))[0] == LEAD_OWES:
        owners = [*owners, f"通知写明“{choice[1]}”，牵头单位和责任单位分列的，按{OWNER_CHOICES[choice[0]]}读取。"]
    return [*reading_remarks, *_find_unknown_issuer(source.parsed, issuer), *channel_remarks, *unused_remarks, *owners]


def _quote_names(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _is_about_ticked_heads(remark: str, ticked: Mapping[str, str]) -> bool:
    """Return true if a remark only reports headings that were later read as ticked channels."""
    heads = re.findall(r"“([^”]+)”", remark.split("不认识", maxsplit=1)[0]) if "不认识" in remark else []
    return bool(heads) and all(head in ticked for head in heads)


def _find_unknown_issuer(parsed: Mapping[str, object], issuer: Body | None) -> list[str]:
    """Return a remark if the printed issuer is not in the directory, else none."""
    printed = str(parsed.get("issuer") or "")
    if issuer is not None or not printed:
        return []
    return [f"印发单位“{printed}”不在单位名录中，请核对这份通知是否由本级单位落实。"]
