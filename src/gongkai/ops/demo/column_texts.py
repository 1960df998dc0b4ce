"""Sample data: texts of columns that inspections require, and of frequently asked subjects."""

from dataclasses import dataclass

from gongkai.content.editions.models import Column, ColumnUse
from gongkai.content.editions.queries import default_website
from gongkai.content.publishing import actions, columns
from gongkai.content.publishing.columns import make_placeholder_content
from gongkai.core.units.models import Person, Role
from gongkai.lib.richtext.composing import make_table
from gongkai.ops.demo import site
from gongkai.ops.demo.people import SampleStaff, read_objects, read_toml


@dataclass(frozen=True)
class SampleColumnText:
    """A sample text of a column; `column` is the column's path of names, joined by /, and `body` the key of its unit.

    `head` and `rows` are its table; `cycle` is the update cycle in days of a column that is created for it.
    """

    title: str
    paragraphs: tuple[str, ...]
    kind: str
    basis: str
    column: str
    cycle: int = 0
    subject: str = "综合政务"
    body: str = "shiban"
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """Return the names of the columns from the top to this one."""
        return tuple(self.column.split("/"))


#: The column that accepts news of its own unit only (由谁发布).
OWN_NEWS_COLUMN = ("政府网站", "要闻动态")
#: Number of the first texts that every portal must have or that notices name (P-05).
REQUIRED_TEXT_COUNT = 10


def create_column_texts(staff: SampleStaff, *, small: bool = False) -> None:
    """Create and open the columns, and publish their texts; with `small` only the first ten, which are required."""
    website, body = default_website(), staff.bodies["shiban"]
    if website is None:
        return
    pages = read_objects(read_toml("front"), "pages", SampleColumnText)[: REQUIRED_TEXT_COUNT if small else None]
    planned = columns.make_planned_columns(
        columns.plan_columns(website, [list(front_text.path) for front_text in pages]), by=staff.chief
    )
    person = Person.objects.get(pk=staff.actor(Role.CLERK, body).person_id or 0)
    for page in pages:
        column = Column.objects.get(pk=planned.columns[page.path].pk)
        facts = {"owner": body, "person": person, "cycle_days": page.cycle}
        actions.change_column(column, by=staff.chief, content=make_placeholder_content(page.path[-1]), **facts)
        column = Column.objects.get(pk=column.pk)
        if not column.is_open:
            actions.open_column(column, by=site.get_second_person(staff))
    for page in reversed(pages):  # lists show the newest first, so popular pages are created last
        column = Column.objects.get(pk=planned.columns[page.path].pk)
        _publish_text(staff, page, column)
        if page.path == OWN_NEWS_COLUMN:
            actions.set_publishers(column, by=staff.chief, admits=ColumnUse.NAMED)


def publish_livelihood_texts(staff: SampleStaff) -> None:
    """Publish the texts of `data/livelihood.toml` in their columns, which exist."""
    for one in read_objects(read_toml("livelihood"), "text", SampleColumnText):
        _publish_text(staff, one, Column.objects.get(website__is_default=True, name=one.column, archived_at=None))


def _publish_text(staff: SampleStaff, text: SampleColumnText, column: Column) -> None:
    html = "".join(f"<p>{words}</p>" for words in text.paragraphs) + (
        make_table(text.head, text.rows) if text.rows else ""
    )
    facts = {"kind": text.kind, "subject": text.subject, "attribute_basis": text.basis}
    site.publish_new_item(staff, staff.bodies[text.body], [column], text.title, html, **facts)
