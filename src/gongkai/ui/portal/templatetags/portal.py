"""Template tags: title line breaks, cached page parts, meta tags."""

from django import template
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.writing.titles import split_title_pieces
from gongkai.ui.portal import search_results
from gongkai.ui.portal.pages import find_public_page
from gongkai.ui.portal.tree import SiteTree

register = template.Library()
register.filter("marked", search_results.render_marked)
register.simple_tag(search_results.render_facets, name="narrowing")
register.simple_tag(search_results.render_search_result, takes_context=True, name="hit")
#: Minimum length of a title's last line.
MIN_LAST_LINE_CHARACTERS = 5
#: Characters per title line on a phone.
PHONE_LINE_CHARACTERS = 12
#: 工作的通知: the last topic word of a title and its kind.
_UNBROKEN_TITLE_END_PATTERN = re.compile(
    r"(?:工作|方案|办法|意见|规定|决定|细则|要点|名单|情况|问题)[》〉]?的[^的]{2,4}$"
)
#: Text that must stay on one line: dates, document numbers, quoted short names (“十五五”).
_UNBROKEN_TEXT_PATTERN = re.compile(
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{4}-\d{2}-\d{2}|第\d+[期号批次]|〔\d{4}〕\d+号|“[^“”]{1,5}”"
)


@register.filter
def unbroken(title: str) -> SafeString:
    """Keep dates, numbers and quoted short names of a title on one line."""
    pieces, position = [], 0
    for match in _UNBROKEN_TEXT_PATTERN.finditer(title):
        pieces += [escape(title[position : match.start()]), f'<span class="pk-whole">{escape(match[0])}</span>']
        position = match.end()
    return mark_safe("".join([*pieces, escape(title[position:])]))


@register.filter
def between_words(title: str) -> SafeString:
    """Allow line breaks of a title only between words (GB/T 9704—2012, 7.3.1).

    The kind of text (通知) is never alone on a line.
    """
    pieces = list(split_title_pieces(title))
    if (
        pieces
        and len(pieces[-1]) > PHONE_LINE_CHARACTERS
        and (match := _UNBROKEN_TITLE_END_PATTERN.search(pieces[-1]))
        and match.start()
    ):
        pieces[-1:] = [pieces[-1][: match.start()], match[0]]
    while (
        len(pieces) > 1
        and len(pieces[-1]) < MIN_LAST_LINE_CHARACTERS
        and len(pieces[-2] + pieces[-1]) <= 2 * MIN_LAST_LINE_CHARACTERS
    ):
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return mark_safe("<wbr>".join(unbroken(word) for word in pieces))


@register.simple_tag(takes_context=True)
def steady(context: Context, name: str, key: str = "") -> SafeString:
    """Render a template that depends only on the site and a key, and cache the result.

    Such a template must not use the request. The key must have few values.
    """
    tree = context.get("tree")
    texts: dict[tuple[str, str], SafeString] = tree.texts if isinstance(tree, SiteTree) else {}
    if (name, key) not in texts:
        template = context.template.engine.get_template(name)  # type: ignore[union-attr]
        site_context = Context({"tree": tree, "site": context.get("site"), "key": key})
        texts[name, key] = mark_safe(template.render(site_context))
    return texts[name, key]


@register.inclusion_tag("portal/page_tags.html", takes_context=True)
def page_tags(context: Context) -> dict[str, object]:
    """Render the column meta tags of a public page (国办发〔2017〕47号)."""
    request = context.get("request")
    return {"page": find_public_page(request.path) if request else None, "site": context.get("site")}
