"""What stands on every page of a site is drawn once, and again when the site or its columns changed."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

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
