"""What people ask first in every city: buses, housing fund, rented housing, health insurance, school districts, care of the old."""

import tomllib
from collections.abc import Mapping
from importlib import resources

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.vocabulary import Attribute
from gongkai.content.publishing import actions
from gongkai.core.units.models import Role
from gongkai.lib.richtext.composing import table
from gongkai.lib.typed_json import records, text, texts
from gongkai.ops.demo import site
from gongkai.ops.demo.cast import Cast


def show(cast: Cast) -> None:
    """Publish each text of `data/livelihood.toml` in its column, signed by the people of its unit."""
    data = resources.files("gongkai.ops.demo").joinpath("data/livelihood.toml").read_text(encoding="utf-8")
    for told in records(tomllib.loads(data), "text"):
        _publish(cast, told)


def _publish(cast: Cast, told: Mapping[str, object]) -> None:
    body, today = cast.bodies[text(told, "body")], timezone.localdate()
    column = Column.objects.get(website__is_default=True, name=text(told, "column"), archived_at=None)
    page = actions.draft(
        body,
        by=cast.actor(Role.CLERK, body),
        columns=[column],
        title=text(told, "title"),
        kind=text(told, "kind"),
        imported_html=_html(told),
        issuer=body.name,
        formed_on=today,
        written_on=today,
        subject=text(told, "subject"),
        source=body.label,
        attribute=Attribute.PROACTIVE,
        attribute_basis=text(told, "basis"),
    )
    site.sign(cast, actions.submit(page, by=cast.actor(Role.CLERK, body)), body)


def _html(told: Mapping[str, object]) -> str:
    paragraphs = "".join(f"<p>{words}</p>" for words in texts(told, "paragraphs"))
    rows = [[text(row, head) for head in texts(told, "head")] for row in records(told, "rows")]
    return paragraphs + (table(texts(told, "head"), rows) if rows else "")
