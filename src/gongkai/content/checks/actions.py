"""Actions on findings (accept, reopen), unreadable files, orders of repair, and a unit's check settings."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks import grounds
from gongkai.content.checks.grounds import get_finding_label
from gongkai.content.checks.masking import mask_remark
from gongkai.content.checks.models import CheckRules, Vouching, Waiver
from gongkai.content.checks.report import CheckReport, get_check_report, make_kind_fingerprint
from gongkai.content.checks.ruleset import split_term_lines
from gongkai.content.checks.shown_findings import ShownFinding
from gongkai.content.editions.models import Document
from gongkai.content.editions.rules import check_settings_manager, check_writer
from gongkai.content.editions.sources import Source, find_source
from gongkai.core.acts.action import ActionResult, Conflict, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Rectification
from gongkai.core.ledger.rectification import FoundFault, order_rectification, report
from gongkai.core.ledger.states import RectificationState
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.lib import law

#: Source of the repair orders for files, as stored in rectifications.
RECTIFICATION_SOURCE = "media"
#: Working days to repair a file or a text's links: our own value, because the notices only order the monthly check.
REPAIR_WORKING_DAYS = 5
#: Basis of the repair orders for files, as printed in them.
RECTIFICATION_BASIS = "任务分工要求：图片、动漫、音频、视频能正常打开和播放，每月检查"


#: Result of a repeated check when the file opens again.
FILE_REPAIRED_TEXT = "系统复查：文件已经可以打开，或者已经撤换。"
#: Result of a repeated check when the text was withdrawn.
TEXT_WITHDRAWN_NOTE = "系统复查：这条信息已经撤回，文件不再公开。"


def order_repair_of_files(
    document: Document, title: str, faults: Mapping[str, str], mended: str = FILE_REPAIRED_TEXT
) -> None:
    """Order the repair of attachments that newly fail, and report the repaired ones.

    Args:
        document: the public text.
        title: its title.
        faults: file → reason why it does not open.
        mended: the words of the report for repaired files.
    """
    faults_by_reference = {
        _make_fault_reference(document, target): (target, reason) for target, reason in faults.items()
    }
    running = {
        row.source_ref: row.entry
        for row in Rectification.objects.filter(
            source=RECTIFICATION_SOURCE, source_ref__startswith=f"{document.pk}/", entry__closed_at=None
        ).select_related("entry__body")
    }
    for ref, (target, reason) in faults_by_reference.items():
        if ref not in running:
            _order_file_repair(document, title, ref, target, reason)
    for ref, entry in running.items():
        if ref not in faults_by_reference and entry.state == RectificationState.ORDERED:
            report(entry, by=SYSTEM, text=mended)


def _make_fault_reference(document: Document, target: str) -> str:
    """Return the reference that connects a fault and its rectification."""
    return f"{document.pk}/{sha256(target.encode()).hexdigest()[:24]}"


def get_correction_url(document: Document) -> str:
    """Return the URL for correcting a document: its office page if it is an item, else its public page, "" without
    one.
    """
    if document.item_number is not None and find_source(document.source) is not None:
        return reverse("publishing:item", args=(document.item_number,))
    row = document.addresses.filter(current=True).order_by("website").first()
    return row.path if row is not None else ""


def _order_file_repair(document: Document, title: str, ref: str, target: str, reason: str) -> None:
    """Order the unit to replace a file that does not open."""
    address = get_correction_url(document)
    order_repair(
        document,
        FoundFault(
            source=RECTIFICATION_SOURCE,
            ref=ref,
            title=f"附件打不开：{title}",
            what=f"已公开的“{title}”中的“{target}”：{reason}",
            demand="重新上传能打开的文件，经审签后公开；不再需要的删去",
            basis=RECTIFICATION_BASIS,
            address=address,
            page=title if address else "",
            facts={"文件": target, "情况": reason},
        ),
    )


def order_repair(document: Document, fault: FoundFault) -> None:
    """Order a text's publishing unit, or its successor, to repair faults; do nothing if it was closed without one."""
    body = document.body
    while body.merged_into is not None:
        body = body.merged_into
    try:
        order_rectification(
            body,
            by=SYSTEM,
            until=law.default_calendar().add_working_days(timezone.localdate(), REPAIR_WORKING_DAYS),
            found=fault,
        )
    except Refused:  # a unit without a successor: the list of faults still shows it
        return


#: Shown if a finding was changed or decided in the meantime.
FINDING_GONE_ERROR = "这一处已经改动或处理过，请刷新后查看。"


def _load_report(source: Source) -> CheckReport:
    """Return the report on a source's last revision, for decisions (Refused: it has none)."""
    if source.latest_revision_id is None:
        raise Refused("请先保存草稿。")
    return get_check_report(source, source.frozen(source.latest_revision_id))


def select_remarks(
    report: CheckReport, fingerprints: Sequence[str], fit: Callable[[ShownFinding], bool]
) -> list[ShownFinding]:
    """Return the findings with these fingerprints.

    Raises:
        Conflict: one no longer exists, or `fit` returns false for it.
    """
    known = report.by_fingerprint()
    wanted = dict.fromkeys(fingerprints)
    remarks = [remark for fingerprint in wanted if (remark := known.get(fingerprint)) and fit(remark)]
    if not remarks or len(remarks) < len(wanted):
        raise Conflict(FINDING_GONE_ERROR)
    return remarks


def describe_counts_by_kind(remarks: Sequence[ShownFinding]) -> str:
    """Return the number of remarks of each kind, in words."""
    counts = Counter(remark.label for remark in remarks)
    return "、".join(f"{label}{count}处" for label, count in counts.most_common())


@action("publishing.keep", label="保留", rule=check_writer)
def keep_finding(
    item: Source,
    *,
    by: Actor,
    ground: str,
    words: str = "",
    fingerprints: Sequence[str] = (),
    whole: Sequence[tuple[str, str]] = (),
) -> ActionResult:
    """Accept findings on a legal ground, explained by `words`, so that they no longer block publication.

    A decision applies to the passage or file; a changed passage needs a new one. `whole` are pairs
    (digest, kind) that keep all findings of a kind in an attachment.
    """
    report = _load_report(item)
    rows = (
        [_make_waiver(remark) for remark in select_remarks(report, fingerprints, lambda _: True)]
        if fingerprints
        else []
    )
    rows += [_make_kind_waiver(report, digest, kind) for digest, kind in dict.fromkeys(whole)]
    if not rows:
        raise Refused("请选择要保留的内容。")
    reasons = {
        reason: None for row, family in rows for reason in _find_ground_objections(ground, words, row.kind, family)
    }
    if reasons:
        raise Refused(list(reasons))
    kept = set(Waiver.objects.filter(source=item.stream, revoked_at=None).values_list("fingerprint", flat=True))
    for row, _ in rows:
        if row.fingerprint not in kept:
            row.source, row.ground, row.words = item.stream, ground, words.strip()[:300]
            row.by, row.person = by.name, by.person_id
            row.save()
    counts = Counter(get_finding_label(family, row.kind) for row, family in rows)
    listed = "、".join(f"{label}{count}处" for label, count in counts.most_common())
    text = f"保留{listed}：{grounds.get_ground_name(ground)}。{words.strip()[:300]}"
    return ActionResult(words=text, facts={"ground": ground, "count": len(rows)})


def _find_ground_objections(ground: str, text: str, kind: str, family: str) -> list[str]:
    """Return the Chinese reasons why a ground for keeping a finding of this family is refused."""
    if family == "privacy":
        return grounds.find_ground_errors(ground, text, kind)
    return [] if ground in grounds.PROOFREADING_GROUND_LABELS else ["请选择保留的理由。"]


def _make_waiver(remark: ShownFinding) -> tuple[Waiver, str]:
    """Return (unsaved waiver, family of checks); personal data are stored masked."""
    shown = mask_remark(remark) if remark.family == "privacy" else remark.words
    row = Waiver(fingerprint=remark.fingerprint, kind=remark.kind, place=remark.place[:120], shown=shown[:120])
    return row, remark.family


def _make_kind_waiver(report: CheckReport, digest: str, kind: str) -> tuple[Waiver, str]:
    """Return (unsaved waiver of all findings of one kind in a file, family of checks).

    Raises:
        Conflict: the file no longer has such findings.
    """
    file = report.file(digest)
    count = next((count for name, _, count, _ in file.kinds if name == kind), 0) if file else 0
    if file is None or not count:
        raise Conflict(FINDING_GONE_ERROR)
    label = get_finding_label("privacy", kind)
    row = Waiver(
        fingerprint=make_kind_fingerprint(digest, kind),
        kind=kind,
        place=f"附件“{file.name}”"[:120],
        shown=f"全部{label}（{count}处）",
    )
    return row, "privacy"


@action("publishing.unkeep", label="取消保留", rule=check_writer)
def unkeep_finding(item: Source, *, by: Actor, fingerprint: str) -> ActionResult:
    """Revoke the decision that a finding may stay, so that it is open again."""
    row = Waiver.objects.filter(source=item.stream, fingerprint=fingerprint, revoked_at=None).first()
    if row is None:
        raise Conflict(FINDING_GONE_ERROR)
    row.revoked_at, row.revoked_by = timezone.now(), by.name
    row.save()
    return ActionResult(words=f"取消保留：{get_finding_label('privacy', row.kind)}（{row.place}）")


@action("publishing.vouch", label="确认已人工查看", rule=check_writer)
def vouch_for_file(item: Source, *, by: Actor, digest: str, words: str) -> ActionResult:
    """Record that a person inspected an unreadable file, and its content (`words`)."""
    report = _load_report(item)
    file = report.file(digest)
    if file is None:
        raise Conflict(FINDING_GONE_ERROR)
    if file.is_empty:
        raise Refused(f"附件“{file.name}”是{file.why_unread}：请换成有内容的文件，或者删去。")
    words = require_text(words, "请写明查看的情况，如“逐页看过，没有个人信息”。", 4)
    Vouching.objects.create(source=item.stream, digest=digest, words=words[:300], by=by.name, person=by.person_id)
    return ActionResult(words=f"人工查看附件“{file.name}”：{words[:300]}", facts={"file": digest})


@action("publishing.set_check_rules", label="设置检查规则", rule=check_settings_manager)
def set_check_rules(body: Body, *, by: Actor, proofreading_holds: bool, terms: str) -> ActionResult:
    """Set the check rules of a body and of all bodies below it.

    `proofreading_holds`: wording errors block publication. `terms`: the office's own terms, one a
    line.
    """
    try:
        count = len(split_term_lines(terms))
    except ValueError as error:
        raise Refused(str(error)) from error
    rules, _ = CheckRules.objects.get_or_create(body=body)
    rules.proofreading_holds, rules.terms = proofreading_holds, terms.strip()
    rules.version += 1
    rules.save()
    held = "暂缓发布" if proofreading_holds else "只作提示"
    return ActionResult(
        words=f"校对疑误{held}；本单位术语{count}条", facts={"holds": proofreading_holds, "terms": count}
    )
