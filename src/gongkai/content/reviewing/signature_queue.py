"""Queue of pending signatures and its home-page block. Read-only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks.models import MaskedCopy, Waiver
from gongkai.content.editions.rules import WRITING_ROLES
from gongkai.content.editions.sources import get_item_number
from gongkai.content.editions.user_scope import bodies_seen, make_body_filter
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions.paper import find_comparing_obstacles
from gongkai.content.reviewing.actions.signing import NOBODY
from gongkai.content.reviewing.models import (
    Coordination,
    PaperRecord,
    PaperSignatureState,
    Review,
    ReviewState,
    ReviewTold,
    SecrecySheet,
    Signature,
    SignatureVerdict,
)
from gongkai.content.reviewing.plan import STAGE_ROLES
from gongkai.content.reviewing.signers import find_persons_to_notify, get_pending_stage, get_plan
from gongkai.content.reviewing.states import OPEN_STATES, UNSETTLED_URGENT_STATES
from gongkai.core.acts.action import Notification
from gongkai.core.ledger.panels import MAX_BLOCK_LINES, TodoLine, TodoList
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import with_drafting_posts

#: Reviews notified of in one transaction.
NOTIFICATION_BATCH_SIZE = 200
#: Recorded paper signatures read for the home page.
MAX_COMPARED_ROWS = 100


def send_reminders(now: datetime | None = None) -> dict[str, int]:
    """Notify of late stages and of urgent publications not settled in time; return counts."""
    moment = now or timezone.now()
    return {
        "late": _notify_in_batches(list_late_reviews(moment), "late"),
        "urgent": _notify_in_batches(list_unnotified_overdue_urgent_reviews(moment), "urgent"),
    }


def list_late_reviews(now: datetime) -> QuerySet[Review]:
    """Return open reviews whose stage is late and not yet notified."""
    reminders = ReviewTold.objects.filter(review_id=OuterRef("pk"), step="late", due_at=OuterRef("stage_due"))
    rows = Review.objects.filter(state__in=OPEN_STATES, stage_due__lt=now).filter(~Exists(reminders))
    return rows.annotate(due=F("stage_due")).order_by("stage_due", "pk")


def list_unnotified_overdue_urgent_reviews(now: datetime) -> QuerySet[Review]:
    """Return urgent publications not settled in time for which the 政务公开办 was not yet notified."""
    reminders = ReviewTold.objects.filter(review_id=OuterRef("pk"), step="urgent", due_at=OuterRef("urgent_due"))
    rows = Review.objects.filter(state__in=UNSETTLED_URGENT_STATES, urgent_due__lt=now).filter(~Exists(reminders))
    return rows.annotate(due=F("urgent_due")).order_by("urgent_due", "pk")


def _notify_in_batches(rows: QuerySet[Review], step: str) -> int:
    """Notify in batches, note who was notified of which step, and return the number."""
    total = 0
    while portion := list(rows[:NOTIFICATION_BATCH_SIZE]):
        try:
            with transaction.atomic():
                ReviewTold.objects.bulk_create(
                    [ReviewTold(review_id=r.pk, step=step, due_at=r.due) for r in portion]  # type: ignore[attr-defined]
                )
                write_messages(
                    [_make_urgent_notification(r) if step == "urgent" else _make_late_notification(r) for r in portion]
                )
        except IntegrityError:  # another run was quicker with one of these; the next run finds what is left
            return total
        total += len(portion)
    return total


def _make_late_notification(review: Review) -> Notification:
    """Return the notification to the stage's signers, or to the chief where there are none."""
    plan = get_plan(review)
    stage = get_pending_stage(review, plan)
    persons = find_persons_to_notify(review, stage) if stage else ()
    name = stage.name if stage else "审签"
    since = timezone.localtime(review.held_since).strftime("%Y-%m-%d") if review.held_since else ""
    return Notification(
        subject=f"超期未{name}：{review.title}"[:200],
        body=f"自{since}起等待{name}，应在{timezone.localtime(review.stage_due):%Y-%m-%d}前办结。",
        link=reverse("reviewing:review", args=(review.pk,)),
        key=f"review/{review.pk}/late/{review.stage}/{review.stage_due:%Y%m%d}",
        persons=persons,
        posts=() if persons else ((Role.CHIEF, review.body_id),),
    )


def _make_urgent_notification(review: Review) -> Notification:
    """Return the notification that an urgent publication was objected to or not reviewed in time."""
    what = "补审不同意，已暂停公开，等待处理" if review.state == ReviewState.OBJECTED else "超期未补审"
    return Notification(
        subject=f"紧急发布{what}：{review.title}"[:200],
        body=f"{review.urgent_by}决定紧急发布，理由：{review.urgent_reason}。请督促撤回、更正或者补审。",
        link=reverse("reviewing:review", args=(review.pk,)),
        key=f"review/{review.pk}/overdue/{review.state}",
        posts=((Role.CHIEF, review.body_id), (Role.LEAD, review.body_id)),
        urgent=True,
    )


def filter_own_reviews(by: Actor) -> QuerySet[Review]:
    """Return the reviews of bodies that the user writes or signs for."""
    bodies = Body.objects.filter(make_body_filter(by, *WRITING_ROLES)).values("pk")
    return Review.objects.filter(body_id__in=bodies)


@register_visible_to(Review)
def reviews_visible_to(user: object) -> QuerySet[Review]:
    """Return the reviews that the user sees: of units they write for or head; a 监督员 sees those of published texts."""
    by = get_actor(user)
    rows = Review.objects.all()
    if by.system:
        return rows
    worked_on = Q(body_id__in=bodies_seen(with_drafting_posts(by)).values("pk"))
    return rows.filter(worked_on | Q(edition_id__isnull=False, body_id__in=bodies_seen(by).values("pk")))


@register_visible_to(Signature)
def signatures_visible_to(user: object) -> QuerySet[Signature]:
    """Return the signatures on reviews that the user sees."""
    return Signature.objects.filter(review_id__in=reviews_visible_to(user).values("pk"))


@register_visible_to(PaperRecord)
def paper_records_visible_to(user: object) -> QuerySet[PaperRecord]:
    """Return the recorded paper signatures of reviews that the user sees."""
    return PaperRecord.objects.filter(review__in=reviews_visible_to(user)).select_related("scan")


def list_signable_reviews(by: Actor) -> QuerySet[Review]:
    """Return the reviews that the user can sign now: role of the pending stage, and no author, signer or recorder."""
    query = Q(pk__in=[])
    for role in {post.role for post in by.posts if post.role in STAGE_ROLES and post.role != Role.CHIEF}:
        held = by.body_ids(role)
        query |= Q(body_id__in=held, holders__contains=f"|{role}|")
    if by.has(Role.CHIEF):
        bodies = Body.objects.filter(make_body_filter(by)).values("pk")
        query |= Q(body_id__in=bodies, holders__contains=f"|{Role.CHIEF}|")
    rows = Review.objects.filter(query, state__in=OPEN_STATES)
    for own in (by.person_id and f"|p{by.person_id}|", by.user_id and f"|u{by.user_id}|"):
        rows = rows.exclude(barred__contains=own) if own else rows
    return rows


def list_first_in_line(by: Actor) -> QuerySet[Review]:
    """Return the reviews that the user should sign, as holder of the first role in `holders`.

    Late ones are shown to all possible signers of the unit.
    """
    first = Q(pk__in=[])
    for role in {post.role for post in by.posts if post.role in STAGE_ROLES}:
        first |= Q(holders__startswith=f"|{role}|")
    own = [post.body_id for post in by.posts if post.role in STAGE_ROLES and post.role != Role.CHIEF]
    return list_signable_reviews(by).filter(first | Q(body_id__in=own, stage_due__lt=timezone.now()))


def list_own_unsettled_urgent_reviews(by: Actor) -> QuerySet[Review]:
    """Return unsettled urgent publications of bodies that the user works for or supervises."""
    return filter_own_reviews(by).filter(state__in=UNSETTLED_URGENT_STATES).order_by("urgent_due", "pk")


@dataclass
class ReviewRow:
    """A review in a list: light, days at the current stage, whether the user saw all its parts, Chinese marks."""

    review: Review
    body: Body | None
    light: str
    days: int
    seen: bool = False
    marks: list[str] = field(default_factory=list)
    signed: list[Signature] = field(default_factory=list)
    #: True if the secrecy sheet is filled in, which signing requires.
    sheet: bool = False


def make_review_rows(reviews: Sequence[Review], by: Actor) -> list[ReviewRow]:
    """Return the list rows of reviews, in a constant number of queries."""
    now = timezone.now()
    numbers = [review.pk for review in reviews]
    names = Body.objects.in_bulk({review.body_id for review in reviews})
    shown_marks = required_reading.load_shown_marks(numbers, by.person_id)
    signed: dict[int, list[Signature]] = {}
    for signature in Signature.objects.filter(review_id__in=numbers, verdict=SignatureVerdict.YES).order_by("stage"):
        signed.setdefault(signature.review_id, []).append(signature)
    marks = _make_marks(reviews, signed)
    sheets = set(SecrecySheet.objects.filter(review_id__in=numbers).values_list("review_id", flat=True))
    return [
        ReviewRow(
            review,
            names.get(review.body_id),
            get_review_light(review, now),
            max(0, (now - review.held_since).days) if review.held_since else 0,
            not required_reading.list_unseen_parts(review, shown_marks.get(review.pk, set())),
            marks.get(review.pk, []),
            signed.get(review.pk, []),
            review.pk in sheets,
        )
        for review in reviews
    ]


def get_review_light(review: Review, now: datetime) -> str:
    """Return the light of a review: red if late or objected to, yellow on the last day, else green; "" if closed."""
    if review.state == ReviewState.OBJECTED:
        return "red"
    due = review.urgent_due if review.state == ReviewState.AFTER else review.stage_due
    if due is None or review.state not in OPEN_STATES:
        return ""
    if due < now:
        return "red"
    return "yellow" if timezone.localdate(due) == timezone.localdate(now) else "green"


def _make_marks(reviews: Sequence[Review], signed: dict[int, list[Signature]]) -> dict[int, list[str]]:
    """Return {review: Chinese notes next to its title} that a signer should know before opening it."""
    items = {review.source for review in reviews}
    consultation_kinds: dict[int, str] = dict(
        Coordination.objects.filter(item_id__in=[get_item_number(name) for name in items])
        .order_by("pk")
        .values_list("item_id", "kind")
    )
    counts = Counter(Waiver.objects.filter(source__in=items, revoked_at=None).values_list("source", flat=True))
    masked = Counter(
        MaskedCopy.objects.filter(source__in=items, taken_at__isnull=False).values_list("source", flat=True)
    )
    returned = Counter(
        Review.objects.filter(source__in=items, state=ReviewState.RETURNED).values_list("source", flat=True)
    )
    marks: dict[int, list[str]] = {}
    for review in reviews:
        words = ["紧急发布待补审"] if review.state == ReviewState.AFTER else []
        words += ["定时公开"] if review.visible_from else []
        words += ["重大敏感"] if consultation_kinds.get(get_item_number(review.source)) else []
        words += [f"曾退回{returned[review.source]}次"] if returned[review.source] else []
        if review.rows >= review.plan.get("bulk_rows", review.rows + 1):
            words.append(f"清单{review.rows}行")
        words += [f"保留个人信息{counts[review.source]}处"] if counts[review.source] else []
        words += [f"遮盖附件{masked[review.source]}个"] if masked[review.source] else []
        words += ["有纸质签批"] if any(signature.on_paper for signature in signed.get(review.pk, [])) else []
        marks[review.pk] = words
    return marks


def list_open_review_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block has rows: open reviews of the user's units."""
    where: dict[str, object] = {"state": {*OPEN_STATES, *UNSETTLED_URGENT_STATES}}
    return [RowCondition(Review, where if by.has(Role.CHIEF, Role.ADMINISTRATOR) else {**where, "body_id": by.bodies})]


def make_signature_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block: unsettled urgent publications, then the user's pending reviews; None to hide it."""
    if not by.has(*STAGE_ROLES, *WRITING_ROLES):
        return None
    urgent = list(list_own_unsettled_urgent_reviews(by)[:5])
    own_reviews = list(list_first_in_line(by).exclude(pk__in=[r.pk for r in urgent]).order_by("held_since", "pk")[:6])
    if not urgent and not own_reviews:
        return None
    return {
        "title": "等我审签的信息" if own_reviews else "紧急发布待补审的信息",
        "urgent": make_review_rows(urgent, by),
        "rows": make_review_rows(own_reviews[:5], by),
        "cut": len(own_reviews) > 5,
        "more": reverse("reviewing:reviews"),
    }


def list_unsignable_reviews(by: Actor) -> QuerySet[Review]:
    """Return the pending reviews without a possible signer, in units that the user supervises or appoints people for."""
    reach = Q(pk__in=())
    for post in by.posts:
        if post.role in {Role.CHIEF, Role.ADMINISTRATOR}:
            reach |= Q(path__startswith=post.reach)
    stuck = Review.objects.filter(state__in=OPEN_STATES, holders__startswith=f"|{NOBODY}|")
    return stuck.filter(body_id__in=Body.objects.filter(reach).values("pk")).order_by("held_since", "pk")


def make_vacancy_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of pending reviews without a possible signer; None to hide it.

    Administrators appoint people and may not read the text: they see the unit and its stage.
    """
    if not by.has(Role.CHIEF, Role.ADMINISTRATOR):
        return None
    readable = set(reviews_visible_to(by).filter(pk__in=list_unsignable_reviews(by)).values_list("pk", flat=True))
    rows = list(list_unsignable_reviews(by)[: MAX_BLOCK_LINES + 1])
    bodies = Body.objects.in_bulk({row.body_id for row in rows})
    lines = []
    for row in rows[:MAX_BLOCK_LINES]:
        body, stage = bodies[row.body_id], get_pending_stage(row, get_plan(row))
        shown = row.pk in readable
        url = reverse("reviewing:review", args=(row.pk,)) if shown else reverse("units:body", args=(body.pk,))
        facts = f"等待{stage.name}，须任命{stage.role_labels}" if stage else ""
        lines.append(TodoLine(row.title if shown else body.label, url, facts, body.label if shown else "", "查看"))
    return {"todos": TodoList("没有人能审签的信息", lines, list_unsignable_reviews(by).count())} if lines else None


def list_pending_paper_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block has rows: pending records of paper signatures."""
    return [RowCondition(PaperRecord, {"state": PaperSignatureState.WAITING})]


def make_paper_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block: recorded paper signatures that the user may compare; None to hide it."""
    rows = PaperRecord.objects.filter(state=PaperSignatureState.WAITING, stage=F("review__stage"))
    rows = rows.filter(review__state__in=OPEN_STATES, review__in=reviews_visible_to(by))
    rows = rows.select_related("review", "person").order_by("at")[:MAX_COMPARED_ROWS]
    records = [row for row in rows if not find_comparing_obstacles(by, row.review)]
    lines = [
        TodoLine(
            row.review.title,
            reverse("reviewing:review", args=(row.review_id,)),
            f"{row.recorder}登记{row.person}于{row.signed_on}的签批",
            "纸质签批",
            "去核对",
        )
        for row in records[:MAX_BLOCK_LINES]
    ]
    return {"todos": TodoList("等我核对的纸质签批", lines, len(records))} if lines else None


def describe_reviews_of_post(post: Appointment) -> list[str]:
    """Return one Chinese clause with the number of texts that a post's holder must sign, as a list; [] if none."""
    if post.role not in STAGE_ROLES:
        return []
    rows = Review.objects.filter(state__in=OPEN_STATES, body_id=post.body_id, holders__contains=f"|{post.role}|")
    count = rows.exclude(barred__contains=f"|p{post.person_id}|").count()
    return [f"待审签的文稿{count}篇"] if count else []


def describe_reviews_of_unit(body: Body) -> list[str]:
    """Return one Chinese sentence with the number of texts that a unit must sign, as a list; [] if none."""
    count = Review.objects.filter(state__in=OPEN_STATES, body_id=body.pk).count()
    return [f"还有{count}篇文稿等本单位审签。"] if count else []
