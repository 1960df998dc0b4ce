"""Let Wagtail's theme follow the device, as the public site does."""

import re
from collections.abc import Mapping

from wagtail.admin.forms.account import ThemePreferencesForm
from wagtail.admin.templatetags import wagtailadmin_tags as tags
from wagtail.admin.views.account import AccountView, ThemeSettingsPanel
from wagtail.users.models import UserProfile


def get_theme_class(context: Mapping[str, object]) -> str:
    """Return the page's theme classes, light or dark as the device asks."""
    return re.sub(r"w-theme-\w+", "w-theme-system", str(tags.admin_theme_classname(context)))


def get_colour_scheme(context: Mapping[str, object]) -> str:
    """Return the colour scheme for form fields and scroll bars."""
    return "light dark"


def _list_panels(view: AccountView) -> list[ThemeSettingsPanel]:
    user = view.request.user
    return [ThemeSettingsPanel(view.request, user, UserProfile.get_for_user(user))]


def patch_theme() -> None:
    """Make Wagtail follow the device's theme, and leave account settings to 我的账号."""
    tags.register.simple_tag(get_theme_class, takes_context=True, name="admin_theme_classname")
    tags.register.simple_tag(get_colour_scheme, takes_context=True, name="admin_theme_color_scheme")
    ThemePreferencesForm.base_fields.pop("theme", None)
    AccountView.get_panels = _list_panels
    AccountView.page_title = "界面偏好"
