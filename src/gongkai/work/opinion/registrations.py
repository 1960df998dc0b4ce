"""Register this app at start-up, create initial data, and erase texts by law."""

from gongkai.content.editions.erasure import (
    ERASED_TEXT,
    ERASURE_HANDLERS,
    BaseErasureHandler,
    TextEchoes,
    find_erased_revisions,
    get_source_number,
)
from gongkai.content.editions.models import Edition
from gongkai.content.editions.sources import register_source
from gongkai.core.acts.following import CatchUpJob, follow_actions
from gongkai.core.ledger import kinds
from gongkai.core.ledger.jobs import PeriodicJob, register_job
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
from gongkai.core.ledger.past_records import register_past, states_timely_past
from gongkai.core.spreadsheets import importers
from gongkai.work.opinion import actions, facts, forms, panels  # noqa: F401 - actions and forms enter themselves
from gongkai.work.opinion.actions.case_answers import would_make_case_punctual
from gongkai.work.opinion.feeds import poll_all_feeds
from gongkai.work.opinion.importing import CASES_IMPORTER, PROMISES_IMPORTER
from gongkai.work.opinion.kinds import CASE_KIND, DUTY_KIND, PROMISE_KIND
from gongkai.work.opinion.models import (
    Promise,
    PromiseTopic,
    Response,
    ResponseText,
    Statement,
    StatementSort,
    WatchField,
)
from gongkai.work.opinion.published_texts import apply_scheduled_texts, follow_publication


class ResponseErasureHandler(BaseErasureHandler):
    """The erasure handler of answers on the website."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the titles of the texts, and the case's log and URL, where the text may recur."""
        number = get_source_number(edition, Response.source_name)
        titles = ResponseText.objects.filter(response=number).values_list("title", flat=True)
        entries = Entry.objects.filter(opinion_case__responses=number)
        return TextEchoes(
            titles=frozenset(titles),
            shared=frozenset(entry.stream for entry in entries),
            links=frozenset(entry.url for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the texts of an edition, and the copy on the answer unless a later text exists."""
        texts = ResponseText.objects.filter(response=get_source_number(edition, Response.source_name))
        revisions = find_erased_revisions(edition)
        if not texts.filter(pk__gt=revisions.last).exists():
            Response.objects.filter(pk=get_source_number(edition, Response.source_name)).update(text="")
        revisions.rows(texts).update(title=ERASED_TEXT, text=ERASED_TEXT)


class PromiseErasureHandler(BaseErasureHandler):
    """The erasure handler of statements; those repeated in a later edition that remains are not blanked."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the titles of the statements, and the promise's log and URL."""
        number = get_source_number(edition, Promise.source_name)
        titles = Statement.objects.filter(promise=number).exclude(title="").values_list("title", flat=True)
        entries = Entry.objects.filter(pk=number, kind="promise")
        return TextEchoes(
            titles=frozenset(titles),
            streams=frozenset(entry.stream for entry in entries),
            links=frozenset(entry.url for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the statements of an edition; with the first one, also the text and title of the promise."""
        number = get_source_number(edition, Promise.source_name)
        revisions = find_erased_revisions(edition)
        statements = Statement.objects.filter(promise=number)
        repeated = {value for row in statements.filter(pk__in=revisions.spared) for value in row.before}
        rows = revisions.rows(statements).exclude(pk__in=repeated)
        if rows.filter(sort=StatementSort.PROMISE).exists():
            Promise.objects.filter(pk=number).update(
                words=ERASED_TEXT, promised_by="", occasion=ERASED_TEXT, address=""
            )
            Entry.objects.filter(pk=number).update(title=ERASED_TEXT)
        rows.update(title=ERASED_TEXT, text=ERASED_TEXT, lead="", link="")


def _find_response(number: int) -> Response | None:
    return Response.objects.select_related("case__entry__body").filter(pk=number).first()


def _find_promise(number: int) -> Promise | None:
    return Promise.objects.select_related("entry__body").filter(pk=number).first()


def register_all() -> None:
    """Register this app's entry kinds, forms, panels, sources and jobs."""
    for kind in (CASE_KIND, DUTY_KIND, PROMISE_KIND):
        kinds.register_entry_kind(kind)
    register_past("opinion.record_response", would_make_case_punctual)
    register_past("opinion.record_further", would_make_case_punctual)
    register_past("opinion_duty.report", states_timely_past)
    register_past("promise.report_kept", states_timely_past)
    register_source("opinion_response", _find_response)
    register_source("promise", _find_promise)
    ERASURE_HANDLERS.extend((ResponseErasureHandler(Response.source_name), PromiseErasureHandler(Promise.source_name)))
    due = CatchUpJob("opinion", "舆情回应、公开承诺的公开情况", apply_scheduled_texts, 10)
    follow_actions("publishing.publish", follow_publication, target_classes=(Response, Promise), due=due)
    register_job(PeriodicJob("opinion_feeds", "收取舆情线索", poll_all_feeds, 12))
    register_panel(
        EntryPanel("opinion", "opinion/case_panel.html", panels.make_case_panel, kinds={"opinion"}, position=90)
    )
    register_panel(
        EntryPanel(
            "opinion_duty", "opinion/duty_panel.html", panels.make_duty_panel, kinds={"opinion_duty"}, position=120
        )
    )
    register_panel(
        EntryPanel("promise", "opinion/promise_panel.html", panels.make_promise_panel, kinds={"promise"}, position=120)
    )
    register_panel(
        EntryPanel("opinion_links", "opinion/linked_panel.html", panels.make_linking_cases_panel, position=290)
    )
    register_block(
        HomeBlock(
            "opinion",
            60,
            panels.make_pending_block,
            "opinion/block.html",
            once=("cases",),
            parts=("leads", "asked", "cases"),
            needs=panels.list_row_conditions,
        )
    )
    importers.register_importer(CASES_IMPORTER)
    importers.register_importer(PROMISES_IMPORTER)
    facts.register_score_sources()


#: Watched field → keywords. Eight are named in the municipal notice, the others in district notices.
WATCHED_FIELDS: dict[str, str] = {
    "疫情医疗": "医院、医保、疫苗、看病、传染病",
    "房地产金融": "楼盘、烂尾、交房、房贷、集资、理财",
    "工资拖欠": "欠薪、拖欠工资、农民工、讨薪",
    "生态环境": "污染、异味、污水、扬尘、噪声",
    "食品药品": "食堂、变质、中毒、假药、餐馆",
    "教育": "学校、幼儿园、入学、学区、教师、校园",
    "养老和困难群众": "养老院、低保、救助、残疾",
    "安全生产": "事故、爆炸、坍塌、火灾、伤亡",
    "助企纾困": "惠企、补贴、融资",
    "减税降费": "税费、收费、乱收费",
    "投资审批": "审批、项目落地",
    "基础设施": "道路、停水、停电、积水、桥",
    "重大建设项目": "征地、拆迁、工地",
    "稳岗就业": "就业、招聘、失业",
}
#: Initial topics of public promises.
DEFAULT_TOPICS = (
    "教育",
    "医疗",
    "就业",
    "住房",
    "交通出行",
    "生态环境",
    "社会保障",
    "营商环境",
    "城市管理",
    "农业农村",
)


def create_initial_data(**_: object) -> None:
    """Create watched fields and topics where there are none; called after migrations."""
    if not WatchField.objects.exists():
        WatchField.objects.bulk_create(
            [
                WatchField(name=name, words=text, position=number * 10)
                for number, (name, text) in enumerate(WATCHED_FIELDS.items(), 1)
            ]
        )
    if not PromiseTopic.objects.exists():
        PromiseTopic.objects.bulk_create(
            [PromiseTopic(name=name, position=number * 10) for number, name in enumerate(DEFAULT_TOPICS, 1)]
        )
