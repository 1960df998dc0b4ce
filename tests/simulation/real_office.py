"""The scripted office of a real year: its people, and their work on pending tasks."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from factories.checks import settle_findings
from factories.publishing import FIELDS, read_whole
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import DisclosureChannel, ItemPage
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.models.reviews import list_questions
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry
from gongkai.core.units import actions as units
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, BodyKind, Person, Role
from gongkai.ops.demo import annual as annual_story
from gongkai.ops.demo import assessment as assessment_story
from gongkai.oversight.annual import actions as annual
from gongkai.oversight.annual.models import Report
from gongkai.oversight.assessment import actions as assessment
from gongkai.oversight.assessment.models import Assessed, Round
from gongkai.ui.office.offered_actions import list_own_kind_offers
from gongkai.work.notices import actions as notices
from gongkai.work.notices.actions.imports import build_draft_rows, import_file
from gongkai.work.notices.entries.checklist import list_unrecorded_duties, select_by_channel
from gongkai.work.notices.importing.source import NoticeSource
from gongkai.work.notices.models import Amending, Assignment, Guidance, MeasureUnit, Notice, UnitState
from gongkai.work.notices.planning.draft_rows import OPEN_LIST_MARK
from gongkai.work.notices.planning.roles import RESPONSIBLE_OWES
from gongkai.work.notices.states import ASSIGNED, INNER, SUPPORT_KIND_NAME
from simulation.real_year import LATE_SHARE, NOT_APPLICABLE_SHARE, POSTPONED_SHARE, YearResult
from simulation.steps import ENTRY, JOBS, PAGE, Outcome, Player, Step
from simulation.values import fill_form
from simulation.world import World, _person, _site, _unit

#: Text in a printed name that marks a group of units or no unit.
GROUP_MARKERS = (
    "各",
    "有关",
    "所有",
    "相关",
    "起草",
    "以上",
    "等",
    "全体",
    "制定",
    "承办",
    "行政机关",
    "级国家机关",
    "、",
)
#: Roles of each person of a unit.
STAFF = ((Role.CLERK,), (Role.REVIEWER,), (Role.SIGNER,), (Role.LEAD,))
TOWNS = (("东溪镇", BodyKind.TOWNSHIP), ("北城街道办事处", BodyKind.SUBDISTRICT))
TREE = (
    ("1", "", "年度任务落实", 50, "auto", "assignment", "任务分工通知中的任务按期销号"),
    ("2", "", "法定期限公开", 30, "auto", "disclosure", "信息形成后20个工作日内公开"), ("3", "", "公开质量", 20, "online", "", "内容准确、栏目齐全"),
)  # fmt: skip


def is_unit_name(printed: str) -> bool:
    """Return true if a printed name is that of a single unit."""
    return len(printed) > 2 and not any(word in printed for word in GROUP_MARKERS)


def kind_of_name(printed: str) -> str:
    """Return the kind of a unit from its name."""
    ends = (
        ("中心", BodyKind.INSTITUTION), ("公司", BodyKind.ENTERPRISE), ("管委会", BodyKind.COMMITTEE),
        ("镇", BodyKind.TOWNSHIP), ("乡", BodyKind.TOWNSHIP), ("街道", BodyKind.SUBDISTRICT), ("政府", BodyKind.DISTRICT),
    )  # fmt: skip
    return next((kind for end, kind in ends if printed.endswith(end)), BodyKind.DEPARTMENT)


def morning(day: date) -> datetime:
    """Return 9:00 of a day in Beijing."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


@dataclass
class Office:
    """A government with its units, whose people do their work in each turn."""

    player: Player
    world: World
    account: YearResult
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    #: Entry → the day on which its unit starts it.
    planned: dict[int, date] = field(default_factory=dict)
    logins: dict[tuple[str, int], str] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    minute: int = 0

    @classmethod
    def build(
        cls, traveller: Any, watch: Any, place: tuple[str, str, str], source: NoticeSource, account: YearResult
    ) -> "Office":
        """Make the government, its office, every unit that the notice names, towns, people and the site."""
        name, level, short = place
        made = units.create(
            None, by=SYSTEM, name=name, short_name=short, kind=BodyKind.GOVERNMENT, level=level, position=10
        )
        room = "办公厅" if name == "重庆市人民政府" else "办公室"
        office = _unit(made, name + room, BodyKind.GENERAL_OFFICE, level, 20, short=short + room)
        self = cls(Player(traveller, watch), World(made, office), account)
        today = timezone.localdate()
        for login, role in (("zwgk", Role.CHIEF), ("admin", Role.ADMINISTRATOR), ("baomi", Role.SECURITY)):
            _person(self.world, self.rng, office, (role,), login, today)
        for body, key in ((office, "clerk"), (made, "")):
            self._staff(body, today, key)
        printed = dict.fromkeys(unit.printed for row in build_draft_rows(source, {}) for unit in row.units)
        place_name = name.removesuffix("人民政府")
        for at, one in enumerate([*filter(is_unit_name, printed), *(town for town, _ in TOWNS)], 3):
            if one in (office.name, f"{short}办公室", f"{short}办公厅", f"{short}办"):
                continue
            kind = dict(TOWNS).get(one) or kind_of_name(one)
            self._staff(self._unit(place_name, short[0], one, kind, level, at * 10), today)
        _site(self.world)
        account.figures["units"] = len(self.world.units)
        return self

    def _unit(self, place: str, prefix: str, printed: str, kind: str, level: str, position: int) -> Body:
        full = place + printed.removeprefix(prefix) if printed.startswith(prefix) else printed
        body = _unit(self.world.government, full, kind, level, position, short=printed)
        self.world.units.append(body)
        return body

    def _staff(self, body: Body, today: date, first: str = "") -> None:
        for roles in STAFF:
            login = first if first and roles == (Role.CLERK,) else f"u{body.pk}-{roles[0]}"
            _person(self.world, self.rng, body, roles, login, today)
            self.logins[roles[0], body.pk] = login

    # --- who

    def actor(self, role: str, body: Body) -> Actor:
        """Return a person of a unit."""
        return self.player.actor(self.logins[role, body.pk])

    @property
    def chief(self) -> Actor:
        """The officer for open government."""
        return self.player.actor("zwgk")

    # --- the notice

    def import_notice(self, source: NoticeSource, issued: date) -> Notice | None:
        """Import the notice, answer all that is asked, and confirm it."""
        made = import_file(source, by=self.chief, government=self.world.government, issuer=None).notice
        values: dict[str, object] = {}
        if not made.issuer_name.strip():
            values |= {"issuer": self.world.office, "issuer_name": self.world.office.name}
        if values or made.issued_on is None:
            notices.correct_front_page(made, by=self.chief, values=values | {"issued_on": issued})
        flags = [flag for row in made.measures.all() for flag in row.unsettled]
        unresolved = MeasureUnit.objects.filter(measure__notice=made).exclude(state=UnitState.RESOLVED)
        figures = self.account.figures
        figures["rows, doubts, units to name"] = (made.measures.count(), len(flags), unresolved.count())
        self._answer(Notice.objects.get(pk=made.pk))
        notice = Notice.objects.get(pk=made.pk)
        try:
            if notice.for_comment:
                notices.issue_notice(notice, by=self.chief, doc_number="县府办发〔2021〕30号", issued_on=issued)
                notice = Notice.objects.get(pk=made.pk)
            notices.confirm_notice(notice, by=self.chief)
        except Refused as refused:
            self.account.fault("confirm", "；".join(refused.reasons))
            return None
        self._open_columns()
        figures["tasks at confirming"] = Assignment.objects.filter(notice=notice).count()
        return Notice.objects.get(pk=made.pk)

    def _answer(self, notice: Notice) -> None:
        for form in set(notice.measures.exclude(form="").values_list("form", flat=True)):
            if any(flag.get("field") == "owing" for row in notice.measures.filter(form=form) for flag in row.flags):
                notices.choose_owner(notice, by=self.chief, form=form, choice=RESPONSIBLE_OWES)
        open_units = MeasureUnit.objects.filter(measure__notice=notice).exclude(state=UnitState.RESOLVED)
        for pk in list(open_units.order_by("pk").values_list("pk", flat=True)):
            unit = MeasureUnit.objects.filter(pk=pk).exclude(state=UnitState.RESOLVED).first()
            if unit is None:
                continue
            if unit.printed == OPEN_LIST_MARK:
                notices.remove_unit(notice, by=self.chief, unit=pk)
            elif bodies := self._meant(unit.printed):
                notices.resolve_unit(notice, by=self.chief, unit=pk, bodies=bodies)
            else:
                notices.resolve_unit(notice, by=self.chief, unit=pk, outside=True)
        notice = Notice.objects.get(pk=notice.pk)
        if notice.amending == Amending.ASKED:
            notices.set_amended_notice(notice, by=self.chief, older=None)
        for row in notice.measures.filter(dropped=False):
            if not row.units.exclude(outside=True).exists():
                self.account.figures.setdefault("rows dropped for want of a unit", []).append(row.title)  # type: ignore[attr-defined]
                notices.drop_measure(notice, by=self.chief, measure=row.pk)
        notices.settle_flags(Notice.objects.get(pk=notice.pk), by=self.chief)

    def _meant(self, printed: str) -> list[Body]:
        if "起草" in printed or "有关" in printed or "相关" in printed:
            return self.world.units[:2]
        if any(word in printed for word in ("各", "所有", "机关", "部门", "单位")):
            return [*self.world.units]
        return [body for body in self.world.units if body.short_name == printed][:1]

    def _open_columns(self) -> None:
        clerk = self.actor(Role.CLERK, self.world.office)
        for column in Column.objects.filter(opened_at=None).select_related("website__body", "owner").order_by("path"):
            person = Person.objects.get(pk=clerk.person_id)
            facts = {"owner": column.owner or self.world.office, "person": person, "cycle_days": 90}
            try:
                content = column.content or f"集中公开{column.name}信息。"
                publishing.change_column(column, by=self.chief, content=content, **facts)
                publishing.open_column(column, by=self.player.actor("admin"))
            except Refused as refused:
                self.account.fault("open column", "；".join(refused.reasons))

    # --- the days

    def turn(self, day: date) -> None:
        """One day of the office: jobs, work that is due, texts to sign, submissions to accept."""
        self.player.traveller.move_to(morning(day))
        self.minute = 0
        outcome = self.player.perform(self._step(JOBS))
        self._judge("jobs", outcome)
        for entry in self._open_entries():
            if self.planned.setdefault(entry.pk, self._plan(entry, day)) <= day:
                self._work(entry)
        self._accept()

    def _step(self, kind: str, by: str = "", act: str = "", target: str = "", data: Any = None) -> Step:
        self.minute += 1
        moment = (timezone.now() + timedelta(seconds=20)).isoformat()
        return Step(moment, kind, by, act, target, data or {})

    def _open_entries(self) -> list[Entry]:
        kinds = (ASSIGNED, INNER, SUPPORT_KIND_NAME, "upward")
        rows = Entry.objects.filter(kind__in=kinds, closed_at=None, state__in=("open", "returned", "pending"))
        return list(rows.select_related("body").order_by("due_at", "pk"))

    def _plan(self, entry: Entry, day: date) -> date:
        due = timezone.localdate(entry.due_at) if entry.due_at else day + timedelta(days=60)
        late = self.rng.random() < LATE_SHARE
        return due + timedelta(days=self.rng.randint(4, 20)) if late else due - timedelta(days=self.rng.randint(4, 25))

    def _work(self, entry: Entry) -> None:
        body = entry.body
        if (Role.CLERK, body.pk) not in self.logins:
            self.account.fault("nobody works", f"{entry.kind} {body.label}")
            return
        drawn = self.rng.random()
        if entry.kind == ASSIGNED and entry.state == "open" and drawn < NOT_APPLICABLE_SHARE + POSTPONED_SHARE:
            verb, data = "not_applicable", {"reason": ["本单位没有这项职能，经核对不涉及。"]}
            if drawn < POSTPONED_SHARE:
                until = (max(entry.due_at or timezone.now(), timezone.now()) + timedelta(days=20)).date().isoformat()
                verb, data = "more_time", {"reason": ["上级文件尚未印发，申请延期。"], "until": [until]}
            self._do(entry, Role.CLERK, f"{entry.kind}.{verb}", data)
            return
        if entry.kind in (ASSIGNED, INNER):
            self._publish_for(entry)
        for offer in list_own_kind_offers(entry, self.actor(Role.CLERK, body)):
            if offer.action.name in (f"{entry.kind}.submit", "assignment.submit", "upward.send"):
                self._do(entry, Role.CLERK, offer.action.name)
                return
        for offer in list_own_kind_offers(entry, self.actor(Role.LEAD, body)):
            if offer.action.name in (f"{entry.kind}.submit", "assignment.submit", "upward.send"):
                self._do(entry, Role.LEAD, offer.action.name)
                return
        self.account.fault("no way to hand in", f"{entry.kind} in {entry.state}")

    def _publish_for(self, entry: Entry) -> None:
        """Write the task's text as the task's page does, have it signed and published; record other channels."""
        login = self.logins[Role.CLERK, entry.body_id]
        task: Assignment = entry.assignment
        if any(duty.paths for duty in task.measure.duties.all()) and not entry.evidence.exists():
            last = ItemPage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            self.see(login, f"/admin/notices/tasks/{entry.pk}/draft/", post=True)
            page = ItemPage.objects.filter(pk__gt=last).first()
            if page is None:
                self.account.fault("draft a text", entry.body.label and "the task's page drafted nothing")
            else:
                self._sign(page, entry.body)
        self._record_channels(entry, task)
        self._record_guidance(task, entry.body)

    def _record_channels(self, entry: Entry, task: Assignment) -> None:
        """Record one release through each further channel that duties of the task name."""
        at = f"{timezone.localtime() - timedelta(minutes=30):%Y-%m-%d %H:%M}"
        for channel in DisclosureChannel.values:
            named = [
                str(duty.pk) for duty in select_by_channel(list_unrecorded_duties(task, only_ticked=False), channel)
            ]
            data = {"channel": [channel], "name": ["政务发布"], "at": [at], "url": ["https://mp.weixin.qq.com/s/a1"]}
            if named:
                self._do(entry, Role.CLERK, "assignment.record_channel", {**data, "duties": named})

    def _record_guidance(self, task: Assignment, body: Body) -> None:
        """Record the guidance of a task that consists in guiding others, once for each of them."""
        duties = task.measure.duties.filter(guides=True).prefetch_related("guided")
        if not duties or Guidance.objects.filter(measure=task.measure, guiding=body).exists():
            return
        guided = {one.pk: one for duty in duties for one in duty.guided.all()}
        for one in guided.values() or [None]:
            notices.record_guidance(
                body,
                by=self.actor(Role.CLERK, body),
                on=timezone.localdate(),
                words="现场指导公开目录和栏目的更新。",
                guided=one,
                counterpart="" if one else "下级对口单位",
                measure=task.measure,
            )

    def _sign(self, page: ItemPage, body: Body) -> None:
        clerk = self.actor(Role.CLERK, body)
        try:
            text = f"<p>{body.label}现将有关情况公开如下：{page.title}。各项工作按计划推进，详见附表。</p>"
            facts = {**FIELDS, "title": page.title, "body": text, "formed_on": timezone.localdate()}
            publishing.save_revision(
                page, by=clerk, **{name: facts[name] for name in ("body", "kind", "attribute_basis")}
            )
            settle_findings(ItemPage.objects.get(pk=page.pk), clerk)
            review: Review = publishing.submit(ItemPage.objects.get(pk=page.pk), by=clerk)
            answers = {question.name: "no" for question in list_questions(bulk=False)}
            publishing.fill_sheet(review, by=self.actor(Role.REVIEWER, body), answers=answers)
            for role in (Role.REVIEWER, Role.SIGNER, Role.LEAD):
                signer = self.actor(role, body)
                publishing.approve(Review.objects.get(pk=review.pk), by=signer, sheet=read_whole(review, signer))
            self.did["texts published"] += 1
        except Refused as refused:
            self.account.fault("publish", "；".join(refused.reasons))

    def _do(self, entry: Entry, role: str, name: str, data: dict[str, list[str]] | None = None) -> bool:
        return self._act(entry, self.logins[role, entry.body_id], name, data)

    def _act(self, entry: Entry, login: str, name: str, data: dict[str, list[str]] | None = None) -> bool:
        """Fill in the act's form as its page shows it, and send it."""
        from gongkai.core.acts.action import ACTIONS_BY_NAME

        entry = Entry.objects.select_related("body").get(pk=entry.pk)
        form = get_form(ACTIONS_BY_NAME[name])(entry=entry, by=self.player.actor(login))
        filled = fill_form(form, random.Random(1), unlawful=False)
        for one, answer in (
            ("all_done", "on"),
            ("urls", "https://www.gov.example/a.html"),
            ("statement", "已按要求完成。"),
        ):
            if one in form.fields:
                filled[one] = [answer]
        for one in ("done", "holds", "duties", "offers"):
            if one in form.fields:
                filled[one] = [str(value) for value, _ in form.fields[one].choices]
        for one in set(form.fields) & {"files", "file", "published", "words"}:
            filled.pop(one, None)
        filled |= {one: ["12"] for one in form.fields if one.startswith("times_")}
        if "until" in form.fields and form.get_initial_for_field(form.fields["until"], "until") is not None:
            filled.pop("until", None)
        outcome = self.player.perform(self._step(ENTRY, login, name, f"ledger.entry/{entry.pk}", filled | (data or {})))
        self.did[f"{name} {outcome.word}"] += 1
        self._judge(name, outcome)
        return outcome.word == "done"

    def _accept(self) -> None:
        """Let who may decide accept what was handed in and grant what was asked."""
        waiting = Entry.objects.filter(kind__in=(ASSIGNED, INNER, SUPPORT_KIND_NAME, "upward"), closed_at=None)
        for entry in waiting.exclude(state__in=("open", "returned", "pending")).select_related("body").order_by("pk"):
            bodies = [entry.body_id, *(entry.assignment.lead_ids if entry.kind in (ASSIGNED, INNER) else [])]
            if entry.kind == SUPPORT_KIND_NAME:
                bodies.append(entry.contribution.task.body_id)
            logins = [
                self.logins[role, pk] for pk in bodies for role in (Role.LEAD, Role.CLERK) if (role, pk) in self.logins
            ]
            for login in [*reversed(logins), "zwgk"]:
                found = [offer.action.name for offer in list_own_kind_offers(entry, self.player.actor(login))]
                name = next((one for one in found if one.rpartition(".")[2] in ("accept", "grant", "receipt")), "")
                if name:
                    self._act(entry, login, name)
                    break
            else:
                self.account.fault("nobody may decide", f"{entry.kind} in {entry.state}")

    # --- what is seen

    def see(self, who: str, page: str, *, post: bool = False) -> Outcome:
        """Open a page by a role's login or a login; it must open."""
        logins = {"chief": "zwgk", "lead": self.logins[Role.LEAD, self.world.government.pk]}
        logins["clerk"] = self.logins[Role.CLERK, self.world.units[0].pk]
        data = {"go": ["1"]} if post else None
        outcome = self.player.perform(self._step(PAGE, logins.get(who, who), page, "", data))
        self._judge(f"page {page}", outcome)
        return outcome

    def _judge(self, what: str, outcome: Outcome) -> None:
        if outcome.word in ("refused", "invalid", "conflict"):
            self.account.fault(what, "；".join(outcome.reasons))
        if outcome.error or outcome.status >= 400:
            self.account.fault(what, outcome.error or outcome.status)
        for words in self.player.watch.take():
            self.account.fault(f"{what} logs", words)

    def count_states(self, notice: Notice) -> str:
        """Return the number of a notice's tasks in each state, and of those overdue."""
        rows = Entry.objects.filter(assignment__notice=notice)
        states = Counter(rows.values_list("state", flat=True))
        late = rows.filter(closed_at=None, state__in=("open", "returned"), due_at__lt=timezone.now()).count()
        return ", ".join(f"{name} {count}" for name, count in sorted(states.items())) + f"; overdue {late}"

    # --- the end

    def close_year(self, notice: Notice) -> None:
        """Account for the year: completion report, ranking, annual report."""
        figures = self.account.figures
        figures["did"] = dict(self.did)
        figures["at the end"] = self.count_states(notice)
        left = Entry.objects.filter(closed_at=None).exclude(assignment__isnull=False)
        figures["other entries open"] = dict(Counter(left.values_list("kind", flat=True)))
        outcome = self.see("chief", f"/admin/notices/{notice.pk}/report/")
        figures["completion report"] = outcome.status
        for step in (self._rank, self._report_annually):
            try:
                step(notice)
            except Refused as refused:
                self.account.fault(step.__name__, "；".join(refused.reasons))

    def _rank(self, notice: Notice) -> None:
        year, chief = notice.year, self.chief
        scheme = assessment_story.create_scheme(self.world.government, chief, "政务公开考核", "年度绩效考核办法", TREE)
        chosen = [(body, "单位") for body in self.world.units if body.kind == BodyKind.DEPARTMENT]
        round_: Round = assessment.plan_round(
            scheme,
            by=chief,
            office=self.world.office,
            year=year,
            first=date(year, 1, 1),
            until=date(year, 12, 31),
            self_until=timezone.localdate() + timedelta(days=5),
            units=chosen,
        )
        assessment.open_round(round_, by=chief)
        online = scheme.indicators.get(code="3")
        for unit in Assessed.objects.filter(round=round_):
            value = Decimal(self.rng.randint(60, 100))
            assessment.record_mark(unit, by=chief, indicator=online, value=value, words="已抽查。")
        self.player.traveller.shift(timedelta(days=8))
        assessment.begin_scoring(Round.objects.get(pk=round_.pk), by=chief)
        assessment.measure_round(Round.objects.get(pk=round_.pk), by=chief)
        assessment.publish_scores(Round.objects.get(pk=round_.pk), by=chief)
        self.player.traveller.shift(timedelta(days=15))
        assessment.confirm_round(Round.objects.get(pk=round_.pk), by=self.actor(Role.LEAD, self.world.office))
        for page in ("/admin/assessment/", f"/admin/assessment/rounds/{round_.pk}/"):
            self.see("chief", page)
        self.account.figures["ranked"] = len(chosen)

    def _report_annually(self, notice: Notice) -> None:
        reports = Report.objects.filter(year=notice.year)
        if not reports.exists():
            annual.open_reports(self.world.government, by=self.chief, year=notice.year)
        story: Any = self
        handed = 0
        for report in reports.exclude(body=self.world.government).select_related("entry__body", "body"):
            if (Role.CLERK, report.body_id) not in self.logins:
                self.account.fault("annual", f"nobody writes the report of {report.body.kind}")
                continue
            try:
                annual_story._submit_annual_report(story, report)
                annual.accept_report(annual_story.reload_entry(report), by=self.chief)
                annual_story.publish_report(story, report)
                handed += 1
            except Refused as refused:
                self.account.fault("annual", "；".join(refused.reasons))
        self.account.figures["annual reports published"] = f"{handed} of {reports.count()}"
        self.see("", "/annual/")
