"""The spreadsheet of past issues: one row an article, with its issue."""

from collections.abc import Iterable

from django.db.models import Model

from gongkai.content.gazette import actions, queries
from gongkai.content.gazette.actions import check_editor
from gongkai.content.gazette.models import Article, Issue
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import cached_in_batch
from gongkai.core.spreadsheets.cells import long_text, parse_day, short_text, whole_number
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Sheet, Table
from gongkai.core.units.models import Body
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies

#: Spreadsheet layout for articles of past issues.
ARTICLES_SHEET = Sheet(
    "政府公报篇目",
    (
        Column("body", "主办", short_text(120), width=24, also=("主办单位", "编印单位")),
        Column("name", "公报名称", short_text(120), width=26, also=("刊名",)),
        Column("year", "年份", whole_number(minimum=1949, maximum=2100), required=True, width=8, also=("年度",)),
        Column("number", "期号", whole_number(minimum=1, maximum=400), required=True, width=8, also=("期数", "期")),
        Column("total", "总期号", whole_number(minimum=1), width=8, also=("总期数", "总第")),
        Column("issued_on", "出版日期", parse_day, required=True, width=12, also=("出刊日期", "发行日期")),
        Column("section", "栏目", short_text(40), required=True, width=18, also=("版块",)),
        Column("title", "标题", short_text(300), required=True, width=50, also=("篇名", "文件标题", "文件名称")),
        Column("doc_number", "发文字号", short_text(80), width=22, also=("文号",)),
        Column("page", "页码", whole_number(minimum=1, maximum=2000), width=8, also=("起始页", "页")),
        Column("text", "正文", long_text(500_000), width=60, also=("内容",)),
    ),
    max_rows=20000,
    intro="每行一篇，同一期的各行年份、期号、出版日期相同。导入后为草稿，可以再上传各期的PDF，送审后公开。",
)


class PastIssueImporter(Importer):
    """Import and export the articles of issues."""

    adds_only = True
    makes = (Article,)
    name = "gazette"
    label = "政府公报篇目"
    sheet = ARTICLES_SHEET
    home = "gazette:issues"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons unless the actor edits a gazette."""
        return [] if by.system or queries.list_publishing_bodies(by).exists() else ["您没有可以编辑的公报。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Plan the new articles; existing ones stay unchanged."""
        made, bodies = ImportPlan(), map_names_to_bodies(by)
        own = queries.list_publishing_bodies(by).first() if not by.system else Body.objects.filter(parent=None).first()
        may: dict[int, list[str]] = {}
        existing = {
            (one.issue.body_id, one.issue.name, one.issue.year, one.issue.number, one.title)
            for one in Article.objects.select_related("issue")
        }
        for row in table.rows:
            body = bodies.get(row["body"]) if row["body"] else own
            if body is None:
                made.errors.append(row.error(ARTICLES_SHEET, "body", *UNKNOWN_UNIT_ERROR))
                continue
            if body.pk not in may:
                may[body.pk] = check_editor(by, body)
            if may[body.pk]:
                made.errors.append(row.error(ARTICLES_SHEET, "body", may[body.pk][0], "请由公报的主办单位导入"))
                continue
            name = row["name"] or f"{body.name}公报"
            key = (body.pk, name, row["year"], row["number"], row["title"].strip())
            if key in existing:
                made.same += 1
                continue
            existing.add(key)
            issue = {"body": body, "name": name, "year": row["year"], "number": row["number"]}
            issue |= {"total": row["total"], "issued_on": row["issued_on"]}
            article = {"section": row["section"], "title": row["title"], "number": row["doc_number"] or ""}
            article |= {"page": row["page"], "text": row["text"] or ""}
            difference = Difference("期号", "", f"{row['year']}年第{row['number']}期")
            made.changes.append(
                RowChange(row.number, row["title"], None, (difference,), {"issue": issue, "article": article})
            )
        return made

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add an article, opening its issue if needed."""
        issue = dict(change.facts["issue"])
        body = issue.pop("body")
        key = {name: issue[name] for name in ("name", "year", "number")}

        def find_or_open() -> Issue:
            """Return the unit's issue, opened and recorded if it did not exist."""
            found = Issue.objects.filter(body=body, **key).first()
            if found is None:
                found = actions.open_issue(body, by=by, past=True, **issue)
                recorder.made(found)
            return found

        found = cached_in_batch(("gazette.issue", body.pk, *key.values()), find_or_open)
        actions.add_article(found, by=by, **change.facts["article"])

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing a row whose issue was composed since."""
        assert isinstance(row, (Issue, Article))
        issue = row if isinstance(row, Issue) else row.issue
        if issue.latest_revision_id is not None:
            return ["这一期已经生成正文，不能撤销。"]
        return check_editor(by, issue)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the articles of the issues that the user sees, without their texts."""
        rows = Article.objects.filter(issue__in=queries.visible_to(by)).select_related("issue__body")
        for article in rows.order_by("issue__year", "issue__number", "position").iterator(1000):
            yield {
                "body": article.issue.body.name,
                "name": article.issue.name,
                "year": article.issue.year,
                "number": article.issue.number,
                "total": article.issue.total,
                "issued_on": article.issue.issued_on,
                "section": article.section,
                "title": article.title,
                "doc_number": article.number,
                "page": article.page,
                "text": "",
            }


PAST_ISSUE_IMPORTER = PastIssueImporter()
