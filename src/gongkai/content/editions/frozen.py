"""The content of a future edition, frozen so that signers sign its digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from django.core.files.base import File

from gongkai.content.editions.models import Audience
from gongkai.content.editions.models.editions import DisclosureAttribute
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical_json, digest, matches_digest
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES as TYPES
from gongkai.core.files.kinds import has_stored_type
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store as store_file
from gongkai.core.units.models import Body
from gongkai.lib.richtext import clean_html, to_plain_text

__all__ = ["TYPES", "store_publishable_file"]


def store_publishable_file(content: bytes | File[bytes], name: str, by: Actor | None = None) -> StoredFile:
    """Store a file that may be published under its file name; raise the errors of `files.store.store`."""
    return store_file(content, name, by, kinds=TYPES)


#: Facts of an item that an edition contains, in the order of display: field → label.
PUBLIC_FACT_LABELS: dict[str, str] = {
    "document_number": "发文字号",
    "issuer": "发文机关",
    "subject": "主题分类",
    "genre": "体裁分类",
    "written_on": "成文日期",
    "effective_on": "施行日期",
    "ends_on": "有效期至",
    "keywords": "主题词",
    "source": "信息来源",
    "policy_focus": "政策重点",
    "summary": "内容概述",
}
#: Facts of a published message (网民留言): field → label; only some sources have them.
MESSAGE_FACTS: dict[str, str] = {
    "category": "留言类别",
    "received_on": "受理日期",
    "answered_on": "答复日期",
    "answered_by": "答复部门",
}
#: Facts that are stored for the record and shown to staff only.
INTERNAL_FACTS = (
    "kind",
    "index_number",
    "formed_on",
    "attribute",
    "attribute_basis",
    "attribute_reason",
    "manner_reason",
)


class FrozenFile(TypedDict):
    """A file of a future edition, with its size in bytes.

    `picture` is true for a picture in the text, which has its dimensions if known. A smaller size
    of a picture names its digest in `of`.
    """

    name: str
    digest: str
    size: int
    type: str
    picture: bool
    width: NotRequired[int]
    height: NotRequired[int]
    of: NotRequired[str]


@dataclass(frozen=True)
class FrozenContent:
    """The content of a future edition, which no longer changes.

    `audience` is an `Audience`. `circle` contains the keys of the bodies that may read a limited text: `/3/8/`.
    """

    title: str
    html: str
    facts: dict[str, object]
    files: list[FrozenFile]
    audience: str
    circle: str

    @property
    def digest(self) -> str:
        """The digest of everything in the edition, with its audience."""
        return compute_content_digest(self.title, self.html, self.facts, self.files, self.audience, self.circle)


def compute_content_digest(
    title: str,
    html: str,
    facts: Mapping[str, object],
    files: Sequence[Mapping[str, object]],
    audience: str,
    circle: str,
) -> str:
    """Return the digest of an edition's content, computed by the present method."""
    return digest(_serialize_content(title, html, facts, files, audience, circle))


def has_content_digest(
    digest: str,
    title: str,
    html: str,
    facts: Mapping[str, object],
    files: Sequence[Mapping[str, object]],
    audience: str,
    circle: str,
) -> bool:
    """Return true if a digest matches an edition's content, by our method or that of an older inner installation."""
    return matches_digest(digest, _serialize_content(title, html, facts, files, audience, circle))


def _serialize_content(
    title: str,
    html: str,
    facts: Mapping[str, object],
    files: Sequence[Mapping[str, object]],
    audience: str,
    circle: str,
) -> str:
    """Return a text with its facts and files as canonical JSON, for its digest."""
    return canonical_json(
        {"title": title, "html": html, "facts": facts, "files": files, "audience": audience, "circle": circle}
    )


def freeze_text(
    *,
    title: str,
    html: str,
    unit: Body,
    kind: str,
    facts: Mapping[str, object] | None = None,
    files: Sequence[tuple[str, StoredFile]] = (),
) -> FrozenContent:
    """Return the content of an edition of a text without an editor page; facts not given are empty.

    Args:
        title: as readers see it.
        html: the text; it is cleaned.
        unit: the publishing unit.
        kind: an `ItemKind`.
        facts: of `PUBLIC_FACT_LABELS`, `MESSAGE_FACTS` and `INTERNAL_FACTS`, days as 2026-05-06.
        files: (name, stored file) of each attachment.
    """
    values = {
        name: str(value)
        for name, value in (facts or {}).items()
        if name in {*PUBLIC_FACT_LABELS, *MESSAGE_FACTS, *INTERNAL_FACTS}
    }
    return FrozenContent(
        title=title.strip(),
        html=clean_html(html),
        facts=dict.fromkeys((*PUBLIC_FACT_LABELS, *INTERNAL_FACTS), "")
        | {"standing": ""}
        | values
        | {"kind": kind, "unit": unit.name, "unit_id": unit.pk},
        files=[
            {"name": name, "digest": file.pk, "size": file.size, "type": file.type, "picture": False}
            for name, file in files
        ],
        audience=Audience.ALL.value,
        circle="/",
    )


def list_missing_parts(frozen: FrozenContent) -> list[tuple[str, str]]:
    """Return (field, Chinese sentence) for each part that a public text lacks or has wrong, such as its title."""
    attached = [file for file in frozen.files if not file["picture"]]
    named = [file["name"].rsplit(".", 1)[-1].lower() in TYPES for file in attached]
    renamed = [file["name"] for file in attached if not has_stored_type(file["name"], file["type"])]
    checks = [
        (not frozen.title, "title", "请填写标题。"),
        (not to_plain_text(frozen.html) and not frozen.files, "body", "正文为空，也没有附件。"),
        (
            bool(frozen.facts["attribute"]) and frozen.facts["attribute"] != DisclosureAttribute.PROACTIVE,
            "attribute",
            "公开属性不是“主动公开”，不能发布。",
        ),
        (
            frozen.audience == Audience.LIMITED and not frozen.facts["manner_reason"],
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
