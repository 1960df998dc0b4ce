"""Let Wagtail's theme follow the device, as the public site does."""

import re
from collections.abc import Mapping

from wagtail.admin.forms.account import NameEmailForm, ThemePreferencesForm
from wagtail.admin.templatetags import wagtailadmin_tags as tags


def get_theme_class(context: Mapping[str, object]) -> str:
    """Return the page's theme classes, light or dark as the device asks."""
    return re.sub(r"w-theme-\w+", "w-theme-system", str(tags.admin_theme_classname(context)))


def get_colour_scheme(context: Mapping[str, object]) -> str:
    """Return the colour scheme for form fields and scroll bars."""
    return "light dark"


def patch_theme() -> None:
    """Follow the device's theme, and ask for one name on the account page."""
    tags.register.simple_tag(get_theme_class, takes_context=True, name="admin_theme_classname")
    tags.register.simple_tag(get_colour_scheme, takes_context=True, name="admin_theme_color_scheme")
    ThemePreferencesForm.base_fields.pop("theme", None)
    NameEmailForm.base_fields.pop("last_name", None)  # a Chinese name is one field
    NameEmailForm.base_fields["first_name"].label = "姓名"
