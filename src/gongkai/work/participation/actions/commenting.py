"""Actions on comments: register, group into points, answer the points."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Max
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.intake.deidentification import KnownIdentities
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.uploads import store_upload
from gongkai.work.participation import rules
from gongkai.work.participation.models import PAPER_CHANNELS, Comment, CommentChannel, Consultation, Point, PointOutcome
from gongkai.work.participation.queries import REASONED_OUTCOMES
from gongkai.work.participation.texts import (
    GroupingProposal,
    find_personal_words,
    get_commenter_identities,
    mask_comment,
    propose_groups,
)

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

# Maximum length of a comment, in characters.
MAX_COMMENT_CHARACTERS = 8000


def get_next_comment_number(consultation: Consultation) -> int:
    """Return the next comment number of a period. Call it inside an action on the period."""
    return (consultation.comments.aggregate(last=Max("number"))["last"] or 0) + 1


@action("participation.register_comment", label="登记意见", rule=rules.list_reasons_unless_commenter)
def register_comment(
    consultation: Consultation,
    *,
    by: Actor,
    text: str,
    clause: str = "",
    channel: str = CommentChannel.FORM,
    received_at: datetime | None = None,
    said: SenderParticulars | None = None,
    paper: "UploadedFile[bytes] | None" = None,
    **others: object,
) -> ActionResult:
    """Register a comment in an open period; return the `Comment`.

    The comment's text is not logged.

    Args:
        received_at: the time of receipt, if not now.
        said: name and contact of the commenter, who is hidden from lists; the caller stores them.
        paper: the scan of a letter, mail or minutes, checked; staff need it for `PAPER_CHANNELS`.
        others: the other declared fields.
    """
    if (channel == CommentChannel.FORM) != (by == ANONYMOUS):
        raise Refused("网站的意见由公众提交，其他渠道的由承办单位登记。")
    if channel in PAPER_CHANNELS and paper is None:
        raise Refused("登记信函、电子邮件、会议上的意见，须上传来信、邮件或者会议记录的扫描件或者照片。")
    comment = SubmittedComment(
        text,
        clause,
        channel,
        received_at or timezone.now(),
        masked=mask_comment(text, said),
        masked_clause=mask_comment(clause, said),
        others=others,
    )
    _check_comments_acceptable(consultation, [comment])
    row = _make_comment(consultation, comment, get_next_comment_number(consultation), by)
    row.save()
    if paper:
        store_upload(paper, matter=row.matter)
    label = CommentChannel(channel).label
    return ActionResult(words=f"收到第{row.number}条意见（{label}）", facts={"comment": row.pk}, result=row)


@dataclass(frozen=True, slots=True)
class SubmittedComment:
    """A comment as submitted, received at `at`; `clause` is the part of the draft it is about.

    `masked` and `masked_clause` are the texts without personal data, if known.
    """

    text: str
    clause: str
    channel: str
    at: datetime
    masked: str | None = None
    masked_clause: str | None = None
    others: Mapping[str, object] = field(default_factory=dict)


@action("participation.register_comments", label="登记多条意见", rule=rules.list_reasons_unless_unit_staff)
def register_comments(consultation: Consultation, *, by: Actor, given: Sequence[SubmittedComment]) -> ActionResult:
    """Register comments received by mail, at hearings and the like; return the `Comment` rows.

    Their texts are not logged.
    """
    _check_comments_acceptable(consultation, given)
    first_number = get_next_comment_number(consultation)
    rows = [_make_comment(consultation, comment, number, by) for number, comment in enumerate(given, first_number)]
    comments = Comment.objects.bulk_create(rows, batch_size=500)
    counts = Counter(CommentChannel(comment.channel).label for comment in given)
    name_list = "、".join(f"{label}{count}条" for label, count in counts.items())
    text = f"登记第{first_number}至{first_number + len(rows) - 1}条意见（{name_list}）"
    return ActionResult(words=text, facts={"first": first_number, "count": len(rows)}, result=comments)


def _check_comments_acceptable(consultation: Consultation, comments: Sequence[SubmittedComment]) -> None:
    """Refuse comments that cannot be registered.

    Raises:
        Refused: the first fault.
    """
    if not comments:
        raise Refused("没有要登记的意见，请先填写意见。")
    moment = timezone.now()
    for comment in comments:
        if comment.at > moment:
            raise Refused("收到时间不能晚于现在。")
        if comment.channel not in CommentChannel.values:
            raise Refused("没有这种渠道。")
        if not consultation.is_open(timezone.localdate(comment.at)):
            raise Refused(
                f"这次征求意见的期限为{consultation.starts_on:%Y-%m-%d}至{consultation.ends_on:%Y-%m-%d}，不在期限内。"
            )
        if not comment.text.strip():
            raise Refused("请填写意见。")
        if len(comment.text.strip()) > MAX_COMMENT_CHARACTERS:
            raise Refused(f"意见不能超过{MAX_COMMENT_CHARACTERS}个字，更长的请作为附件。")


def _make_comment(consultation: Consultation, comment: SubmittedComment, number: int, by: Actor) -> Comment:
    """Return an unsaved comment; texts without a masked version are masked here."""
    clause = mask_comment(comment.clause) if comment.masked_clause is None else comment.masked_clause
    return Comment(
        consultation=consultation,
        number=number,
        channel=comment.channel,
        clause=clause[:120],
        text=comment.text.strip(),
        masked=mask_comment(comment.text) if comment.masked is None else comment.masked,
        received_at=comment.at,
        recorded_by="" if by == ANONYMOUS else by.name[:80],
        **comment.others,
    )


def _get_next_point_position(consultation: Consultation) -> int:
    return (consultation.points.aggregate(last=Max("position"))["last"] or 0) + 1


@action("participation.group_comments", label="归纳相近意见", rule=rules.list_reasons_unless_unit_staff)
def group_comments(
    consultation: Consultation, *, by: Actor, proposed: Sequence[GroupingProposal] | None = None
) -> ActionResult:
    """Assign comments without a point to points by similarity.

    Args:
        proposed: groups computed before (`participation.texts`); comments grouped since keep their point.

    Returns:
        The number of comments that got a point.
    """
    proposals = propose_groups(consultation) if proposed is None else proposed
    point_ids = set(consultation.points.values_list("pk", flat=True))
    new_count, grouped_count, position = 0, 0, _get_next_point_position(consultation)
    ungrouped = consultation.comments.filter(point=None)
    for proposal in proposals:
        point = proposal.point if proposal.point in point_ids else None
        if point is None:
            if not ungrouped.filter(pk__in=proposal.comments[:500]).exists():
                continue
            point = Point.objects.create(consultation=consultation, position=position, gist=proposal.gist).pk
            new_count, position = new_count + 1, position + 1
        for start in range(0, len(proposal.comments), 500):
            grouped_count += ungrouped.filter(pk__in=proposal.comments[start : start + 500]).update(point=point)
    remaining = ungrouped.count()
    return ActionResult(
        words=f"归纳{grouped_count}条意见，新增{new_count}项；{remaining}条没有相近的意见，须逐条归纳",
        result=grouped_count,
    )


def _require_gist(text: str) -> str:
    """Return the trimmed gist of a point, or refuse an empty one."""
    gist = text.strip()
    if not gist:
        raise Refused("请填写归纳意见。")
    return gist


@action("participation.write_point", label="新增归纳意见", rule=rules.list_reasons_unless_unit_staff)
def add_point(consultation: Consultation, *, by: Actor, gist: str) -> ActionResult:
    """Add a point in the unit's own words; the action's result is the `Point`."""
    point = Point.objects.create(
        consultation=consultation, position=_get_next_point_position(consultation), gist=_require_gist(gist)
    )
    return ActionResult(words=f"新增归纳意见“{point.gist[:60]}”", result=point)


@action("participation.set_point", label="归入归纳意见", rule=rules.list_reasons_unless_unit_staff)
def assign_comments_to_point(
    consultation: Consultation, *, by: Actor, comments: Sequence[int], point: Point | None
) -> ActionResult:
    """Assign comments to a point, or to none (None); return their number."""
    if point is not None and point.consultation_id != consultation.pk:
        raise Refused("这项归纳意见属于另一次征求意见，请选择本次的归纳意见。")
    rows = consultation.comments.filter(pk__in=list(comments))
    count = rows.update(point=point)
    if not count:
        raise Refused("请勾选意见。")
    text = f"归入第{point.position}项" if point else "移出归纳"
    return ActionResult(words=f"{count}条意见{text}", result=count)


def _check_no_personal_data(text: str, text_label: str, commenters: KnownIdentities) -> None:
    if personal_words := find_personal_words(text, commenters):
        raise Refused(f"{text_label}会公开，不能有个人信息，请改写：{'、'.join(personal_words)}。")


@action("participation.answer_point", label="填写采纳情况", rule=rules.list_reasons_unless_unit_staff)
def answer_point(point: Point, *, by: Actor, outcome: str, reason: str = "", gist: str = "") -> ActionResult:
    """Record the outcome of a point with reason and gist, without personal data."""
    if outcome not in PointOutcome.values:
        raise Refused("请选择采纳情况。")
    text, trimmed_reason = _require_gist(gist or point.gist), reason.strip()
    if outcome in REASONED_OUTCOMES and not trimmed_reason:
        raise Refused("未采纳或者部分采纳的，须说明理由。")
    commenters = get_commenter_identities(point.comments.all())
    _check_no_personal_data(text, "归纳意见", commenters)
    _check_no_personal_data(trimmed_reason, "说明", commenters)
    earlier_values = {"outcome": point.outcome, "reason": point.reason, "gist": point.gist}
    point.outcome, point.reason, point.gist = outcome, trimmed_reason, text
    point.save(update_fields=["outcome", "reason", "gist"])
    return ActionResult(
        words=f"第{point.position}项：{PointOutcome(outcome).label}。{trimmed_reason}",
        facts={"point": point.pk, "before": earlier_values},
    )


@action("participation.answer_points", label="批量填写采纳情况", rule=rules.list_reasons_unless_unit_staff)
def answer_points(
    consultation: Consultation, *, by: Actor, points: Sequence[int], outcome: str, reason: str = ""
) -> ActionResult:
    """Record the same outcome and reason for several points; return their number."""
    if outcome not in PointOutcome.values:
        raise Refused("请选择采纳情况。")
    trimmed_reason = reason.strip()
    if outcome in REASONED_OUTCOMES and not trimmed_reason:
        raise Refused("未采纳或者部分采纳的，须说明理由。")
    rows = consultation.points.filter(pk__in=list(points))
    commenters = get_commenter_identities(consultation.comments.filter(point__in=rows))
    _check_no_personal_data(trimmed_reason, "说明", commenters)
    for point in rows:
        _check_no_personal_data(point.gist, f"第{point.position}项归纳意见", commenters)
    earlier_values = [[point.pk, point.outcome, point.reason] for point in rows]
    count = rows.update(outcome=outcome, reason=trimmed_reason, version=F("version") + 1)
    if not count:
        raise Refused("请勾选归纳意见。")
    text = f"{count}项归纳意见：{PointOutcome(outcome).label}。{trimmed_reason}"
    return ActionResult(words=text, facts={"before": earlier_values}, result=count)
