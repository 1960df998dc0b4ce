"""Sample data: texts of columns that inspections require, and of frequently asked subjects."""

from dataclasses import dataclass

from gongkai.content.editions.models import Admits, Column
from gongkai.content.editions.queries import default_website
from gongkai.content.publishing import actions, columns
from gongkai.content.publishing.columns import describe_by_name
from gongkai.core.units.models import Person, Role
from gongkai.lib.richtext.composing import table
from gongkai.ops.demo import site
from gongkai.ops.demo.cast import Cast, read_objects, read_toml


@dataclass(frozen=True)
class Page:
    """A sample text with its column; `cycle` in days if a column is created for it."""

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
        """Return the names of the columns down to this one."""
        return tuple(self.column.split("/"))


#: The column that takes nobody's news but its own unit's (由谁发布).
OWN_NEWS_COLUMN = ("政府网站", "要闻动态")
#: Of these, the first so many must be on every portal, or are columns that notices name (P-05).
MIN_FRONT_PAGES = 10


def create_front_texts(cast: Cast, *, small: bool = False) -> None:
    """Create the columns, and publish the first text of each; with `small` only the required ones."""
    website, body = default_website(), cast.bodies["shiban"]
    if website is None:
        return
    pages = read_objects(read_toml("front"), "pages", Page)[: MIN_FRONT_PAGES if small else None]
    made = columns.make_planned_columns(columns.plan_columns(website, [list(one.path) for one in pages]), by=cast.chief)
    person = Person.objects.get(pk=cast.actor(Role.CLERK, body).person_id or 0)
    for one in pages:
        column = Column.objects.get(pk=made.columns[one.path].pk)
        facts = {"owner": body, "person": person, "cycle_days": one.cycle}
        actions.change_column(column, by=cast.chief, content=describe_by_name(one.path[-1]), **facts)
        column = Column.objects.get(pk=column.pk)
        if not column.is_open:
            actions.open_column(column, by=site.second_person(cast))
    for one in reversed(pages):  # lists begin with the newest: what people read stands before fees and duties
        column = Column.objects.get(pk=made.columns[one.path].pk)
        _publish(cast, one, column)
        if one.path == OWN_NEWS_COLUMN:
            actions.set_publishers(column, by=cast.chief, admits=Admits.NAMED)


def show_livelihood(cast: Cast) -> None:
    """Publish the texts of `data/livelihood.toml` in their columns."""
    for one in read_objects(read_toml("livelihood"), "text", Page):
        _publish(cast, one, Column.objects.get(website__is_default=True, name=one.column, archived_at=None))


def _publish(cast: Cast, one: Page, column: Column) -> None:
    html = "".join(f"<p>{words}</p>" for words in one.paragraphs) + (table(one.head, one.rows) if one.rows else "")
    facts = {"kind": one.kind, "subject": one.subject, "attribute_basis": one.basis}
    site.publish_today(cast, cast.bodies[one.body], [column], one.title, html, **facts)
