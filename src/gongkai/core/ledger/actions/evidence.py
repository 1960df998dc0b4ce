"""Actions on an entry's files, evidence and comments."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.acts.models import Movement
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.entry_action import shared_action
from gongkai.core.ledger.models import Attachment, Comment, Entry, Evidence, EvidenceKind, EvidenceVerdict
from gongkai.core.ledger.rules import check_may_comment, check_may_judge, check_may_work, check_open, is_head_of_unit
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import check_clears_other_unit, is_among, list_action_people


def list_valid_evidence(entry: Entry) -> list[Evidence]:
    """Return the entry's evidence that is not withdrawn and that the lead unit did not judge false."""
    return list(entry.evidence.filter(withdrawn=False).exclude(lead=EvidenceVerdict.FAILS))


class EvidenceFacts(TypedDict, total=False):
    """Optional facts about a piece of evidence; `machine` is the automatic check's verdict (`EvidenceVerdict`), which
    `words` explains."""

    title: str
    captured_at: datetime
    digest: str
    machine: str
    words: str


class EvidenceContent(TypedDict, total=False):
    """Content of a piece of evidence: an edition, a URL or a file."""

    url: str
    edition: int | None
    file: NamedStoredFile | None


def record_evidence(
    entry: Entry,
    *,
    by: Actor,
    title: str = "",
    url: str = "",
    edition: int | None = None,
    file: NamedStoredFile | None = None,
    captured_at: datetime | None = None,
    digest: str = "",
    machine: str = EvidenceVerdict.UNCHECKED,
    words: str = "",
) -> ActionResult:
    """Add evidence inside another action, even if the entry already has the same content.

    It is exactly one of `url`, `edition` (primary key) and `file`. `machine` is the verdict of the automatic check,
    which `words` explains; `digest` is of the content found at the URL.
    """
    sources = [bool(url) and edition is None, edition is not None, file is not None]
    if sum(sources) != 1:
        raise Refused("佐证须是一条公开信息、一个网址或一个文件。")
    kind = EvidenceKind.ADDRESS if edition is None else EvidenceKind.EDITION
    stored_url = normalize_evidence_url(url) if url and edition is None else url[:500]
    facts: dict[str, object] = {"url": stored_url, "edition": edition, "digest": digest}
    if file is not None:
        attachment = attach(entry, [file], by=by)[0]
        kind, facts = EvidenceKind.FILE, {"attachment": attachment, "digest": file.digest}
    evidence = Evidence.objects.create(
        entry=entry,
        kind=kind,
        title=(title.strip() or (file.name if file else url))[:300],
        captured_at=captured_at or timezone.now(),
        machine=machine,
        words=words[:300],
        added_by=by.name,
        **facts,
    )
    return ActionResult(
        words=f"佐证：{evidence.title}{f'（{words}）' if words else ''}",
        facts={"evidence": evidence.pk, "kind": evidence.kind, "digest": evidence.digest, "url": evidence.url},
        result=evidence,
    )


def find_same_evidence(
    entry: Entry,
    *,
    url: str = "",
    edition: int | None = None,
    file: NamedStoredFile | None = None,
    captured_at: datetime | None = None,
) -> Evidence | None:
    """Return the entry's valid evidence with the same file or edition, or the same URL seen on the day of
    `captured_at` (default: today), or None."""
    rows = list_valid_evidence(entry)
    if file is not None:
        return next((row for row in rows if row.attachment_id and row.digest == file.digest), None)
    if edition is not None:
        return next((row for row in rows if row.edition == edition), None)
    day = timezone.localdate(captured_at)
    evidence = [row for row in rows if row.url == url.strip() and timezone.localdate(row.captured_at) == day]
    return next((candidate for candidate in evidence if candidate.edition is None and url), None)


def add_new_evidence(
    entry: Entry, *, by: Actor, urls: Iterable[str], files: Iterable[NamedStoredFile]
) -> list[dict[str, object]]:
    """Add the URLs and files that are no evidence of the entry yet; return the log facts of each one added."""
    contents = [EvidenceContent(url=url) for url in urls] + [EvidenceContent(file=file) for file in files]
    return [
        dict(record_evidence(entry, by=by, **content).facts)
        for content in contents
        if not find_same_evidence(entry, **content)
    ]


@shared_action("add_evidence", label="添加佐证", rule=check_may_work, ready=check_open)
def add_evidence(
    entry: Entry,
    *,
    by: Actor,
    url: str = "",
    edition: int | None = None,
    file: NamedStoredFile | None = None,
    **facts: Unpack[EvidenceFacts],
) -> ActionResult:
    """Add one piece of evidence: an edition, an external URL or a file. Return the `Evidence`.

    `machine` is the automatic verdict (an edition of this platform is valid at once). `digest` is
    the digest of the found content. For an edition, `url` is its address.

    Raises:
        Refused: the entry has the same content as evidence already.
    """
    if evidence := find_same_evidence(entry, url=url, edition=edition, file=file, captured_at=facts.get("captured_at")):
        day = timezone.localdate(evidence.captured_at)
        raise Refused(f"已经是这件事项的佐证：{evidence.title}（{day}取证）。要重新取证的，请先撤回那一条。")
    return record_evidence(entry, by=by, url=url, edition=edition, file=file, **facts)


def normalize_evidence_url(url: str) -> str:
    """Return an entered URL of evidence without outer spaces.

    Raises:
        Refused: it is no URL, or too long.
    """
    if not url.strip():
        raise Refused("网址应以 http:// 或 https:// 开头。")
    return normalize_entered_url(url)


def _find_evidence(entry: Entry, number: int) -> Evidence:
    """Return a piece of evidence of the entry.

    Raises:
        Refused: there is none, or it was withdrawn.
    """
    evidence = entry.evidence.filter(pk=number, withdrawn=False).first()
    if evidence is None:
        raise Refused("这条佐证不存在或者已经撤回。")
    return evidence


def find_author_ids(evidence: Evidence) -> set[int | None]:
    """Return the ids of the persons who added the evidence, and of those whose posts they covered.

    Evidence given with another action, such as a submission, names its author only.
    """
    records = Movement.objects.filter(stream=evidence.entry.stream)
    added = records.filter(action="ledger.add_evidence", facts__evidence=evidence.pk)
    rows = list((added or records.filter(actor=evidence.added_by)).values_list("person_id", "facts"))
    return {number for row in rows for number in list_action_people(*row)}


@shared_action("withdraw_evidence", label="撤回佐证", rule=check_may_work, ready=check_open)
def withdraw_evidence(entry: Entry, *, by: Actor, evidence: int, reason: str = "") -> ActionResult:
    """Withdraw evidence that the lead unit has not verified, while the entry is open; it remains on record."""
    evidence_row = _find_evidence(entry, evidence)
    if evidence_row.lead == EvidenceVerdict.HOLDS:
        raise Refused("牵头单位已经核验属实，不能撤回。")
    evidence_row.withdrawn = True
    evidence_row.save(update_fields=["withdrawn"])
    return ActionResult(
        words=f"撤回佐证：{evidence_row.title}{f'，{reason}' if reason else ''}",
        facts={"evidence": evidence_row.pk, "digest": evidence_row.digest},
        result=evidence_row,
    )


@shared_action("judge_evidence", label="核验佐证", rule=check_may_judge)
def judge_evidence(entry: Entry, *, by: Actor, evidence: int, holds: bool, words: str = "") -> ActionResult:
    """Store the lead unit's verdict on evidence that another person added (牵头单位核验): true (`holds`), or false for
    the reason in `words`."""
    evidence_row = _find_evidence(entry, evidence)
    if is_among(by, find_author_ids(evidence_row)):
        raise Refused("添加和核验佐证须由两人分别办理：这件佐证由您添加，请由另一人核验。")
    decision = "核验本单位的佐证"
    if (
        holds
        and not is_head_of_unit(by, entry)
        and (reasons := check_clears_other_unit(by, entry.body, decision, strict=False))
    ):
        raise Refused(reasons)
    if not holds and not words.strip():
        raise Refused("请写明不符的原因。")
    evidence_row.lead = EvidenceVerdict.HOLDS if holds else EvidenceVerdict.FAILS
    evidence_row.judged_by, evidence_row.judged_at = by.name, timezone.now()
    evidence_row.words = (words.strip() or evidence_row.words)[:300]
    evidence_row.save(update_fields=["lead", "judged_by", "judged_at", "words"])
    return ActionResult(
        words=f"核验{'属实' if holds else '不符'}：{evidence_row.title}{f'，{words}' if words else ''}",
        facts={"evidence": evidence_row.pk, "holds": holds},
        result=evidence_row,
    )


def attach(
    entry: Entry, files: Iterable[NamedStoredFile], *, by: Actor, comment: Comment | None = None
) -> list[Attachment]:
    """Attach stored files (`files.store`) to an entry or to its comment; return the rows."""
    return [
        Attachment.objects.create(
            entry=entry,
            comment=comment,
            name=file.name,
            stored=file.stored,
            added_by=by.name,
        )
        for file in files
    ]


#: An identical comment by the same person within this time is a repeated submission.
DUPLICATE_COMMENT_WINDOW = timedelta(minutes=10)


def _is_repeated(entry: Entry, by: Actor, text: str) -> bool:
    """Return true if this person wrote the same comment on the entry within `DUPLICATE_COMMENT_WINDOW`."""
    comments = Comment.objects.filter(entry=entry, person_id=by.person_id, text=text)
    return by.person_id is not None and comments.filter(at__gt=timezone.now() - DUPLICATE_COMMENT_WINDOW).exists()


@shared_action("comment", label="备注", rule=check_may_comment, quiet=True)
def comment(entry: Entry, *, by: Actor, text: str, files: Iterable[NamedStoredFile] = ()) -> ActionResult:
    """Add a comment, with files; anyone who sees the entry may, even after closing."""
    comment_text = text.strip()
    attached_files = list(files)
    if not comment_text and not attached_files:
        raise Refused("请填写备注内容。")
    if comment_text and not attached_files and _is_repeated(entry, by, comment_text):
        raise Refused("这条备注刚才已经留下了。")
    new_comment = Comment.objects.create(
        entry=entry, person_id=by.person_id, author=by.name, text=comment_text or "（见附件）"
    )
    attach(entry, attached_files, by=by, comment=new_comment)
    return ActionResult(
        words=new_comment.text,
        facts={"comment": new_comment.pk, "files": [named_file.stored.pk for named_file in attached_files]},
        result=new_comment,
    )
