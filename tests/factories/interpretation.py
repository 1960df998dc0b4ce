"""Plans and interpretations of the invented 云岭市."""

from datetime import date
from typing import Any

from factories.publishing import item
from factories.units import actor
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.aspects import ASPECT_WORDS
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.models import Body, Role

POLICY = "<p>符合条件的企业每吸纳一名毕业生，给予一次性补贴三千元。</p><p>本办法自2026年12月1日起施行，有效期五年。</p>"
INTERPRETATION_BODY = "<h2>一、出台背景</h2><p>毕业生求职压力增大，不少企业反映用工成本偏高，两头都盼着有人搭把手。</p>"


PHASES = {"before_how": "征求意见时已作说明", "during_on": date(2027, 6, 1)}


def policy(body: Body, columns: list[Column], /, **fields: Any) -> ItemPage:
    """Return a draft of a policy document without an interpretation plan."""
    given = {"kind": "policy", "title": "云岭市稳岗就业补贴办法", "body": POLICY, "attribute_basis": "20.1"}
    return item(body, columns, **{**given, **fields})


def exempt_from_interpretation(page: ItemPage) -> ItemPage:
    """Exempt a policy item from interpretation, approved by the head, so that it can be published."""
    kept = actions.save_plan(
        page, by=actor(Role.CLERK, page.unit), needed=False, exempt_reason="转发上级文件，不作解读"
    )
    actions.approve_plan(kept, by=actor(Role.LEAD, page.unit))
    return page


def with_approved_plan(page: ItemPage, *forms: str) -> ItemPage:
    """Give a policy item an interpretation plan that its head approved."""
    kept = actions.save_plan(page, by=actor(Role.CLERK, page.unit), forms=forms or ("text",), **PHASES)
    actions.approve_plan(kept, by=actor(Role.LEAD, page.unit))
    return page


def interpretation(
    page: ItemPage, columns: list[Column], *, form: str = "text", body: str = INTERPRETATION_BODY
) -> ItemPage:
    """Return a linked interpretation of a policy item with all eight elements, ready to submit."""
    clerk = actor(Role.CLERK, page.unit)
    made = actions.draft_interpretation(ensure_document(page), by=clerk, form=form, body=body)
    from factories.checks import settle_findings, unreadable
    from gongkai.content.editions import frozen
    from gongkai.content.publishing import actions as publishing
    from gongkai.core.units.actors import SYSTEM

    if form != "text":
        name = {"picture": "图解.png", "video": "解读.mp4"}[form]
        publishing.save_revision(
            made, by=clerk, attachments=[(name, frozen.store_publishable_file(unreadable(name), name, SYSTEM))]
        )
    if columns:
        publishing.place(ensure_document(made), by=clerk, columns=columns)
    said = {key: {"text": f"见第{place}部分", "none": ""} for place, key in enumerate(ASPECT_WORDS, 1)}
    actions.answer_aspects(made, by=clerk, aspects=said)
    found: ItemPage = ItemPage.objects.get(pk=made.pk)
    settle_findings(found, clerk)
    return found
