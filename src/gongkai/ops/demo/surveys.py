"""网上调研 in the sample city: one open now, one whose results and answers are public."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import document_of
from gongkai.content.publishing.actions import place, submit
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import issue_code
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.cast import Cast
from gongkai.ops.demo.decisions import decisions_column
from gongkai.ops.demo.site import sign
from gongkai.work.participation import actions
from gongkai.work.participation.models import Announcement, Survey

_ONE = {"kind": "one", "most": 0, "required": True}
#: Title, policy, questions.
MADE = (
    (
        "课后服务政策执行效果调研",
        "云岭市中小学课后服务收费标准",
        (
            {**_ONE, "text": "您的孩子参加课后服务吗", "options": "每天参加\n有时参加\n没有参加"},
            {
                "kind": "many",
                "most": 2,
                "required": True,
                "text": "最希望改进的方面",
                "options": "课程种类\n离校时间\n收费公示\n餐食",
            },
            {"kind": "scale", "most": 0, "required": True, "text": "您对课后服务的满意程度", "options": ""},
            {"kind": "words", "most": 0, "required": False, "text": "您的建议", "options": ""},
        ),
    ),
    (
        "幼儿园入园办理便利度调研",
        "云岭市普惠性幼儿园管理办法",
        (
            {**_ONE, "text": "您用什么方式报名", "options": "网上\n到园\n社区代办"},
            {"kind": "scale", "most": 0, "required": True, "text": "报名是否方便", "options": ""},
            {"kind": "words", "most": 0, "required": False, "text": "哪个环节最不方便", "options": ""},
        ),
    ),
)
#: What people answered: by the question's place, options or a mark; and words to the last question.
SAID = (
    ([(1, [1]), (2, [1, 3]), (3, [4])], "收费标准请在校门口公示。"),
    ([(1, [1]), (2, [2]), (3, [5])], ""),
    ([(1, [2]), (2, [1, 4]), (3, [3])], "希望增加体育和科学课程。"),
    ([(1, [3]), (2, [3]), (3, [3])], "不知道怎样收费。"),
)
NOW = (([(1, [1]), (2, [4])], ""), ([(1, [2]), (2, [2])], "材料要跑两趟社区。"))
FINDINGS = {
    "findings": "<p>四分之三的家庭参加课后服务，满意程度平均3.8分；最希望改进的是课程种类和收费公示。</p>",
    "answers": (
        "<p>一、怎样收费。按学期收取，标准由市发展改革、教育部门核定，不参加的不收费。</p>"
        "<p>二、课程种类。下学期起每所学校至少开设体育、科学、艺术三类课程。</p>"
    ),
    "measures": "<p>各学校在校门口和网站公示收费标准，市教育局负责，本年12月底前完成。</p>",
}


def show(cast: Cast) -> None:
    """Tell of both."""
    body, column = cast.bodies["jiaoyu"], decisions_column()
    if column is None:
        return
    clerk, today = cast.actor(Role.CLERK, body), timezone.localdate()
    over = _asked(cast, body, column, 0, today - timedelta(days=60), today - timedelta(days=30))
    _filled_in(over, SAID, today - timedelta(days=45))
    with clock.at(clock.office_hour(today - timedelta(days=16), 20)):
        over = Survey.objects.get(pk=over.pk)
        text = actions.draft_findings(over, by=clerk)
        actions.write_announcement(text, by=clerk, terms=FINDINGS)
        _signed(cast, body, text, column, clerk)
    running = _asked(cast, body, column, 1, today - timedelta(days=8), today + timedelta(days=25))
    _filled_in(running, NOW, today - timedelta(days=4))


def _asked(cast: Cast, body: Body, column: Column, place_: int, day: date, ends: date) -> Survey:
    """Make a questionnaire and publish it."""
    clerk, (title, policy, questions) = cast.actor(Role.CLERK, body), MADE[place_]
    with clock.at(clock.office_hour(day, 15)):
        made: Survey = actions.register_survey(body, by=clerk, title=title, policy=policy)
        for facts in questions:
            actions.add_question(made, by=clerk, **facts)
        text = actions.announce_survey(made, by=clerk)
        intro = "为了解政策执行效果，改进工作，现开展网上调研，请您参加。"
        actions.write_announcement(text, by=clerk, terms={"intro": intro, "ends_on": ends.isoformat()})
        _signed(cast, body, text, column, clerk)
    return Survey.objects.get(pk=made.pk)


def _signed(cast: Cast, body: Body, text: Announcement, column: Column, clerk: Actor) -> None:
    place(document_of(text), by=clerk, columns=[column])
    sign(cast, submit(text, by=clerk), body)


def _filled_in(survey: Survey, said: tuple[tuple[list[tuple[int, list[int]]], str], ...], day: date) -> None:
    """Let people fill it in on a day."""
    numbers = [question["number"] for question in survey.asked]
    for minutes, (chosen, words) in enumerate(said):
        with clock.at(clock.office_hour(day, minutes * 20)):
            picked = {numbers[place_ - 1]: options for place_, options in chosen}
            written = {numbers[-1]: words} if words else {}
            made = actions.reply_survey(survey, by=ANONYMOUS, chosen=picked, words=written)
            issue_code(None, by=ANONYMOUS, matter=made.matter, second="")
