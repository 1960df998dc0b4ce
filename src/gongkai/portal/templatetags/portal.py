"""What stands on every page of a site is drawn once, and again when the site or its columns changed."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from gongkai.portal.pages import page_over
from gongkai.portal.tree import SiteTree

register = template.Library()


@register.simple_tag(takes_context=True)
def steady(context: Context, name: str, key: str = "") -> SafeString:
    """Draw a template that depends on the site and a key alone; kept with the site's tree, which is read anew when its stamp moves on.

    A template drawn this way must not look at the request, nor at anything of the page. The key takes few values.
    """
    tree = context.get("tree")
    kept: dict[tuple[str, str], SafeString] = tree.texts if isinstance(tree, SiteTree) else {}
    if (name, key) not in kept:
        found = context.template.engine.get_template(name)  # type: ignore[union-attr]
        alone = Context({"tree": tree, "site": context.get("site"), "key": key})
        kept[name, key] = mark_safe(found.render(alone))
    return kept[name, key]


@register.inclusion_tag("portal/page_tags.html", takes_context=True)
def page_tags(context: Context) -> dict[str, Any]:
    """Draw the column tags of a public page that is no column: every page of a government site names its column (国办发〔2017〕47号)."""
    request = context.get("request")
    return {"page": page_over(request.path) if request else None, "site": context.get("site")}
