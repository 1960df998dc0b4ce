"""Events of texts (written, signed, withdrawn, erased) and of crashed workers, by the product's actions."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils import timezone

from factories.checks import check_report, settle_findings
from factories.publishing import item, read_whole
from gongkai.content.editions.models import Column, Document, Edition
from gongkai.content.editions.models import EditionEffect as EditionAct
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Signature
from gongkai.content.reviewing.models.reviews import list_questions
from gongkai.content.reviewing.signature_queue import list_signable_reviews
from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.shown_content import record_shown
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.background_jobs.exports import EXPORT_JOB_NAME as EXPORT
from gongkai.core.background_jobs.job_runner import HELD_JOBS, _claim
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.states import JobState
from gongkai.core.intake.actions import schedule_erasure
from gongkai.core.intake.models import Party, QueryCode
from gongkai.core.ledger.models import PastRecord
from gongkai.core.ledger.past_records import PAPER, confirm_past
from gongkai.core.units.models import Body

if TYPE_CHECKING:
    from simulation.steps import Player, Step

#: Days, more than the retention period of personal data after a matter is closed.
RETENTION_DAYS = 366
#: An event may return action names that the log does not show, such as those of another installation.
Event = Callable[["Player", "Step"], list[str] | None]
EVENTS: dict[str, Event] = {}


def event(function: Event) -> Event:
    """Register an event by its function's name."""
    EVENTS[function.__name__] = function
    return function


def mask_and_settle(page: ItemPage, by: Actor) -> None:
    """Mask personal data in a draft and decide on its other findings."""
    if masked := [one.fingerprint for one in check_report(page).open if one.can_mask]:
        publishing.mask_findings(page, by=by, fingerprints=masked)
        page.refresh_from_db()
    settle_findings(page, by)


@event
def text_is_submitted(player: "Player", step: "Step") -> None:
    """Draft a text for a column, decide on its findings and submit it."""
    clerk = player.actor(step.by)
    if not clerk.posts:
        return
    body = Body.objects.get(pk=clerk.posts[0].body_id)
    columns = [column for column in Column.objects.filter(fixed="").order_by("pk") if column.is_open][:1]
    formed = timezone.localdate() - timedelta(days=int(step.data["days"][0]))
    title, words = f"{body.name}第{step.data['number'][0]}号通报", step.data.get("words")
    said = {"body": f"<p>{words[0]}</p>"} if words else {}
    page = item(body, columns, by=clerk, title=title, formed_on=formed, **said)
    mask_and_settle(page, clerk)
    publishing.submit(page, by=clerk)


@event
def draft_is_submitted(player: "Player", step: "Step") -> None:
    """Submit an existing draft: a text of the editor, an issue, an answer, an announcement, a report."""
    model, _, number = step.target.partition("/")
    clerk, draft = player.actor(step.by), apps.get_model(model)._base_manager.get(pk=number)
    if isinstance(draft, ItemPage):
        mask_and_settle(draft, clerk)
    publishing.submit(draft, by=clerk)


@event
def text_is_signed(player: "Player", step: "Step") -> None:
    """Sign a text's pending stage after viewing all of it; the last signature publishes it.

    The first signer fills in the secrecy sheet.
    """
    signer = player.actor(step.by)
    review = list_signable_reviews(signer).filter(pk=step.target.partition("/")[2] or 0).first()
    if review is not None:
        if not Signature.objects.filter(review_id=review.pk).exists():
            answers = {question.name: "no" for question in list_questions(bulk=True)}
            publishing.fill_sheet(review, by=signer, answers=answers)
        publishing.approve(review, by=signer, sheet=read_whole(review, signer))


@event
def text_is_withdrawn(player: "Player", step: "Step") -> None:
    """Withdraw a public text."""
    document = Document.objects.get(pk=step.target.partition("/")[2])
    publishing.withdraw(document, by=player.actor(step.by), reason="内容有误，更正后重新公开。")


@event
def record_is_compared(player: "Player", step: "Step") -> None:
    """View the paper of a past record and confirm it."""
    by, record = player.actor(step.by), PastRecord.objects.get(pk=step.target.partition("/")[2])
    record_shown(get_log_stream(record), by, [(PAPER, record.paper_id)])
    confirm_past(record, by=by)


@event
def text_is_erased(player: "Player", step: "Step") -> None:
    """Erase the newest withdrawn text by law: one person requests it, another orders it."""
    asks, orders = player.actor(step.data["asks"][0]), player.actor(step.by)
    for edition in list_withdrawn():
        if not publishing.ask_erasure.why_not(edition, by=asks):
            publishing.ask_erasure(edition, by=asks, basis="《中华人民共和国个人信息保护法》第四十七条")
            publishing.erase(edition, by=orders)
            return


def list_withdrawn() -> list[Edition]:
    """Return the newest text editions of withdrawn documents."""
    gone = Edition.objects.filter(act=EditionAct.WITHDRAW).order_by("-pk").values_list("document", flat=True)[:12]
    shown = Edition.objects.filter(document__in=[*gone], act=EditionAct.PUBLISH, content__isnull=False)
    return [*shown.select_related("document").order_by("-pk")[:6]]


@event
def retention_passes(player: "Player", step: "Step") -> None:
    """Let the retention period of closed matters pass: the next day's jobs erase their personal data."""
    held = [
        some.objects.filter(erased_at=None).exclude(erase_on=None).order_by("pk").first() for some in (QueryCode, Party)
    ]
    for kept in filter(None, held):
        schedule_erasure(kept.matter, timezone.localdate() - timedelta(days=RETENTION_DAYS))


@event
def worker_dies(player: "Player", step: "Step") -> None:
    """Let a worker take a job or a list export and die before it ends."""
    waiting = Errand.objects.filter(state=JobState.WAITING, due_at__lte=timezone.now()).order_by("pk").first()
    if waiting is None:
        facts = {"export": "ledger.entries", "path": "/admin/ledger/export/", "query": "", "method": "GET", "back": ""}
        key = f"export/{step.by}/{step.at}"
        waiting = enqueue_job(EXPORT, by=player.actor(step.by), label="导出台账", key=key, facts=facts)
    if (taken := _claim(waiting.pk)) is not None:
        HELD_JOBS.drop(taken.token)
