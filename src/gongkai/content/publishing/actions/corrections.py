"""Actions that change an item because of findings: correct, mask, use a masked copy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils import timezone

from gongkai.content.checks import masked_copies
from gongkai.content.checks.actions import FINDING_GONE_ERROR, describe_counts_by_kind, select_remarks
from gongkai.content.checks.check_runs import check_files
from gongkai.content.checks.masking import find_clause, mask_remark, merge_ranges
from gongkai.content.checks.models import MaskedCopy, Waiver
from gongkai.content.checks.report import CheckReport, get_check_report, list_unmasked_parts, make_kind_fingerprint
from gongkai.content.checks.ruleset import get_check_rules
from gongkai.content.checks.shown_findings import FileReport, ShownFinding
from gongkai.content.checks.text_extraction import CheckedText
from gongkai.content.editions.frozen import FrozenFile
from gongkai.content.editions.rules import check_writer
from gongkai.content.publishing.actions.items import save_revision
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ActionResult, Conflict, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.lib.fileformats.text_slots import apply_edits
from gongkai.lib.richtext import clean_html
from gongkai.lib.richtext.passages import collect_passages, transfer_edits

#: Error if the text changed after the page was loaded.
TEXT_CHANGED_ERROR = "文字刚刚有改动，请刷新后再处理。"


def replace_remark_words(
    page: ItemPage, checked_text: CheckedText, edits: Sequence[tuple[ShownFinding, str]]
) -> dict[str, object]:
    """Return the item's fields with the words of these remarks replaced.

    They are arguments of `actions.save_revision`.

    Args:
        page: the draft from which the checked text was made.
        checked_text: the checked text of that draft.
        edits: pairs of remark and replacement.

    Raises:
        Conflict: the draft has changed since.
    """
    pieces = {piece.key: piece for piece in checked_text.pieces}
    fields: dict[str, object] = {}
    names: dict[str, str] = {}
    for key in dict.fromkeys(remark.key for remark, _ in edits):
        piece = pieces.get(key)
        if piece is None:
            raise Conflict(TEXT_CHANGED_ERROR)
        here = [(one.start - piece.start, one.end - piece.start, text) for one, text in edits if one.key == key]
        if key == "text":
            fields |= _edit_text(page, checked_text, here)
        elif key.startswith("name:"):
            names[key[5:]] = apply_edits(piece.text, here)
        else:
            fields[key.removeprefix("fact:")] = apply_edits(piece.text, here)
    if names:
        fields["attachments"] = _rename_attachments(page, names)
    return fields


def _edit_text(page: ItemPage, checked_text: CheckedText, edits: list[tuple[int, int, str]]) -> dict[str, str]:
    """Return {changed field: new HTML}; Conflict if the text changed since the check."""
    field = "imported_html" if page.imported_html.strip() else "body"
    held = clean_html(page.imported_html) if field == "imported_html" else page.body
    passages = collect_passages(held)
    moved_edits = transfer_edits(edits, checked_text.passages, passages)
    if moved_edits is None:
        raise Conflict(TEXT_CHANGED_ERROR)
    passages.replace(moved_edits)
    return {field: passages.html()}


def _rename_attachments(page: ItemPage, names: dict[str, str]) -> list[tuple[str, StoredFile]]:
    """Return all attachments as (name, file), renamed where `names` has the digest (→ name without extension)."""
    found = []
    for attachment in page.attachments.all():
        name = attachment.name
        if attachment.stored_id in names:
            suffix = name[name.rindex(".") :] if "." in name else ""
            name = names[attachment.stored_id] + suffix
        found.append((name, attachment.stored))
    return found


def _load_draft(item: ItemPage) -> tuple[ItemPage, CheckReport]:
    """Return (last draft of an item, its check report); Refused: nothing is saved yet."""
    revision = item.get_latest_revision()
    if revision is None:
        raise Refused("请先保存草稿。")
    return revision.as_object(), get_check_report(item, freeze(item, revision))


@action("publishing.mend", label="按建议修改", rule=check_writer)
def apply_suggestions(item: ItemPage, *, by: Actor, fingerprints: Sequence[str]) -> ActionResult:
    """Save a new revision with the proofreading suggestions applied."""
    page, report = _load_draft(item)
    remarks = select_remarks(report, fingerprints, lambda one: one.can_mend)
    fields = replace_remark_words(page, report.checked_text, [(remark, remark.suggestion) for remark in remarks])
    revision = save_revision(item, by=by, **fields)
    return ActionResult(
        words=f"按建议修改：{describe_counts_by_kind(remarks)}", facts={"revision": revision.pk}, result=revision
    )


@action("publishing.mask", label="遮盖个人信息", rule=check_writer)
def mask_findings(item: ItemPage, *, by: Actor, fingerprints: Sequence[str]) -> ActionResult:
    """Save a new revision with privacy findings masked in text, title, fields and file names."""
    page, report = _load_draft(item)
    remarks = select_remarks(report, fingerprints, lambda one: one.can_mask)
    fields = replace_remark_words(page, report.checked_text, [(remark, mask_remark(remark)) for remark in remarks])
    revision = save_revision(item, by=by, **fields)
    return ActionResult(
        words=f"遮盖：{describe_counts_by_kind(remarks)}", facts={"revision": revision.pk}, result=revision
    )


@action("publishing.drop_clause", label="删去个人信息所在分句", rule=check_writer)
def drop_clauses(item: ItemPage, *, by: Actor, fingerprints: Sequence[str]) -> ActionResult:
    """Save a new revision without the clauses that contain the privacy findings."""
    page, report = _load_draft(item)
    chosen = select_remarks(report, fingerprints, lambda one: one.can_drop)
    pieces = {piece.key: piece for piece in report.checked_text.pieces}
    edits = []
    for key in dict.fromkeys(remark.key for remark in chosen):
        if key == "text" and not all(
            report.checked_text.passages.is_printed(remark.start - pieces[key].start)
            for remark in chosen
            if remark.key == key
        ):
            raise Refused("图片说明、链接里的个人信息不能删去分句，请遮盖，或者到编辑页修改。")
        remarks, piece = [remark for remark in chosen if remark.key == key], pieces[key]
        places = [(remark.start - piece.start, remark.end - piece.start) for remark in remarks]
        cuts = merge_ranges((find_clause(piece.text, *place) for place in places), piece.text)
        edits += [(replace(remarks[0], start=piece.start + a, end=piece.start + b), "") for a, b in cuts]
    revision = save_revision(item, by=by, **replace_remark_words(page, report.checked_text, edits))
    return ActionResult(
        words=f"删去所在分句：{describe_counts_by_kind(chosen)}", facts={"revision": revision.pk}, result=revision
    )


def _mask_ahead(item: ItemPage, *, by: Actor, digest: str) -> Mapping[str, object]:
    """Mask the file before the transaction begins (the result is cached), and return no further arguments."""
    page, report = _load_draft(item)
    attachment = next((one for one in page.attachments.all() if one.stored_id == digest), None)
    file = report.file(digest)
    if attachment is not None and file is not None:
        kinds, words, _ = list_unmasked_parts(file)
        masked_copies.mask_file(attachment.stored, attachment.name, kinds=kinds, words=words)
    return {}


@action("publishing.prepare_copy", label="制作遮盖件", rule=check_writer, ahead=_mask_ahead)
def prepare_copy(item: ItemPage, *, by: Actor, digest: str) -> ActionResult:
    """Create a masked copy of an attachment for inspection.

    Findings that a person decided to keep stay readable.
    """
    page, report = _load_draft(item)
    attachment = next((candidate for candidate in page.attachments.all() if candidate.stored_id == digest), None)
    file = report.file(digest)
    if attachment is None or file is None:
        raise Conflict(FINDING_GONE_ERROR)
    kinds, masked_words, kept_findings = list_unmasked_parts(file)
    masked_copy = masked_copies.store_masked_copy(
        attachment.stored, attachment.name, by, kinds=kinds, words=masked_words
    )
    copy, _ = MaskedCopy.objects.update_or_create(
        source=item.stream,
        original_id=digest,
        defaults={
            "masked": masked_copy.stored,
            "name": attachment.name,
            "count": masked_copy.count,
            "warnings": masked_copy.warnings,
            "spared": sorted(kept_findings),
            "by": by.name,
            "at": timezone.now(),
            "taken_at": None,
        },
    )
    facts = {"original": digest, "masked": masked_copy.stored.pk, "count": masked_copy.count}
    return ActionResult(words=f"制作“{attachment.name}”的遮盖件，遮盖{masked_copy.count}处", facts=facts, result=copy)


def _check_ahead(item: ItemPage, *, by: Actor, digest: str) -> Mapping[str, object]:
    """Check the masked copy before the transaction begins (the result is stored), and return no further arguments."""
    copy = MaskedCopy.objects.filter(source=item.stream, original_id=digest, taken_at=None).first()
    if copy is not None:
        kept = copy.masked
        file = FrozenFile(name=copy.name, digest=kept.pk, size=kept.size, type=kept.type, picture=False)
        check_files([file], get_check_rules(item.unit))
    return {}


@action("publishing.take_copy", label="采用遮盖件", rule=check_writer, ahead=_check_ahead)
def use_masked_copy(item: ItemPage, *, by: Actor, digest: str) -> ActionResult:
    """Replace an attachment by its masked copy in a new revision; the original stays private.

    The copy must match the present decisions.
    """
    copy = MaskedCopy.objects.filter(source=item.stream, original_id=digest, taken_at=None).first()
    page, report = _load_draft(item)
    attachments = [(attachment.name, attachment.stored) for attachment in page.attachments.all()]
    if copy is None or digest not in {stored.pk for _, stored in attachments}:
        raise Conflict(FINDING_GONE_ERROR)
    file = report.file(digest)
    if file is None or copy.spared is None or set(copy.spared) != list_unmasked_parts(file)[2]:
        raise Conflict("制作遮盖件以后，保留的决定有变化，请重新制作遮盖件。")
    taken: StoredFile = copy.masked
    changed = [(name, taken if stored.pk == digest else stored) for name, stored in attachments]
    revision = save_revision(item, by=by, attachments=changed)
    copy.taken_at, copy.taken_by = timezone.now(), by.name
    copy.save()
    _copy_decisions(item, report, digest, taken.pk)
    facts = {"original": digest, "masked": taken.pk, "revision": revision.pk}
    return ActionResult(words=f"附件“{copy.name}”改用遮盖件（遮盖{copy.count}处）", facts=facts, result=revision)


def _copy_decisions(item: ItemPage, report: CheckReport, old: str, new: str) -> None:
    """Copy decisions on findings in a file (digest `old`) to those that its masked copy (`new`) still contains."""
    old_report = report.file(old)
    item = ItemPage.objects.get(pk=item.pk)
    new_report = get_check_report(item, freeze(item, item.get_latest_revision())).file(new)
    if old_report is None or new_report is None:
        return
    single = {
        remark.words: remark.waiver
        for remark in old_report.remarks
        if remark.waiver is not None and remark.waiver.fingerprint == remark.fingerprint
    }
    rows = [
        (make_kind_fingerprint(new, kind), waiver)
        for kind, waiver in old_report.whole.items()
        if kind in dict(_count_kinds(new_report))
    ]
    rows += [
        (remark.fingerprint, single[remark.words])
        for remark in new_report.remarks
        if remark.words in single and not remark.settled
    ]
    for mark, waiver in rows:
        facts = {name: getattr(waiver, name) for name in _COPIED_WAIVER_FIELDS}
        Waiver.objects.get_or_create(source=item.stream, fingerprint=mark, revoked_at=None, defaults=facts)


def _count_kinds(file: FileReport) -> list[tuple[str, int]]:
    """Return (kind, count) of the findings in a file."""
    return [(kind, count) for kind, _, count, _ in file.kinds]


_COPIED_WAIVER_FIELDS = ("kind", "place", "shown", "ground", "words", "by", "person", "at")
