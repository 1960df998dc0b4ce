"""Actions on reviews: submit, return, recall; `publication` signs and publishes."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Column
from gongkai.content.editions.rules import check_writer
from gongkai.content.editions.shelves import list_spans
from gongkai.content.editions.sources import OutgoingText, Source, list_editions, load_outgoing_text
from gongkai.content.reviewing import plan as plans
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions import signing
from gongkai.content.reviewing.actions.publication import (
    find_companions,
    find_signing_obstacles,
    find_state_obstacles,
    publication_blockers,
    withdraw_objected_publication,
)
from gongkai.content.reviewing.approval_faults import find_schedule_errors
from gongkai.content.reviewing.cases import list_reviews
from gongkai.content.reviewing.models import Review, ReviewState, SignatureVerdict
from gongkai.content.reviewing.schemes import get_merged_plan
from gongkai.content.reviewing.signers import (
    AUTHOR_CLASH_ERROR,
    get_plan,
    is_author,
    list_approving_signatures,
    list_authors,
)
from gongkai.content.reviewing.stage_assignments import StageSigner, assign_signers, find_missing_signers
from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Refused, action, require_text
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.files.losses import confirm_losses
from gongkai.core.files.models import StoredFile
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.fileformats.documents import UnreadFile, read_document
from gongkai.lib.richtext import to_plain_text

logger = logging.getLogger(__name__)
_ROW_TAG_PATTERN = re.compile(r"<(?:tr|li)\b")
#: A run of names in the text: 张三、李四、王五.
_NAME_RUN_PATTERN = re.compile(rf"(?:[{HAN}·]{{2,4}}[、，,；;\s]){{5,}}[{HAN}·]{{2,4}}")
_NAME_SEPARATOR_PATTERN = re.compile(r"[、，,；;\s]")
#: Larger files are assumed to contain long lists, because opening them would delay the submitter.
MAX_COUNTED_FILE_BYTES = 20_000_000
#: Rows assumed for a file that is too large to be counted.
ASSUMED_ROWS_IF_LARGE = 100_000
#: Suffixes of files whose rows are counted.
COUNTED_SUFFIXES = {"xlsx", "csv", "docx"}


def count_longest_list(frozen: FrozenContent) -> int:
    """Return the largest number of rows: of all tables and lists of the text, a run of names, or an attachment."""
    runs = _NAME_RUN_PATTERN.findall(to_plain_text(frozen.html))
    counts = [
        len(_ROW_TAG_PATTERN.findall(frozen.html)),
        *(1 + len(_NAME_SEPARATOR_PATTERN.findall(run)) for run in runs),
    ]
    names = {f["digest"]: str(f["name"]).rsplit(".", 1)[-1].lower() for f in frozen.files if not f["picture"]}
    counts += (_count_rows(digest, suffix) for digest, suffix in names.items() if suffix in COUNTED_SUFFIXES)
    return max(counts)


def _count_rows(digest: str, suffix: str) -> int:
    """Return the rows of a file's longest table (.docx: of all); an assumed number for a large, unread or partly hidden file."""
    stored = StoredFile.objects.filter(pk=digest).first()
    if stored is None:
        return 0
    if stored.size > MAX_COUNTED_FILE_BYTES:
        return ASSUMED_ROWS_IF_LARGE
    try:
        with stored.open() as held:
            document = read_document(held.read(), f"附件.{suffix}")
    except (UnreadFile, OSError):
        logger.info("rows of %s could not be counted", digest)
        return ASSUMED_ROWS_IF_LARGE
    if any(loss.what in ("hidden", "more") for loss in document.losses):
        return ASSUMED_ROWS_IF_LARGE  # hidden sheets and rows are published with the file
    tables = [len(block.rows) for block in document.blocks if block.type == "table"]
    return sum(tables) if suffix == "docx" else max(tables, default=0)


#: Error if a signed text waits for its document.
PUBLISHED_TOGETHER_ERROR = "已经签发，与它说明的文件同时公开；要修改，请先在审签页撤回送审，编辑并保存后再送审。"
UNCHANGED_ERROR = "内容与已发布的版本相同，无须再次送审。"


def _check_not_in_review(source: Source) -> list[str]:
    """Return the Chinese reasons why a source cannot be sent for review."""
    reviews = list_reviews(source)
    if any(review.state == ReviewState.WAITING for review in reviews):
        return ["已经送审，正在等待审签；要改动请先撤回送审。"]
    if source.latest_revision_id is None:
        return ["请先保存草稿。"]
    if not reviews or not reviews[0].waits_for_document:
        return []
    return [PUBLISHED_TOGETHER_ERROR] if find_companions(load_outgoing_text(source, reviews[0].revision_id)) else []


def find_submission_blockers(source: Source, *, by: Actor) -> dict[str, str]:
    """Return {reason against submitting a source's last draft: panel for its correction}."""
    if reasons := submit.why_not(source, by=by):
        return dict.fromkeys(reasons, "")
    return _find_unready_parts(_load_last_draft(source), by)


def _load_last_draft(source: Source) -> OutgoingText:
    """Return the last draft of a source, as it would be published."""
    assert source.latest_revision_id is not None  # `_check_not_in_review`
    return load_outgoing_text(source, source.latest_revision_id)


def list_draft_signers(source: Source, *, by: Actor) -> list[StageSigner]:
    """Return a possible signer for each stage of a source's last draft."""
    return list_signers_if_submitted(_load_last_draft(source), by)


def list_signers_if_submitted(text: OutgoingText, by: Actor) -> list[StageSigner]:
    """Return a possible signer for each stage if the actor submitted this text now."""
    return _list_signers(text.source, text.revision, text.columns, by)


def _list_signers(source: Source, revision: int, columns: Sequence[Column], by: Actor) -> list[StageSigner]:
    """Return the signers of each stage for a revision by its columns; its authors cannot sign."""
    writers = list_authors(source, revision, [by.user_id], [by.person_id]).people
    return assign_signers(get_merged_plan(columns), source.unit, writers)


def find_signing_gaps(source: Source, columns: Sequence[Column], by: Actor) -> list[str]:
    """Return reasons why a stage would have no signer if the actor submitted the last draft."""
    return find_missing_signers(_list_signers(source, source.latest_revision_id or 0, columns, by), source.unit)


def _find_unready_parts(text: OutgoingText, by: Actor) -> dict[str, str]:
    """Return {error: panel} for missing parts, an unchanged public text, and stages without a signer."""
    reasons = publication_blockers(text)
    last = [span for span in list_spans(list_editions(text.document)) if span.until is None]
    if last and getattr(last[0].edition, "content_digest", "") == text.frozen.digest:
        reasons[UNCHANGED_ERROR] = ""
    elif text.columns:
        reasons |= dict.fromkeys(find_missing_signers(list_signers_if_submitted(text, by), text.source.unit), "signers")
    return reasons


def _read_ahead(
    source: Source, *, by: Actor, visible_from: datetime | None = None, **_: object
) -> Mapping[str, object]:
    """Run gates and open attachments before the transaction begins; return `submit`'s further arguments (Refused: not ready)."""
    text = _load_last_draft(source)
    if reasons := _find_unready_parts(text, by):
        raise Refused(list(reasons))
    text.start = visible_from
    return {"text": text, **measure_attachments(text)}


def measure_attachments(text: OutgoingText) -> dict[str, object]:
    """Open the attachments; return `rows` (length of the longest list) and `parts` that signers must see."""
    return {"rows": count_longest_list(text.frozen), "parts": required_reading.list_text_parts(text)}


@action("publishing.submit", label="送审", rule=check_writer, ready=_check_not_in_review, ahead=_read_ahead)
def submit(
    source: Source,
    *,
    by: Actor,
    text: OutgoingText,
    rows: int,
    parts: list[dict[str, object]],
    visible_from: datetime | None = None,
    note: str = "",
    losses_seen: bool = False,
) -> ActionResult:
    """Submit the latest revision for signing: only this text can be published.

    The review stores the current plan (stages, roles) of its columns; later changes of schemes do not apply. `text`, `rows` and `parts`
    are read ahead, not passed by callers. `losses_seen`: a person confirmed the file's losses (`files.losses`).
    """
    confirm_losses(source.stream, by.name, confirmed=losses_seen)
    if late := find_schedule_errors(source.stream, visible_from, timezone.now()):
        raise Refused(late)
    if source.latest_revision_id != text.revision:
        raise Conflict(ROW_CHANGED_ERROR)
    plan = get_merged_plan(text.columns)
    author = list_authors(source, text.revision, [by.user_id], [by.person_id])
    review = Review(
        source=source.stream,
        revision_id=text.revision,
        body_id=source.unit.pk,
        title=text.frozen.title,
        content_digest=text.frozen.digest,
        visible_from=visible_from,
        plan=plan.to_json(),
        columns=text.column_numbers,
        authors=sorted(author.accounts),
        author_people=sorted(author.people),
        rows=rows,
        parts=parts,
        submitted_by=by.name,
        submitted_person=by.person_id,
        submitted_at=timezone.now(),
        note=note.strip()[:500],
    )
    persons = signing.assign_stage(review, plan, [])
    review.save(force_insert=True)
    return ActionResult(
        words=review.note,
        facts={
            "review": review.pk,
            "revision": text.revision,
            "digest": review.content_digest,
            "plan": plan.digest,
            "columns": review.columns,
            "authors": review.authors,
            "author_people": review.author_people,
            "visible_from": utc_timestamp(visible_from) if visible_from else "",
            "parts": [[part["kind"], part["digest"]] for part in review.parts],
        },
        to_state=ReviewState.WAITING,
        tell=signing.make_signer_notifications(review, plan, f"{by.name}送审。{review.note}", persons),
        result=review,
    )


def _check_returner(by: Actor, review: Review) -> list[str]:
    """Restrict to possible signers and those who signed before, who thereby withdraw their signature."""
    if any(is_self(by, signature.person_id) for signature in list_approving_signatures(review)):
        return []
    return [AUTHOR_CLASH_ERROR] if is_author(review, by) else find_signing_obstacles(by, review)


@action("publishing.return_review", label="退回修改", rule=_check_returner, ready=find_state_obstacles)
def return_review(
    review: Review, *, by: Actor, words: str, gate: str = "", unmet: tuple[str, ...] | list[str] = ()
) -> ActionResult:
    """Return a text to its author with a reason and the failed gate; its signatures become invalid.

    An urgent publication is withdrawn at once and stays open until it is decided or replaced by a
    fully signed text.
    """
    words = require_text(words, "请写明退回的理由。")
    if gate and gate not in plans.GATE_LABELS:
        raise Refused("没有这一关。")
    plan = get_plan(review)
    signature = signing.write_signature(
        review,
        plan,
        by,
        role=signing.find_role(by, plan, Body.objects.get(pk=review.body_id)),
        verdict=SignatureVerdict.NO,
        words=words,
        gate=gate,
        unmet=list(unmet),
    )
    before = review.state
    after = ReviewState.OBJECTED if before == ReviewState.AFTER else ReviewState.RETURNED
    signing.decide_review(review, by, after, words)
    text = f"（{plans.GATE_LABELS[gate]}）" if gate else ""
    return ActionResult(
        words=review.words,
        from_state=before,
        to_state=review.state,
        facts={"review": review.pk, "gate": gate, **signing.make_log_facts(signature)},
        tell=signing.make_submitter_notification(
            review, by, f"{signature.stage_name}退回{text}", urgent=after == ReviewState.OBJECTED
        ),
        stream=review.source,
        then=(lambda: withdraw_objected_publication(review)) if after == ReviewState.OBJECTED else None,
    )


def _find_recall_errors(review: Review) -> list[str]:
    """Return the Chinese reason why a review cannot be recalled: neither pending nor waiting for its document."""
    if review.state == ReviewState.WAITING or review.waits_for_document:
        return []
    return [f"这次送审{review.get_state_display()}，不能撤回。"]


@action("publishing.recall", label="撤回送审", rule=check_writer, ready=_find_recall_errors)
def recall(review: Review, *, by: Actor, reason: str = "") -> ActionResult:
    """Withdraw a submission in order to change the text, also a fully signed one that is not public yet.

    Its signatures are lost. A document that must be published with it cannot be published before this text
    is signed again. With a `reason` the submitter is notified.
    """
    before = review.state
    signing.decide_review(review, by, ReviewState.RECALLED, reason)
    return ActionResult(
        words=reason,
        from_state=before,
        to_state=review.state,
        facts={"review": review.pk},
        tell=signing.make_submitter_notification(review, by, "送审已撤回") if reason else (),
        stream=review.source,
    )


def recall_erased(reviews: QuerySet[Review]) -> None:
    """Recall the pending ones of `reviews`, because their text was erased by law and cannot be signed."""
    for review in reviews.filter(state__in=(ReviewState.WAITING, ReviewState.APPROVED)).order_by("pk"):
        if not _find_recall_errors(review):
            recall(review, by=SYSTEM, reason="送审的文字已依法删除，不能再审签；需要公开的，请另行起草。")
