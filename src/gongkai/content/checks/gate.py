"""Publication gate: each privacy finding must be masked or kept on a ground, and all checks finished."""

from collections import Counter
from typing import TYPE_CHECKING

from gongkai.content.checks.grounds import finding_label
from gongkai.content.checks.remark import FileReport
from gongkai.content.checks.report import CheckReport, report_of
from gongkai.content.editions.gates import PublicationGate

if TYPE_CHECKING:
    from gongkai.content.editions.sources import OutgoingText

#: Number of places with findings that one sentence names.
MAX_NAMED_PLACES = 3


def check_findings(text: "OutgoingText") -> list[str]:
    """The publication gate of this app."""
    return find_blocking_reasons(report_of(text.source, text.frozen))


def find_blocking_reasons(report: CheckReport) -> list[str]:
    """Return the reasons of a report against publishing an item, by kind and place, without the words found."""
    spoken = [f"{name if name == '正文' else f'附件“{name}”'}正在检查，检查完才能送审。" for name in report.waiting]
    remarks = [remark for remark in report.remarks if remark.holds and not remark.settled]
    for family, what, way in (
        ("privacy", "个人信息", "请遮盖，或注明依据后保留"),
        ("proofread", "校对疑误", "请改正，或说明理由后保留"),
    ):
        here = [remark for remark in remarks if remark.family == family]
        if here:
            kinds = "、".join(_describe_counts(Counter(remark.label for remark in here)))
            places = "、".join(dict.fromkeys(remark.place for remark in here[:MAX_NAMED_PLACES]))
            more = "等处" if len({remark.place for remark in here}) > MAX_NAMED_PLACES else ""
            spoken.append(f"有{len(here)}处{what}没有处理（{kinds}；{places}{more}）：{way}。")
    if report.strange:
        spoken.append(f"正文中有{report.strange}处引用的文件不是图片，请删去后重新插入。")
    if report.unsearched:
        spoken.append("正文的格式有误，有文字没有检查到：请用“一键排版”整理，或粘贴为纯文本后再送审。")
    if report.unfinished:
        spoken.append(f"正文没有检查：{report.unfinished}，或者作为附件发布。")
    for file in report.files:
        spoken += _of_file(file)
    return spoken


def _describe_counts(counts: Counter[str]) -> list[str]:
    return [f"{name}{count}处" for name, count in counts.most_common()]


def _of_file(file: FileReport) -> list[str]:
    if file.is_empty:
        return [f"附件“{file.name}”是{file.why_unread}，读者看不到内容：请换成有内容的文件，或者删去。"]
    spoken = []
    if file.must_look and file.vouching is None:
        if file.why_unread:
            spoken.append(
                f"附件“{file.name}”没有检查（{file.why_unread}）：请换成可读取文字的文件，或由人工逐页查看后确认。"
            )
        for line in file.beside.unseen:
            spoken.append(f"附件“{file.name}”：{line}请删去后重新上传，或由人工查看后确认可以随文件公开。")
    counts = Counter(remark.label for remark in file.open_remarks)
    for kind, count in file.beyond.items():
        if kind not in file.whole:
            counts[finding_label("privacy", kind)] += count
    if counts:
        way = "请采用遮盖件" if file.can_mask else "请遮盖后重新上传"
        spoken.append(
            f"附件“{file.name}”有{counts.total()}处个人信息没有处理（{'、'.join(_describe_counts(counts))}）：{way}，或注明依据后保留。"
        )
    return spoken


#: The publication gate of the checks.
CHECKS_GATE = PublicationGate("checks", 20, check_findings, any_source=True)
