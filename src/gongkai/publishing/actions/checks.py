"""What people decide on the findings of the desk's checks: mend, mask, keep with a ground, vouch for a file, take a masked copy."""

from collections import Counter
from collections.abc import Callable, Sequence

from django.utils import timezone

from gongkai.acts.action import Conflict, Refused, Step, action
from gongkai.acts.actors import Actor
from gongkai.editions.rules import manages_checks, writes
from gongkai.editions.sources import Source
from gongkai.files.models import StoredFile
from gongkai.publishing.actions.items import revise
from gongkai.publishing.checks import copies, grounds
from gongkai.publishing.checks.mending import changes, masked
from gongkai.publishing.checks.remark import FileReport, Remark
from gongkai.publishing.checks.report import Report, report_of, spared_of, whole_kind
from gongkai.publishing.checks.ruleset import term_rows
from gongkai.publishing.checks.wording import label_of
from gongkai.publishing.freezing import freeze
from gongkai.publishing.models import ItemPage
from gongkai.publishing.models.checks import CheckRules, MaskedCopy, Vouching, Waiver
from gongkai.units.models import Body

GONE = "这一处已经改动或处理过，请刷新后查看。"


def _draft(item: ItemPage) -> tuple[ItemPage, Report]:
    """An item's last draft and the report on it."""
    revision = item.get_latest_revision()
    if revision is None:
        raise Refused("请先保存草稿。")
    return revision.as_object(), report_of(item, freeze(item, revision))


def _report(source: Source) -> Report:
    """The report on a source's last revision: what is kept or vouched for is decided on it."""
    if source.latest_revision_id is None:
        raise Refused("请先保存草稿。")
    return report_of(source, source.frozen(source.latest_revision_id))


def _chosen(report: Report, fingerprints: Sequence[str], fit: Callable[[Remark], bool]) -> list[Remark]:
    found = [report.find(one) for one in dict.fromkeys(fingerprints)]
    chosen = [one for one in found if one is not None and fit(one)]
    if not chosen or len(chosen) < len(found):
        raise Conflict(GONE)
    return chosen


def _said(remarks: Sequence[Remark]) -> str:
    counts = Counter(one.label for one in remarks)
    return "、".join(f"{label}{count}处" for label, count in counts.most_common())


@action("publishing.mend", label="按建议修改", rule=writes)
def mend(item: ItemPage, *, by: Actor, fingerprints: Sequence[str]) -> Step:
    """Write the suggestions of proofreading into a new revision."""
    page, report = _draft(item)
    chosen = _chosen(report, fingerprints, lambda one: one.can_mend)
    fields = changes(page, report.sheet, [(one, one.suggestion) for one in chosen])
    revision = revise(item, by=by, **fields)
    return Step(words=f"按建议修改：{_said(chosen)}", facts={"revision": revision.pk}, result=revision)


@action("publishing.mask", label="遮盖个人信息", rule=writes)
def mask(item: ItemPage, *, by: Actor, fingerprints: Sequence[str]) -> Step:
    """Mask privacy findings of the text, title, facts and names of files in a new revision."""
    page, report = _draft(item)
    chosen = _chosen(report, fingerprints, lambda one: one.can_mask)
    fields = changes(page, report.sheet, [(one, masked(one)) for one in chosen])
    revision = revise(item, by=by, **fields)
    return Step(words=f"遮盖：{_said(chosen)}", facts={"revision": revision.pk}, result=revision)


@action("publishing.keep", label="保留", rule=writes)
def keep_finding(
    item: Source,
    *,
    by: Actor,
    ground: str,
    words: str = "",
    fingerprints: Sequence[str] = (),
    whole: Sequence[tuple[str, str]] = (),
) -> Step:
    """Keep findings as they are, with a ground; for `whole` all findings of a kind in an attachment (digest, kind).

    Each decision holds for its passage (or that very file): when it changes, it is asked again.
    """
    report = _report(item)
    rows = [_waiver(one) for one in _chosen(report, fingerprints, lambda _: True)] if fingerprints else []
    rows += [_whole(report, digest, kind) for digest, kind in whole]
    if not rows:
        raise Refused("请选择要保留的内容。")
    reasons = {reason: None for row, family in rows for reason in _against(ground, words, row.kind, family)}
    if reasons:
        raise Refused(list(reasons))
    kept = set(
        Waiver.objects.filter(source=item.stream, revoked_at=None).values_list("fingerprint", flat=True)
    )
    for row, _ in rows:
        if row.fingerprint not in kept:
            row.source, row.ground, row.words = item.stream, ground, words.strip()[:300]
            row.by, row.person = by.name, by.person_id
            row.save()
    counts = Counter(label_of(family, row.kind) for row, family in rows)
    listed = "、".join(f"{label}{count}处" for label, count in counts.most_common())
    said = f"保留{listed}：{grounds.name_of(ground)}。{words.strip()[:300]}"
    return Step(words=said, facts={"ground": ground, "count": len(rows)})


def _against(ground: str, words: str, kind: str, family: str) -> list[str]:
    if family == "privacy":
        return grounds.speak_against(ground, words, kind)
    return [] if ground in grounds.PLAIN else ["请选择保留的理由。"]


def _waiver(one: Remark) -> tuple[Waiver, str]:
    shown = masked(one) if one.family == "privacy" else one.words
    row = Waiver(fingerprint=one.fingerprint, kind=one.kind, place=one.place[:120], shown=shown[:120])
    return row, one.family


def _whole(report: Report, digest: str, kind: str) -> tuple[Waiver, str]:
    file = report.file(digest)
    count = next((count for name, _, count, _ in file.kinds if name == kind), 0) if file else 0
    if file is None or not count:
        raise Conflict(GONE)
    label = label_of("privacy", kind)
    row = Waiver(
        fingerprint=whole_kind(digest, kind),
        kind=kind,
        place=f"附件“{file.name}”"[:120],
        shown=f"全部{label}（{count}处）",
    )
    return row, "privacy"


@action("publishing.unkeep", label="取消保留", rule=writes)
def unkeep_finding(item: Source, *, by: Actor, fingerprint: str) -> Step:
    """Take a decision to keep back: the finding waits again."""
    row = Waiver.objects.filter(source=item.stream, fingerprint=fingerprint, revoked_at=None).first()
    if row is None:
        raise Conflict(GONE)
    row.revoked_at, row.revoked_by = timezone.now(), by.name
    row.save()
    return Step(words=f"取消保留：{label_of('privacy', row.kind)}（{row.place}）")


@action("publishing.vouch", label="确认已人工查看", rule=writes)
def vouch(item: Source, *, by: Actor, digest: str, words: str) -> Step:
    """State that somebody looked through a file that no machine can read, and what they saw."""
    report = _report(item)
    file = report.file(digest)
    if file is None:
        raise Conflict(GONE)
    if len(words.strip()) < 4:
        raise Refused("请写明查看的情况，如“逐页看过，没有个人信息”。")
    Vouching.objects.create(
        source=item.stream, digest=digest, words=words.strip()[:300], by=by.name, person=by.person_id
    )
    return Step(words=f"人工查看附件“{file.name}”：{words.strip()[:300]}", facts={"file": digest})


@action("publishing.prepare_copy", label="制作遮盖件", rule=writes)
def prepare_copy(item: ItemPage, *, by: Actor, digest: str) -> Step:
    """Make a masked copy of an attachment, to be looked at before it takes the original's place. What was kept stays readable."""
    page, report = _draft(item)
    attachment = next((one for one in page.attachments.all() if one.stored_id == digest), None)
    file = report.file(digest)
    if attachment is None or file is None:
        raise Conflict(GONE)
    kinds, words, marks = spared_of(file)
    made = copies.make(attachment.stored, attachment.name, by, kinds=kinds, words=words)
    copy, _ = MaskedCopy.objects.update_or_create(
        source=item.stream,
        original_id=digest,
        defaults={
            "masked": made.stored,
            "name": attachment.name,
            "count": made.count,
            "warnings": made.warnings,
            "spared": sorted(marks),
            "by": by.name,
            "at": timezone.now(),
            "taken_at": None,
        },
    )
    facts = {"original": digest, "masked": made.stored.pk, "count": made.count}
    return Step(words=f"制作“{attachment.name}”的遮盖件，遮盖{made.count}处", facts=facts, result=copy)


@action("publishing.take_copy", label="采用遮盖件", rule=writes)
def take_copy(item: ItemPage, *, by: Actor, digest: str) -> Step:
    """Let the masked copy take the attachment's place in a new revision; the original stays on the desk, private.

    Only a copy that shows exactly what is decided to be kept now.
    """
    copy = MaskedCopy.objects.filter(source=item.stream, original_id=digest, taken_at=None).first()
    page, report = _draft(item)
    attachments = [(one.name, one.stored) for one in page.attachments.all()]
    if copy is None or digest not in {stored.pk for _, stored in attachments}:
        raise Conflict(GONE)
    file = report.file(digest)
    if file is None or copy.spared is None or set(copy.spared) != spared_of(file)[2]:
        raise Conflict("制作遮盖件以后，保留的决定有变化，请重新制作遮盖件。")
    taken: StoredFile = copy.masked
    changed = [(name, taken if stored.pk == digest else stored) for name, stored in attachments]
    revision = revise(item, by=by, attachments=changed)
    copy.taken_at, copy.taken_by = timezone.now(), by.name
    copy.save()
    _carry(item, report, digest, taken.pk)
    facts = {"original": digest, "masked": taken.pk, "revision": revision.pk}
    return Step(words=f"附件“{copy.name}”改用遮盖件（遮盖{copy.count}处）", facts=facts, result=revision)


def _carry(item: ItemPage, before: Report, old: str, new: str) -> None:
    """Let decisions on the original hold for its masked copy, where what was kept still stands."""
    was = before.file(old)
    item = ItemPage.objects.get(pk=item.pk)
    now = report_of(item, freeze(item, item.get_latest_revision())).file(new)
    if was is None or now is None:
        return
    single = {
        one.words: one.waiver
        for one in was.remarks
        if one.waiver is not None and one.waiver.fingerprint == one.fingerprint
    }
    rows = [
        (whole_kind(new, kind), waiver) for kind, waiver in was.whole.items() if kind in dict(_kinds(now))
    ]
    rows += [
        (one.fingerprint, single[one.words]) for one in now.remarks if one.words in single and not one.settled
    ]
    for mark, waiver in rows:
        facts = {name: getattr(waiver, name) for name in _CARRIED}
        Waiver.objects.get_or_create(source=item.stream, fingerprint=mark, revoked_at=None, defaults=facts)


def _kinds(file: FileReport) -> list[tuple[str, int]]:
    return [(kind, count) for kind, _, count, _ in file.kinds]


_CARRIED = ("kind", "place", "shown", "ground", "words", "by", "person", "at")


@action("publishing.set_check_rules", label="设置检查规则", rule=manages_checks)
def set_check_rules(body: Body, *, by: Actor, proofreading_holds: bool, terms: str) -> Step:
    """Set for a body and all beneath it whether proofreading holds items back, and the office's own terms."""
    try:
        count = len(term_rows(terms))
    except ValueError as error:
        raise Refused(str(error)) from error
    rules, _ = CheckRules.objects.get_or_create(body=body)
    rules.proofreading_holds, rules.terms = proofreading_holds, terms.strip()
    rules.version += 1
    rules.save()
    held = "暂缓发布" if proofreading_holds else "只作提示"
    return Step(
        words=f"校对疑误{held}；本单位术语{count}条", facts={"holds": proofreading_holds, "terms": count}
    )
