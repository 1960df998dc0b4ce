"""互动交流 in the sample city: a base of answers, and messages in every state.

Answered and rated, answered late and published, late, waiting for a word, just in, declined.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held import Particulars
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.lib.law import default_calendar
from gongkai.ops.demo import clock, site
from gongkai.ops.demo.cast import Cast, read_rows
from gongkai.work.consultation import actions
from gongkai.work.consultation.basis import find_named_documents
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.models import Inquiry, Theme
from gongkai.work.consultation.rules import mask_inquiry_text

#: Days ago, channel, category, title, text, who, what became of it.
ASKED: tuple[tuple[int, str, str, str, str, tuple[str, ...], str], ...] = (
    (
        33,
        "form",
        "suggestion",
        "建议放学后开放学校操场",
        "我是城南的杨女士，电话13800138035。孩子放学后没有地方运动，建议实验小学把操场向周边居民开放。",
        ("杨女士", "13800138035"),
        "published",
    ),
    (
        26,
        "form",
        "consultation",
        "二孩幼儿园学费有没有减免",
        "家里第二个孩子今年上幼儿园，听说有补助，想问标准和办法。",
        ("宋女士", "13800138031"),
        "rated",
    ),
    (
        19,
        "form",
        "blockage",
        "民办幼儿园设立要跑三个部门",
        "公司拟在城南投资普惠幼儿园，办学许可、消防、卫生评价互为前置，跑了两个月没有办下来。",
        ("钟女士", "13800138036"),
        "solved",
    ),
    (
        15,
        "phone",
        "consultation",
        "课后服务可以不参加吗",
        "学校要求全部参加课后服务，想问是不是自愿。",
        ("何先生", "13800138032"),
        "late",
    ),
    (
        4,
        "form",
        "complaint",
        "校门口早晚拥堵",
        "实验小学门口早晚接送时段占道停车、摆摊，堵得走不动，希望有人来管。",
        ("曹先生", "13800138033"),
        "declined",
    ),
    (
        3,
        "window",
        "consultation",
        "外省转学到云岭",
        "孩子在外省读四年级，想转到城南片区，需要什么材料。",
        (),
        "drafted",
    ),
    (
        2,
        "hotline",
        "suggestion",
        "建议公布学区划分地图",
        "希望把学区划分做成地图放在网站上，文字看不明白。",
        (),
        "assigned",
    ),
    (
        0,
        "form",
        "help",
        "困难学生资助材料被退回",
        "9月交的资助申请被学校退回，没有说明缺什么。",
        ("邓女士", "13800138034"),
        "received",
    ),
)


def show(cast: Cast) -> None:
    """Fill the base, then let people ask."""
    _base(cast)
    education = cast.bodies["jiaoyu"]
    today = timezone.localdate()
    website = Website.objects.select_related("body").get(is_default=True)
    for days, channel, category, title, text, who, fate in ASKED:
        # One is due on the next working day, whatever day it is today: the sample shows every light.
        calendar = default_calendar()
        due_next = calendar.subtract(calendar.add(today, 1), 5)
        day = due_next if fate == "assigned" else today - timedelta(days=days)
        with clock.at(_hour(day, 12)):
            facts = InquiryFacts(
                channel,
                title,
                text,
                category,
                may_publish=fate in {"published", "rated"},
                asker="firm" if category == "blockage" else "person",
            )
            inquiry = actions.register_inquiry(website.body, by=cast.chief, facts=facts)
            said = Particulars(name=who[0], phone=who[1]) if who else None
            if said:
                register_party(None, by=ANONYMOUS, matter=inquiry.matter, said=said)
            issue_code(None, by=ANONYMOUS, matter=inquiry.matter, second=said.last_four if said else "")
        if fate != "received":
            with clock.at(_hour(day, 40)):
                actions.assign(_entry(inquiry), by=cast.chief, body=education)
            _FATES.get(fate, _nothing)(cast, inquiry)


def _base(cast: Cast) -> None:
    """Each unit's answers, written, checked and released by its own people; the last of the education bureau's waits for its reviewer."""
    today, themes = timezone.localdate(), {theme.name: theme for theme in Theme.objects.all()}
    for place, row in enumerate(read_rows("answers")):
        body = cast.bodies[row["key"]]
        with clock.at(_hour(today - timedelta(days=90 - place), 30 + place)):
            facts: dict[str, object] = {"basis": row["依据"], "contact": row["咨询电话"]}
            facts["variants"] = tuple(row["其他问法"].split("|"))
            facts["documents"] = find_named_documents([row["依据"].partition("》")[0]])[0]
            made = actions.write(
                body,
                by=cast.actor(Role.CLERK, body),
                question=row["问题"],
                answer=row["答复"],
                themes=[themes[row["主题"]]],
                **facts,
            )
            made = actions.submit(made, by=cast.actor(Role.CLERK, body))
            if row["状态"] == "在用":
                made = actions.check(made, by=cast.actor(Role.REVIEWER, body))
                actions.release(made, by=cast.actor(Role.SIGNER, body))


def _hour(day: date, minutes: int) -> datetime:
    """Return an hour at work."""
    return clock.office_hour(day, minutes)


def _entry(inquiry: Inquiry) -> Entry:
    return Entry.objects.get(pk=inquiry.pk)


def _nothing(cast: Cast, inquiry: Inquiry) -> None:
    """It stays with the unit; where its term passed, it is red."""


def _rated(cast: Cast, inquiry: Inquiry) -> None:
    education = cast.bodies["jiaoyu"]
    day = timezone.localdate(inquiry.entry.opened_at) + timedelta(days=4)
    answer = (
        "二孩、三孩家庭的孩子就读公办和普惠性民办幼儿园，保教费减免三成，由幼儿园在收费时直接扣减，不需要另行申请。"
    )
    with clock.at(_hour(day, 20)):
        actions.draft(_entry(inquiry), by=cast.actor(Role.CLERK, education), answer=answer)
    with clock.at(_hour(day, 60)):
        actions.answer(_entry(inquiry), by=cast.actor(Role.LEAD, education))
    with clock.at(_hour(day + timedelta(days=1), 30)):
        actions.rate(_entry(inquiry), by=ANONYMOUS, satisfaction="satisfied")


def _declined(cast: Cast, inquiry: Inquiry) -> None:
    day = timezone.localdate(inquiry.entry.opened_at) + timedelta(days=1)
    with clock.at(_hour(day, 20)):
        clerk = cast.actor(Role.CLERK, cast.bodies["jiaoyu"])
        actions.decline(_entry(inquiry), by=clerk, reason="校门外的占道停车和摊点由城市管理部门管，建议转市城市管理局")


def _drafted(cast: Cast, inquiry: Inquiry) -> None:
    with clock.at(_hour(timezone.localdate(inquiry.entry.opened_at), 70)):
        clerk = cast.actor(Role.CLERK, cast.bodies["jiaoyu"])
        actions.draft(
            _entry(inquiry),
            by=clerk,
            answer="请持户口簿、居住证和学籍证明到城南片区小学登记，两校在学籍系统办理转接。",
        )


def _published(cast: Cast, inquiry: Inquiry) -> None:
    """Answered late, then masked and published by the education bureau's own people, some days ago."""
    education = cast.bodies["jiaoyu"]
    clerk = cast.actor(Role.CLERK, education)
    day = timezone.localdate(inquiry.entry.opened_at) + timedelta(days=14)
    answer = (
        "实验小学自本月起，工作日17时30分至19时30分、周末8时至18时向居民开放操场，凭身份证在东门登记入场。"
        "其他有条件的学校年内陆续开放，名单在市教育局网站公布。"
    )
    with clock.at(_hour(day, 20)):
        words = "学校操场由财政投入建设，放学后向居民开放有利无弊，先在实验小学试行。"
        actions.conclude(_entry(inquiry), by=clerk, decision="adopted", words=words)
        actions.draft(_entry(inquiry), by=clerk, answer=answer)
    with clock.at(_hour(day, 60)):
        actions.answer(_entry(inquiry), by=cast.actor(Role.LEAD, education))
    inquiry.refresh_from_db()
    with clock.at(_hour(timezone.localdate() - timedelta(days=6), 45)):
        made = actions.prepare_publication(
            inquiry,
            by=clerk,
            title=inquiry.subject.reveal(),
            summary=mask_inquiry_text(inquiry, inquiry.text.reveal()),
            answer=mask_inquiry_text(inquiry, inquiry.answer),
            columns=[_column(cast)],
        )
        site.sign(cast, publishing.submit(made, by=clerk), education)


def _column(cast: Cast) -> Column:
    """Return the column for published messages, opened."""
    website = Website.objects.get(is_default=True)
    path = ("政府网站", "政务公开", "互动交流", "留言选登")
    made = columns.make(columns.plan(website, [path]), by=cast.chief, made_from="政府网站集约化建设")
    site.open_columns(cast, only=(made.columns[path].pk, made.columns[path].parent_id))
    return Column.objects.get(pk=made.columns[path].pk)


def _solved(cast: Cast, inquiry: Inquiry) -> None:
    """A blockage of an investor: studied, solved, answered."""
    education = cast.bodies["jiaoyu"]
    clerk, day = cast.actor(Role.CLERK, education), timezone.localdate(inquiry.entry.opened_at)
    words = "民办幼儿园设立与消防、卫生评价改为一次申请、并联办理，由教育局代办窗口全程帮办，10个工作日内办结。"
    with clock.at(_hour(day + timedelta(days=2), 20)):
        actions.conclude(_entry(inquiry), by=clerk, decision="solved", words=words)
        actions.draft(_entry(inquiry), by=clerk, answer=words)
    with clock.at(_hour(day + timedelta(days=2), 60)):
        actions.answer(_entry(inquiry), by=cast.actor(Role.LEAD, education))


_FATES = {
    "solved": _solved,
    "published": _published,
    "rated": _rated,
    "declined": _declined,
    "drafted": _drafted,
}
