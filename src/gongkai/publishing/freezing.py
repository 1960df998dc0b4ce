"""Freezing: everything that an edition of an item will say, taken from one revision. Its digest is what a signer signs."""

from typing import Any

from wagtail.models import Revision
from wagtail.rich_text import expand_db_html

from gongkai.editions.files import TYPES, named_as_stored
from gongkai.editions.frozen import FACTS, INNER, Frozen
from gongkai.editions.gates import held_back
from gongkai.editions.models import Audience
from gongkai.editions.vocabulary import Attribute
from gongkai.publishing.models import ItemPage, PictureSize
from gongkai.richtext import FILE_SCHEME, clean, plain
from gongkai.units.models import Body


def freeze(item: ItemPage, revision: Revision) -> Frozen:
    """Return what an edition made from this revision says."""
    return freeze_page(item.with_content_json(revision.content), item.unit)


def freeze_page(page: ItemPage, body: Body) -> Frozen:
    """Return what an edition would say of a page as it stands in memory (also for the editor's preview)."""
    html = clean(page.imported_html) if page.imported_html.strip() else clean(expand_db_html(page.body))
    facts = {name: _plain(getattr(page, name)) for name in (*FACTS, *INNER)}
    circle = sorted({body.pk, *(int(number) for number in page.circle)})
    limited = page.manner == Audience.LIMITED
    return Frozen(
        title=page.title.strip(),
        html=html,
        facts={**facts, "unit": body.name, "unit_id": body.pk, "standing": page.standing},
        files=_files(page, html),
        audience=Audience.LIMITED.value if limited else Audience.ALL.value,
        circle="/" + "".join(f"{number}/" for number in circle) if limited else "/",
    )


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "").strip()


def _files(page: ItemPage, html: str) -> list[dict[str, Any]]:
    """List attachments and the pictures of the text, by digest."""
    listed = [
        {
            "name": attachment.name,
            "digest": attachment.stored_id,
            "size": attachment.stored.size,
            "type": attachment.stored.type,
            "picture": False,
        }
        for attachment in page.attachments.all()
    ]
    marks = dict.fromkeys(part[:64] for part in html.split(f'src="{FILE_SCHEME}:')[1:])
    return listed + _pictures(sorted(marks))


def _pictures(marks: list[str]) -> list[dict[str, Any]]:
    """List the pictures of a text, and the smaller sizes of each (`of` names the one that the text names)."""
    listed = {mark: {"name": "", "digest": mark, "size": 0, "type": "", "picture": True} for mark in marks}
    smaller = []
    rows = PictureSize.objects.filter(base__in=marks).order_by("base_id", "width") if marks else ()
    for row in rows:
        if row.stored_id == row.base_id:
            listed[row.base_id] |= {"width": row.width, "height": row.height}
        else:
            smaller.append(
                {
                    "name": "",
                    "digest": row.stored_id,
                    "size": 0,
                    "type": "",
                    "picture": True,
                    "width": row.width,
                    "of": row.base_id,
                }
            )
    return [*listed.values(), *smaller]


def own_lacks(frozen: Frozen) -> list[tuple[str, str]]:
    """Return what an item's own fields still lack before it may be published: (field, a Chinese sentence) each."""
    facts = frozen.facts
    renamed = [
        f["name"] for f in frozen.files if not f["picture"] and not named_as_stored(f["name"], f["type"])
    ]
    named = [f["name"].rsplit(".", 1)[-1].lower() in TYPES for f in frozen.files if not f["picture"]]
    checks = [
        (not frozen.title, "title", "请填写标题。"),
        (not plain(frozen.html) and not frozen.files, "body", "正文为空，也没有附件。"),
        (not facts["formed_on"], "formed_on", "请填写形成或变更日期（公开时限由此起算）。"),
        (not facts["attribute"], "attribute", "请选择公开属性。"),
        (
            bool(facts["attribute"]) and facts["attribute"] != Attribute.PROACTIVE,
            "attribute",
            "公开属性不是“主动公开”，不能发布。",
        ),
        (not facts["attribute_basis"], "attribute_basis", "请选择公开依据。"),
        (
            frozen.audience == Audience.LIMITED and not facts["manner_reason"],
            "manner_reason",
            "限定范围公开的，请说明理由。",
        ),
        (not all(named), "uploads", "附件名称须带扩展名。"),
        (
            all(named) and bool(renamed),
            "uploads",
            f"附件“{'”“'.join(renamed[:3])}”的扩展名与上传的文件不符，请改回原来的扩展名。",
        ),
    ]
    return [(field, sentence) for wrong, field, sentence in checks if wrong]


def lacks(item: ItemPage, frozen: Frozen) -> list[str]:
    """Return what an item still lacks before it may be published, a Chinese sentence each: its own facts, then the gates."""
    return [*(sentence for _, sentence in own_lacks(frozen)), *held_back(item, frozen)]
