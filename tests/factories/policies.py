"""Policy documents in the library of the invented 云岭市."""

from datetime import date
from typing import Any

from factories.publishing import item, released, signed
from factories.units import actor
from gongkai.content.editions.models import Column, Document
from gongkai.content.policies import actions
from gongkai.content.policies.models import PolicyLevel, PolicyRecord
from gongkai.content.publishing.models import find_document_item
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

FACTS: dict[str, Any] = {
    "title": "云岭市行政规范性文件管理办法",
    "level": PolicyLevel.NORMATIVE,
    "issuers": "云岭市人民政府",
    "number": "云府规〔2024〕3号",
    "unified_number": "YLGF-2024-003",
    "made_on": date(2024, 3, 28),
    "published_on": date(2024, 4, 1),
    "effective_on": date(2024, 5, 1),
    "ends_on": date(2029, 4, 30),
    "exemption": "不涉及公民、法人和其他组织的权利义务。",
}
SERIAL_NUMBERS = iter(range(10, 10_000))


def record(body: Body, /, *, by: Actor | None = None, **facts: Any) -> PolicyRecord:
    """Return a record in the library without a draft, with a serial number by default."""
    serial = next(SERIAL_NUMBERS)
    own = {"number": f"云府规〔2024〕{serial}号", "unified_number": "", "title": f"云岭市第{serial}号办法"}
    made: PolicyRecord = actions.enter_record(body, by=by or actor(Role.CLERK, body), **{**FACTS, **own, **facts})
    return made


def public(
    body: Body,
    columns: list[Column],
    /,
    *,
    html: str = "<p>为了规范管理，制定本办法。</p>",
    reviewed: bool = False,
    **facts: Any,
) -> PolicyRecord:
    """Return a public record, unsigned unless `reviewed`."""
    made = record(body, **facts)
    made.html = html
    made.save()
    actions.draft_item(made, by=actor(Role.CLERK, body), columns=columns)
    made.refresh_from_db()
    assert made.document is not None
    page = find_document_item(made.document)
    assert page is not None
    (signed if reviewed else released)(page)
    made.refresh_from_db()
    return made


def guide(body: Body, columns: list[Column], /, **facts: Any) -> Any:
    """Return a service guide in the office."""
    given = {"title": "老旧小区加装电梯办事指南", "kind": "guide", "body": "<p>到窗口办理。</p>"}
    return item(body, columns, **{**given, **facts})


def public_validity(made: PolicyRecord) -> str:
    """Return the validity status that the public reads."""
    return Document.objects.get(pk=made.document_id).standing
