"""Course events that need a text, a file or a reading that no form has, with their actors and rows."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model, Q
from django.http import QueryDict
from django.utils import timezone

from factories import policies
from factories.checks import docx_with, scanned
from factories.participation import DRAFT
from factories.publishing import item, order_urgent
from gongkai.content.checks.report import get_check_report
from gongkai.content.editions import frozen
from gongkai.content.editions.actions.placements import place
from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.models.shelves import Placement
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation import actions as interpreting
from gongkai.content.interpretation.aspects import ASPECT_WORDS
from gongkai.content.policies import actions as keeping
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions.paper import scan_part
from gongkai.content.reviewing.models import PaperRecord, Review
from gongkai.content.reviewing.models.reviews import list_questions
from gongkai.content.reviewing.plan import DEFAULT_PLAN
from gongkai.content.reviewing.signers import get_pending_stage, get_plan, list_candidates
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.background_jobs.exports import EXPORT_JOB_NAME as EXPORT
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.states import JobState
from gongkai.core.units.actors import ANONYMOUS, in_force_q
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.work.participation import actions as participating
from gongkai.work.participation.models import Consultation, Decision, Survey
from gongkai.work.requests import actions as requesting
from simulation.addresses import target_of
from simulation.events import event, mask_and_settle
from simulation.signatures import facts_of, form_of, rows_near
from simulation.steps import Player, Step
from simulation.turn_table import BEGINNINGS, TURNS
from simulation.values import ID_NUMBER, SENTENCES, Data, fill_form
from simulation.ways import rows_for

if TYPE_CHECKING:
    from simulation.courses import Course
    from simulation.leads import Leads

#: Staff needed to draft and sign a text; maximum number of rows for public actions.
MIN_STAFF, MAX_PUBLIC_ROWS = 4, 60
#: Days of a consultation; its draft is signed in the first of them.
CONSULTATION_DAYS = 80


def find_turn(
    name: str, rng: random.Random, leads: "Leads", course: "Course", wanted: str
) -> tuple[str, str, Data] | None:
    """Return the actor, the row and the data of a course event; None if no actor may perform it."""
    known = course.known
    data = {"wanted": [wanted], "draw": [str(rng.randrange(10_000))]}
    if name == "text_is_signed":
        return _find_signer(rng, leads, known, data)
    if name == "somebody_outside":
        return _find_public(rng, known, data, wanted)
    if name in BEGINNINGS:
        return _begin(name, rng, leads, known, data)
    label, act = TURNS[name]
    action, alone = ACTIONS_BY_NAME[act.removeprefix("~")], act.startswith("~")
    rows = _owners(known) if name == "announcement_is_started" else _rows(label, known, act)
    rows = rows[:1] if name == "text_is_handed_in" else rows
    for row in rows:
        near, met = leads._people_of(row, act.partition(".")[0]), Counter[str]()
        others = rng.sample(sorted(leads.kinds), len(leads.kinds))
        for login in dict.fromkeys((*course.people, *rng.sample(near, len(near)), *others)):
            by = leads.player.find_actor(login)
            if by is None or not by.posts:
                continue
            if reasons := action.rule(by, row) if alone else action.unfit(row, by=by):
                met[reasons[0]] += 1
                continue
            if alone or not (reasons := action.why_not(row, by=by)):
                return login, f"{row._meta.label_lower}/{row.pk}", data
            met[reasons[0]] += 1
            break  # it is the row, not the person
        leads.vain[name, min(met, key=lambda one: (met[one], one), default="no one")[:80]] += 1
    return None


def _rows(label: str, known: Sequence[Model], act: str = "") -> list[Model]:
    """Return the course's rows for an event, newest first: of its model, or texts."""
    fresh = [row for one in reversed(known) if (row := type(one)._base_manager.filter(pk=one.pk).first())]
    if not label:
        return [row for row in fresh if hasattr(row, "publication_blockers")][:MIN_STAFF]
    model = apps.get_model(label)
    found = {row.pk: row for row in fresh if isinstance(row, model)}
    if model is Review:
        sources = [str(getattr(row, "stream", "")) for row in fresh]
        found |= {row.pk: row for row in Review.objects.filter(source__in=sources).order_by("-pk")}
    for row in fresh:
        near = rows_near(model, row).exclude(pk__in=[*found])
        near = near.filter(pk__in=rows_for(act, model).values("pk")) if act in ACTIONS_BY_NAME else near
        found |= {one.pk: one for one in near[:MIN_STAFF]} if rows_near(model, row).query.where else {}
    rows = rows_for(act, model) if act in ACTIONS_BY_NAME else model._base_manager.all()
    return [*found.values()] or [*rows.order_by("-pk")[:MIN_STAFF]]


def _owners(known: Sequence[Model]) -> list[Model]:
    """Return the course's decision or survey that has announcements."""
    entries = [row.pk for row in known if row._meta.model_name == "entry"]
    surveys = [row.pk for row in known if row._meta.model_name == "survey"]
    lists = [row.pk for row in known if row._meta.label_lower == "participation.catalogue"]
    decisions = Decision.objects.filter(Q(pk__in=entries) | Q(catalogue__in=lists)).order_by("-pk")
    return [*decisions[:MIN_STAFF], *Survey.objects.filter(pk__in=surveys)]


def _find_signer(
    rng: random.Random, leads: "Leads", known: Sequence[Model], data: Data
) -> tuple[str, str, Data] | None:
    for review in _rows("reviewing.review", known):
        assert isinstance(review, Review)
        if review.state not in OPEN_STATES or review.source not in {getattr(one, "stream", "") for one in known}:
            continue
        stage = get_pending_stage(review, get_plan(review))
        able = {person for _, people in list_candidates(review, stage) for person in people} if stage else set()
        rows = Person.objects.filter(pk__in=able, user__username__in=sorted(leads.kinds)).order_by("pk")
        logins = [*rows.values_list("user__username", flat=True)]
        for login in rng.sample(logins, len(logins)):
            by = leads.player.find_actor(login)
            if by is not None and not publishing.approve.why_not(review, by=by):
                return login, f"reviewing.review/{review.pk}", data
    return None


def _find_public(rng: random.Random, known: Sequence[Model], data: Data, act: str) -> tuple[str, str, Data] | None:
    """Return a row on which the public may perform an action, and its facts."""
    model, action = target_of(act), ACTIONS_BY_NAME[act]
    if not isinstance(model, type):
        return None
    rows = [row for row in reversed(known) if isinstance(row, model)]
    for row in [*rows, *rows_for(act, model).order_by("-pk")[:MAX_PUBLIC_ROWS]]:
        fresh = model._base_manager.filter(pk=row.pk).first()
        if fresh is not None and not action.why_not(fresh, by=ANONYMOUS):
            filled = fill_form(form_of(act, fresh)(), rng, unlawful=False)
            return "", f"{fresh._meta.label_lower}/{fresh.pk}", {**data, **filled}
    return None


def _begin(
    name: str, rng: random.Random, leads: "Leads", known: Sequence[Model], data: Data
) -> tuple[str, str, Data] | None:
    from simulation.arrivals import SUBJECTS

    posts = Appointment.objects.filter(in_force_q(), role=BEGINNINGS[name] or Role.CLERK, person__active=True)
    posts = posts.filter(person__user__username__in=sorted(leads.kinds), body__active_to=None).order_by("pk")
    if BEGINNINGS[name] in {"", Role.CLERK}:
        posts = posts.filter(body__in=list_staffed(leads))
    found = [*posts.values_list("person__user__username", "body")]
    if not found:
        return None
    login, body = rng.choice(found)
    data |= {
        "body": [str(body)], "about": [f"{rng.choice(SUBJECTS)}第{rng.randint(1, 999)}号"], "channel": ["counter"],
        "code": [" ".join(f"{rng.randrange(10_000):04d}" for _ in range(4))], "days": ["3"],
        "number": [str(rng.randint(1, 9999))],
    }  # fmt: skip
    rows = {"comment_is_given": Consultation, "survey_is_replied": Survey}
    if name == "request_arrives_again":
        entry = next((one for one in known if one._meta.model_name == "entry"), None)
        return ("", f"{entry._meta.label_lower}/{entry.pk}", data) if entry is not None else None
    if model := rows.get(name):
        row = next(iter(_rows(model._meta.label_lower, known)), None)
        return ("", f"{row._meta.label_lower}/{row.pk}", data) if row is not None else None
    return (login if BEGINNINGS[name] else ""), "", data


def list_staffed(leads: "Leads") -> list[int]:
    """Return the units with staff for all stages of a text; all units if there are none."""
    posts = Appointment.objects.filter(in_force_q(), person__active=True, body__active_to=None)
    posts = posts.filter(person__user__username__in=sorted(leads.kinds))
    people: dict[int, set[int]] = {}
    for body, person in posts.order_by("body", "person").values_list("body", "person"):
        people.setdefault(body, set()).add(person)
    return [body for body, some in people.items() if len(some) >= MIN_STAFF] or [*people]


def row_of(step: Step) -> Any:
    """Return the target row of a step."""
    model, _, number = step.target.partition("/")
    return apps.get_model(model)._base_manager.get(pk=number)


def _body(step: Step) -> Body:
    return Body.objects.get(pk=int(step.data["body"][0]))


def _columns() -> list[Column]:
    return [one for one in Column.objects.filter(fixed="").order_by("pk") if one.is_open][:1]


@event
def somebody_outside(player: Player, step: Step) -> None:
    """Perform an action of the public with a query code or with a URL from a mail."""
    act, row = step.data["wanted"][0], row_of(step)
    form = form_of(act, row)(bound_data(step.data))
    if form.is_valid():
        ACTIONS_BY_NAME[act](row, by=ANONYMOUS, **facts_of(act, form))


def bound_data(data: Data) -> QueryDict:
    """Return data as a form expects it."""
    sent = QueryDict(mutable=True)
    for name, values in data.items():
        sent.setlist(name, values)
    return sent


@event
def job_fails(player: Player, step: Step) -> None:
    """Let a list export fail permanently."""
    facts = {"export": "none.such", "path": "/admin/ledger/export/", "query": "", "method": "GET", "back": ""}
    asked = enqueue_job(EXPORT, by=player.actor(step.by), label="导出台账", key=f"failed/{step.at}", facts=facts)
    Errand.objects.filter(pk=asked.pk).update(state=JobState.DEAD, error="OSError")


@event
def request_arrives_again(player: Player, step: Step) -> None:
    """Submit the same request again."""
    from factories.requests import add_applicant
    from gongkai.core.units.actors import SYSTEM

    entry = row_of(step)
    facts = {"wanted": entry.request.wanted.reveal(), "applicant_kind": "person", "channel": "counter"}
    add_applicant(requesting.register_request(entry.body, by=SYSTEM, **facts), step.data["code"][0].replace(" ", ""))


@event
def text_is_handed_in(player: Player, step: Step) -> None:
    """Choose a column for a text, mask personal data, decide on findings, and submit it."""
    source, by = row_of(step), player.actor(step.by)
    if not Placement.objects.filter(document=ensure_document(source)).exists():
        place(ensure_document(source), by=by, columns=_columns())
    if isinstance(source, ItemPage):
        mask_and_settle(source, by)
    publishing.submit(row_of(step), by=by)


@event
def template_is_set(player: Player, step: Step) -> None:
    """Change the template of a unit's letters."""
    content = docx_with("{{收件人}}：{{编号}}")
    requesting.set_letter_template(
        row_of(step), by=player.actor(step.by), kind="reply", name="答复.docx", content=content
    )


@event
def announcement_is_started(player: Player, step: Step) -> None:
    """Create an announcement of a kind."""
    owner, what = row_of(step), step.data["wanted"][0]
    if what == "findings":
        participating.draft_findings(owner, by=player.actor(step.by))
        return
    about = owner.announcements.filter(what="draft").last() if what == "adoption" else None
    participating.start_announcement(owner, by=player.actor(step.by), what=what, about=about)


@event
def announcement_is_written(player: Player, step: Step) -> None:
    """Write an announcement."""
    until = (timezone.localdate() + timedelta(days=CONSULTATION_DAYS)).isoformat()
    terms = {**DRAFT, "ends_on": until, "at": until, "place": "政府第一会议室", "result": SENTENCES[0]}
    terms |= {
        "findings": f"<p>{SENTENCES[1]}</p>",
        "answers": "<p>没有共性问题。</p>",
        "text": f"<p>{SENTENCES[1]}</p>",
    }
    participating.write_announcement(row_of(step), by=player.actor(step.by), terms=terms)


@event
def announcement_is_placed(player: Player, step: Step) -> None:
    """Choose the column of an announcement."""
    place(ensure_document(row_of(step)), by=player.actor(step.by), columns=_columns())


@event
def comment_is_given(player: Player, step: Step) -> None:
    """A citizen comments on a draft."""
    participating.register_comment(
        row_of(step), by=ANONYMOUS, text=SENTENCES[int(step.data["draw"][0]) % len(SENTENCES)]
    )


@event
def survey_is_replied(player: Player, step: Step) -> None:
    """A citizen answers a survey."""
    survey = row_of(step)
    chosen = {one["number"]: [1] for one in survey.asked if one["kind"] != "words"}
    participating.reply_survey(survey, by=ANONYMOUS, chosen=chosen, words={})


def _draft(player: Player, step: Step, **facts: Any) -> ItemPage:
    by, body = player.actor(step.by), _body(step)
    return item(body, _columns(), by=by, title=f"{body.name}{step.data['about'][0]}", **facts)


@event
def policy_is_drafted(player: Player, step: Step) -> None:
    """Enter a document in the library and draft its text."""
    by, body, serial = player.actor(step.by), _body(step), step.data["draw"][0]
    facts = {
        **policies.FACTS,
        "number": f"云府规〔2026〕{serial}号",
        "title": f"{body.name}第{serial}号办法",
        "unified_number": "",
    }
    made = keeping.enter_record(body, by=by, **facts)
    type(made).objects.filter(pk=made.pk).update(html="<p>为了规范管理，制定本办法。</p>")
    made.refresh_from_db()
    keeping.draft_item(made, by=by, columns=_columns())


@event
def text_is_drafted(player: Player, step: Step) -> None:
    """Draft a text."""
    _draft(player, step, formed_on=timezone.localdate() - timedelta(days=int(step.data["days"][0])))


@event
def naming_is_drafted(player: Player, step: Step) -> None:
    """Draft a text with personal data, also in an attachment."""
    said = f"已经办结，联系人李晓云，身份证号码{ID_NUMBER}。"
    file = frozen.store_publishable_file(docx_with(said), "名单.docx", player.actor(step.by))
    _draft(player, step, body=f"<p>情况说明如下。</p><p>{said}</p>", attachments=[("名单.docx", file)])


@event
def scan_is_drafted(player: Player, step: Step) -> None:
    """Draft a text with a scan that cannot be read by a program."""
    file = frozen.store_publishable_file(scanned(), "扫描件.pdf", player.actor(step.by))
    _draft(player, step, attachments=[("扫描件.pdf", file)])


@event
def text_is_revised(player: Player, step: Step) -> None:
    """Change the date, the title or the text of a draft."""
    page, day = row_of(step), timezone.localdate() - timedelta(days=9)
    changes = {"day": {"formed_on": day}, "title": {"title": f"{page.title}（修改稿）"}}
    facts = changes.get(step.data["wanted"][0], {"body": f"<p>{SENTENCES[1]}</p>"})
    publishing.save_revision(page, by=player.actor(step.by), **facts)


def _report(page: ItemPage) -> Any:
    page = ItemPage.objects.get(pk=page.pk)
    return get_check_report(page, freeze(page, page.get_latest_revision()))


@event
def finding_is_dropped(player: Player, step: Step) -> None:
    """Delete the clause with personal data from a text."""
    page = row_of(step)
    marks = [one.fingerprint for one in _report(page).open if one.can_drop]
    publishing.drop_clauses(page, by=player.actor(step.by), fingerprints=marks)


@event
def copy_is_made(player: Player, step: Step) -> None:
    """Create a masked copy of a draft's file."""
    page = row_of(step)
    publishing.prepare_copy(page, by=player.actor(step.by), digest=page.attachments.first().stored_id)


@event
def copy_is_taken(player: Player, step: Step) -> None:
    """Use the masked copy."""
    page = row_of(step)
    publishing.use_masked_copy(page, by=player.actor(step.by), digest=page.attachments.first().stored_id)


@event
def scan_is_vouched(player: Player, step: Step) -> None:
    """Confirm the contents of a file that cannot be read by a program."""
    from gongkai.content.checks.actions import vouch_for_file

    page, words = row_of(step), "逐页看过，没有个人信息。"
    vouch_for_file(page, by=player.actor(step.by), digest=page.attachments.first().stored_id, words=words)


@event
def aspects_are_answered(player: Player, step: Step) -> None:
    """Fill in the eight aspects of an interpretation."""
    page, by = row_of(step), player.actor(step.by)
    said = {key: {"text": f"见第{number}部分", "none": ""} for number, key in enumerate(ASPECT_WORDS, 1)}
    place(ensure_document(page), by=by, columns=_columns())
    interpreting.answer_aspects(page, by=by, aspects=said)


@event
def sheet_is_filled(player: Player, step: Step) -> None:
    """Fill in the secrecy sheet."""
    answers = {question.name: "no" for question in list_questions(bulk=True)}
    publishing.fill_sheet(row_of(step), by=player.actor(step.by), answers=answers)


@event
def urgent_is_ordered(player: Player, step: Step) -> None:
    """Order urgent publication of a text."""
    order_urgent(row_of(step), by=player.actor(step.by), reason="防汛预警须立即公开。")


@event
def paper_is_recorded(player: Player, step: Step) -> None:
    """Record the next signature as given on paper."""
    review = row_of(step)
    stage = get_pending_stage(review, get_plan(review))
    able = {person for _, people in list_candidates(review, stage) for person in people} if stage else set()
    by, scan = (
        player.actor(step.by),
        frozen.store_publishable_file(scanned(step.data["draw"][0]), "签批单.pdf", player.actor(step.by)),
    )
    signer = Person.objects.filter(pk__in=able).exclude(pk=by.person_id).earliest("pk")
    facts = {"signed_on": timezone.localdate(), "scan": scan, "scan_name": "签批单.pdf", "words": "同意"}
    publishing.record_signature(review, by=by, person=signer, **facts)


@event
def paper_is_compared(player: Player, step: Step) -> None:
    """View the paper and confirm it."""
    review, by = row_of(step), player.actor(step.by)
    record = PaperRecord.objects.get(review=review, state="waiting")
    required_reading.record_shown(review, by, [scan_part(record)])
    publishing.confirm_paper(review, by=by, record=record.pk)


@event
def paper_is_refused(player: Player, step: Step) -> None:
    """Reject a signature that was recorded as given on paper."""
    record = PaperRecord.objects.get(review=row_of(step), state="waiting")
    publishing.refuse_paper(row_of(step), by=player.actor(step.by), record=record.pk, reason="签批件不清楚")


@event
def scheme_is_set(player: Player, step: Step) -> None:
    """Set a column's own signing rule to the usual stages."""
    site: Website = row_of(step)
    plan, column = replace(DEFAULT_PLAN, bulk_rows=20), Column.objects.filter(website=site).earliest("pk")
    publishing.set_scheme(site, by=player.actor(step.by), plan=plan, column=column, reason="按制度办理")
