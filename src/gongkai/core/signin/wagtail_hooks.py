"""Register the pages of sign-in and the menu items 我的账号, 操作日志 and 统一身份."""

from gongkai.core.signin.queries import manages_identities, may_read_operations
from gongkai.core.units.menus import add_item, add_pages

add_pages("signin/", "gongkai.core.signin.urls")
add_item("我的账号", "signin:own", name="signin", icon="lock", order=90, shown_to=lambda by: True)
add_item("操作日志", "signin:log", name="operations", icon="history", order=66, shown_to=may_read_operations)
add_item("统一身份", "signin_identities", name="identities", icon="key", order=65, shown_to=manages_identities)
