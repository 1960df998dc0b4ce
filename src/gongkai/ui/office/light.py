"""The office on paper, whatever the machine prefers: our pages are drawn in ink, which Wagtail's dark theme would put on black."""

import re
from collections.abc import Mapping

from wagtail.admin.forms.account import ThemePreferencesForm
from wagtail.admin.templatetags import wagtailadmin_tags as tags


def paper(context: Mapping[str, object]) -> str:
    """Return the classes of a page as Wagtail gives them (contrast, density), its theme always the light one."""
    return re.sub(r"w-theme-\w+", "w-theme-light", str(tags.admin_theme_classname(context)))


def scheme(context: Mapping[str, object]) -> str:
    """Return the colour scheme that browsers draw fields and scroll bars in."""
    return "light"


def use() -> None:
    """Put the light theme in the place of the choice, and take the choice out of the account's page."""
    tags.register.simple_tag(paper, takes_context=True, name="admin_theme_classname")
    tags.register.simple_tag(scheme, takes_context=True, name="admin_theme_color_scheme")
    ThemePreferencesForm.base_fields.pop("theme", None)
