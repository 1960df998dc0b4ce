"""What an edition will say, before it is one. Its digest is what a signer signs."""

from dataclasses import dataclass
from typing import Any

from gongkai.acts.digest import canonical, digest

#: Facts of an item that an edition keeps, in the order in which a page shows them: field → label.
FACTS: dict[str, str] = {
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
#: Facts that are kept for the record and shown to staff.
INNER = (
    "kind",
    "index_number",
    "formed_on",
    "attribute",
    "attribute_basis",
    "attribute_reason",
    "manner_reason",
)


@dataclass(frozen=True)
class Frozen:
    """The content of an edition before it is one."""

    title: str
    html: str
    facts: dict[str, Any]
    files: list[dict[str, Any]]
    audience: str
    circle: str

    @property
    def digest(self) -> str:
        """The digest over everything the edition will say, and to whom."""
        return content_digest(self.title, self.html, self.facts, self.files, self.audience, self.circle)


def content_digest(
    title: str, html: str, facts: dict[str, Any], files: list[dict[str, Any]], audience: str, circle: str
) -> str:
    """Return the digest of an edition's content; `verify` recomputes it from what is stored."""
    return digest(
        canonical(
            {
                "title": title,
                "html": html,
                "facts": facts,
                "files": files,
                "audience": audience,
                "circle": circle,
            }
        )
    )
