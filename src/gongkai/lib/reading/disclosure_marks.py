"""Read the disclosure mark (此件公开发布), attachment names, and a site's document facts."""

from collections.abc import Iterable, Sequence

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_DISCLOSURE_MARK_RE = re.compile(rf"[（(]\s*(?P<mark>此件[{HAN}]{{2,12}})\s*[）)]")
_ATTACHMENT_LABEL_RE = re.compile(r"^附\s*件(?:[一二三四五六七八九十\d]{1,2})?\s*[:：]\s*(?P<name>\S.*)?$")
_LISTED_ATTACHMENT_RE = re.compile(r"^(?:\d{1,2}[．.、]|[（(]?\d{1,2}[）)])\s*(?P<name>\S.*)$")
_FILE_SUFFIX_RE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|ofd|rar|zip)$", re.IGNORECASE)
_ATTACHMENT_SEPARATOR_RE = re.compile(r"[；;]?\s*(?<![\d年])\d{1,2}[．.、](?!\d)\s*")
#: Longer than any attachment's name.
_MAX_ATTACHMENT_CHARACTERS = 80
#: Labels of a document's facts on web sites, with the name of the field here.
_FIELDS_BY_LABEL = {
    "发文字号": "doc_number",
    "文号": "doc_number",
    "发文机关": "issuer",
    "发布机构": "issuer",
    "发文单位": "issuer",
    "发文机构": "issuer",
    "公文标题": "title",
    "标题": "title",
}
_FACT_LABEL_RE = re.compile(
    r"(?P<label>发\s*文\s*字\s*号|文\s*号|发\s*文\s*机\s*关|发\s*布\s*机\s*构|发\s*文\s*单\s*位|发\s*文\s*机\s*构|公\s*文\s*标\s*题|标\s*题)\s*[:：]\s*(?P<value>[^\s：:]{2,80})"
)

#: Text that sites print at the foot of every page.
SITE_FOOTER_PATTERN = re.compile(
    r"[【\[]?\s*(?:打印|关闭|收藏|返回顶部|分享到|扫一扫|上一[篇条]|下一[篇条]|责任编辑|版权所有|网站标识码|技术支持|网站地图|联系我们|"
    r".{0,60}(?:ICP备|公网安备|版权所有))"
)


def find_public_mark(texts: Iterable[str]) -> str | None:
    """Return the disclosure mark (公开方式) as printed, without brackets; None if there is none."""
    return next((match["mark"] for text in texts for match in _DISCLOSURE_MARK_RE.finditer(text)), None)


def list_attachment_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names of attachments listed after 附件：, without their numbers."""
    for place, text in enumerate(texts):
        match = _ATTACHMENT_LABEL_RE.match(text.strip())
        if match is None:
            continue
        names = _split_attachment_names(match["name"] or "")
        for below in texts[place + 1 : place + 21]:
            listed = _LISTED_ATTACHMENT_RE.match(below.strip())
            if listed is None or listed["name"].endswith("。"):
                break
            names += _split_attachment_names(listed["name"])
        if names:
            return tuple(dict.fromkeys(names))
    return ()


def _split_attachment_names(text: str) -> list[str]:
    names = (_FILE_SUFFIX_RE.sub("", name.strip(" \u3000；;。")) for name in _ATTACHMENT_SEPARATOR_RE.split(text))
    return [name for name in names if 2 <= len(name) <= _MAX_ATTACHMENT_CHARACTERS]


def read_site_facts(texts: Iterable[str]) -> dict[str, str]:
    """Return the facts in the information block of a site's page: doc_number, issuer, title."""
    site_facts: dict[str, str] = {}
    for text in texts:
        for match in _FACT_LABEL_RE.finditer(text):
            site_facts.setdefault(_FIELDS_BY_LABEL["".join(match["label"].split())], match["value"].strip("，,;； "))
    return site_facts
