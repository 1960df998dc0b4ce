"""Rare course events: a site to inspect, trained weights, a corrected party, a text for a record."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

from django.utils import timezone
from docx import Document

from factories import policies
from factories.checks import docx_with
from factories.consultation import inquiry
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.policies import actions as keeping
from gongkai.content.policies.models import CleanupVerdict, KeptText, WaitingFile
from gongkai.content.publishing import actions as publishing
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import amend_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger import holidays, legal_changes
from gongkai.core.units.actors import SYSTEM, get_actor, in_force_q
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.lib.law.calendar import Holiday, HolidayNotice
from gongkai.lib.matching.weight_fitting import FittedWeights, RankingQuality
from gongkai.lib.matching.weights import RankingWeights
from gongkai.oversight.gathering import actions as gathering
from gongkai.oversight.gathering.source_reader import SourceFetchResult
from gongkai.oversight.gathering.texts import SourceEntry
from gongkai.oversight.inspection import actions as inspecting
from gongkai.work.consultation import actions as answering
from gongkai.work.consultation.models import KnownAnswer
from gongkai.work.consultation.states import SHOWN_STATES
from gongkai.work.newmedia import actions as posting
from gongkai.work.newmedia.lower_sites import list_requestable_sites
from gongkai.work.notices import actions as noticing
from gongkai.work.notices.importing.source import read_source
from simulation.events import event
from simulation.notice_turns import notice_city
from simulation.steps import Player, Step
from simulation.turns import row_of

#: Search quality before and after training.
WORSE, BETTER = RankingQuality(0.5, 0.4, 0.6), RankingQuality(0.6, 0.5, 0.7)
#: A notice's table, and the mapping of its headers.
TABLE_HEADER = ("序号", "工作内容", "具体抓手", "责任单位", "节点安排")
TABLE_ROWS = (
    ("1", "一、规划信息", "公开专项规划，做好解读。", "市教育局", "2026年6月底前"),
    ("2", "", "公开区域规划。", "市财政局", "—"),
)
HEADER_MAPPING = {"工作内容": "section", "具体抓手": "measure", "节点安排": "limit"}


@event
def weights_are_learnt(player: Player, step: Step) -> None:
    """Store search weights of a better quality."""
    found = FittedWeights(RankingWeights(learnt=0.6, variant=0.8), 300, 100, WORSE, BETTER, better=True)
    answering.save_weight_fit(None, by=player.actor(step.by), found=found)


@event
def site_is_registered(player: Player, step: Step) -> None:
    """Register the website of a unit for inspection."""
    body = Body.objects.get(pk=int(step.data["body"][0]))
    facts = {"name": f"{body.short_name}网", "address": f"http://{step.data['draw'][0]}.example/"}
    inspecting.register_site(body, by=player.actor(step.by), **facts)


@event
def site_is_asked(player: Player, step: Step) -> None:
    """Ask another unit's website to publish a text."""
    by = player.actor(step.by)
    shelf = shelf_visible_to(ANONYMOUS).exclude(column=None).order_by("-pk").first()
    for site in list_requestable_sites(by)[:1] if shelf else ():
        facts = {"document": shelf.document, "until": timezone.localdate() + timedelta(days=60), "asked_by": by.name}
        posting.request_website_copy(site.body, by=by, site=site, **facts)


@event
def opinion_is_given(player: Player, step: Step) -> None:
    """Let the head of a consulted unit agree to a text."""
    flag = row_of(step)
    posts = Appointment.objects.filter(in_force_q(), body__in=flag.bodies, role=Role.LEAD, person__active=True)
    for post in posts.exclude(person__user=None).select_related("person__user", "body").order_by("pk")[:1]:
        publishing.give_opinion(flag, by=get_actor(post.person.user), body=post.body, agrees=True, words="同意。")


@event
def law_is_changed(player: Player, step: Step) -> None:
    """Gather a law library that contains a change of a law that a unit enforces."""
    kept, by = KeptText.objects.select_related("record", "body").order_by("pk").first(), player.actor(step.by)
    if kept is None:
        return
    serial, title = step.data["draw"][0], str(kept.record.title)
    collection = gathering.add_collection(kept.body, by=by, name=f"法规库{serial}")
    facts = {
        "way": "list",
        "address": f"https://www.yunling.gov.example/{serial}/",
        "unit_name": "司法部",
        "laws": True,
    }
    source = gathering.add_source(collection, by=by, name=f"法规库{serial}", **facts)
    for edition in ("", "（修订）"):
        there = SourceEntry(f"{source.address}{len(edition)}.html", f"{title}{edition}", text=f"第一条　{edition}。")
        source.refresh_from_db()
        gathering.store_fetch(source, by=SYSTEM, fetch_result=SourceFetchResult([there]))


@event
def known_question_arrives(player: Player, step: Step) -> None:
    """A citizen asks a question that has an answer, and is shown that answer."""
    known, body = KnownAnswer.objects.filter(state__in=SHOWN_STATES).order_by("-pk").first(), step.data["body"][0]
    if known is not None:
        made = inquiry(Body.objects.get(pk=int(body)), title=known.question, text=known.question)
        made.offered = known
        made.save(update_fields=["offered"])


@event
def cases_are_judged(player: Player, step: Step) -> None:
    """Let each unit's staff keep its documents in force in a clean-up round."""
    made = row_of(step)
    for case in made.cases.filter(verdict="").select_related("body").order_by("pk"):
        posts = Appointment.objects.filter(in_force_q(), body=case.body, role=Role.CLERK, person__active=True)
        for post in posts.exclude(person__user=None).select_related("person__user").order_by("pk")[:1]:
            keeping.give_verdict(case, by=get_actor(post.person.user), verdict=CleanupVerdict.KEEP)


@event
def party_is_corrected(player: Player, step: Step) -> None:
    """Correct the name and the telephone number of a party."""
    said = SenderParticulars(name="李晓云", phone=f"1380013{int(step.data['draw'][0]):04d}")
    amend_party(row_of(step), by=player.actor(step.by), particulars=said)


@event
def calendar_is_changed(player: Player, step: Step) -> None:
    """Enter a change of this year's holidays."""
    year = timezone.localdate().year
    known = holidays.find_holiday_notice(year)
    off = (*(known.off if known else ()), Holiday("调休", date(year, 12, 30), date(year, 12, 30)))
    made = known or HolidayNotice(year, f"关于{year}年部分节假日安排的通知", "", None, "", (), ())
    notice = replace(made, off=off, source="https://www.gov.cn/y")
    legal_changes.enter_calendar(None, by=player.actor(step.by), notice=notice)


@event
def original_is_uploaded(player: Player, step: Step) -> None:
    """Enter a document and upload its text."""
    by, body, serial = player.actor(step.by), Body.objects.get(pk=int(step.data["body"][0])), step.data["draw"][0]
    own = {"number": f"云府规〔2026〕9{serial}号", "title": f"{body.name}九{serial}号办法", "unified_number": ""}
    keeping.enter_record(body, by=by, **{**policies.FACTS, **own})
    keeping.upload_originals(body, by=by, files=[(f"{serial}.docx", docx_with("第一条　先入库，后公开。"))])


@event
def original_is_put_in(player: Player, step: Step) -> None:
    """Attach the uploaded text to its record."""
    record = row_of(step)
    file = WaitingFile.objects.filter(body=record.body).latest("pk")
    keeping.attach_text(record, by=player.actor(step.by), file=file)


@event
def tabled_notice_arrives(player: Player, step: Step) -> None:
    """Import a notice whose table has unusual headers."""
    paper, stream = Document(), BytesIO()
    paper.add_paragraph(f"云岭市{timezone.localdate().year}年{step.data['about'][0]}任务分工")
    table = paper.add_table(rows=1 + len(TABLE_ROWS), cols=len(TABLE_HEADER))
    for line, cells in zip(table.rows, (TABLE_HEADER, *TABLE_ROWS), strict=True):
        for cell, text in zip(line.cells, cells, strict=True):
            cell.text = text
    paper.save(stream)
    city = notice_city(player)
    source = read_source(stream.getvalue(), "任务分工.docx")
    noticing.import_file(source, by=city.chief, government=city.government, issuer=city.office)


@event
def heads_are_corrected(player: Player, step: Step) -> None:
    """Map the headers of a notice's table."""
    noticing.assign_heading_meanings(row_of(step), by=player.actor(step.by), heads=HEADER_MAPPING)


@event
def heads_are_put_back(player: Player, step: Step) -> None:
    """Restore a notice's rows from before the header correction."""
    noticing.undo_heading_meanings(row_of(step), by=player.actor(step.by))
