"""The importer of the Q&A base from a spreadsheet."""

from collections.abc import Iterable

from django.db.models import Model

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rules import registers
from gongkai.core.spreadsheets.cells import day, long_text, short
from gongkai.core.spreadsheets.importers import Change, Difference, Plan, Recorder
from gongkai.core.spreadsheets.sheet import Column, Sheet, Table
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import NO_UNIT, bodies_by_name
from gongkai.work.consultation import actions, queries, rules
from gongkai.work.consultation.models import KnownAnswer, Theme

ANSWER_SHEET = Sheet(
    "政策问答库",
    (
        Column("question", "问题", short(300), required=True, width=50, also=("咨询问题", "问", "标题")),
        Column("variants", "其他问法", short(2000), width=40, also=("相似问法", "扩展问法")),
        Column("answer", "答复", long_text(10_000), required=True, width=80, also=("答案", "答复内容", "回答", "答")),
        Column("basis", "依据", short(600), width=40, also=("政策依据", "文件依据")),
        Column("body", "答复单位", short(120), width=28, also=("单位", "责任单位", "答复部门")),
        Column("themes", "主题", short(200), width=20, also=("分类", "类别", "领域")),
        Column("contact", "咨询电话", short(60), width=16, also=("电话",)),
        Column("valid_until", "有效期至", day, width=12),
        Column("kept_because", "不是个人信息的理由", short(300), width=30),
    ),
    max_rows=20000,
    intro="每行一个问题。其他问法用分号隔开，主题用顿号隔开。导入的是草稿，经初审、签发后使用。",
)


class KnownAnswerImporter:
    """Import and export the Q&A base."""

    adds_only = True
    makes = (KnownAnswer,)
    searches = ("question", "answer", "basis", "contact", "variants")
    name = "answers"
    label = "政策问答库"
    sheet = ANSWER_SHEET
    home = "consultation:answers"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons against importing: staff of units may."""
        return registers(by, None)

    def plan(self, table: Table, *, by: Actor) -> Plan:
        """Return the answers the rows would add; existing questions of a unit do not change."""
        made, own = Plan(), get_importing_unit(by)
        bodies = bodies_by_name(by)
        there = set(KnownAnswer.objects.values_list("question", "body_id"))
        themes = {theme.name: theme for theme in Theme.objects.all()}
        for row in table.rows:
            body = bodies.get(row["body"]) if row["body"] else own
            if body is None:
                made.errors.append(row.error(ANSWER_SHEET, "body", *NO_UNIT))
                continue
            if why := rules.check_unit_staff(by, body):
                made.errors.append(row.error(ANSWER_SHEET, "body", why[0], "请只导入本单位的问答"))
                continue
            key = (row["question"].strip(), body.pk)
            if key in there:
                made.same += 1
                continue
            there.add(key)
            named = [part.strip() for part in (row["themes"] or "").replace("，", "、").split("、") if part.strip()]
            facts = {
                "body": body,
                "question": row["question"],
                "answer": row["answer"],
                "variants": [part for part in (row["variants"] or "").replace(";", "；").split("；") if part.strip()],
                "basis": row["basis"] or "",
                "contact": row["contact"] or "",
                "valid_until": row["valid_until"],
                "kept_because": row["kept_because"] or "",
                "themes": [themes[one] for one in named if one in themes],
            }
            made.notes += [f"没有主题“{one}”，这一条不归入它。" for one in named if one not in themes][:1]
            shown = (Difference("答复", "", row["answer"][:120]),)
            made.changes.append(Change(row.number, row["question"], None, shown, facts))
        made.notes = list(dict.fromkeys(made.notes))
        return made

    def carry_out(self, change: Change, *, by: Actor, recorder: Recorder) -> None:
        """Add one draft."""
        facts = dict(change.facts)
        actions.write(facts.pop("body"), by=by, **facts)

    def against_undo(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: only drafts are deleted."""
        assert isinstance(row, KnownAnswer)
        if row.state != "draft":
            return [f"“{row.question}”已经提交初审或者使用，请停用。"]
        return rules.check_unit_staff(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the visible answers as rows of the sheet."""
        for known_answer in queries.answers_visible_to(by).prefetch_related("themes").order_by("pk").iterator(500):
            yield {
                "question": known_answer.question,
                "variants": "；".join(known_answer.variants),
                "answer": known_answer.answer,
                "basis": known_answer.basis,
                "body": known_answer.body.name,
                "themes": "、".join(theme.name for theme in known_answer.themes.all()),
                "contact": known_answer.contact,
                "valid_until": known_answer.valid_until,
                "kept_because": known_answer.kept_because,
            }


def get_importing_unit(by: Actor) -> Body | None:
    """Return the unit for which a user imports."""
    if by.system:
        return Body.objects.filter(parent=None, active_to=None).order_by("pk").first()
    if governments := rules.list_supervised_governments(by):
        return governments[0]
    numbers = [post.body_id for post in by.posts if post.role in {*rules.STAFF_ROLES, Role.CHIEF}]
    return Body.objects.filter(pk__in=numbers).order_by("pk").first()


ANSWER_IMPORTER = KnownAnswerImporter()
