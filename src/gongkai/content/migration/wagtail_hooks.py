"""Register the office pages and menu items of this app."""

from gongkai.content.editions.rules import MANAGING_ROLES
from gongkai.core.units.menus import add_item, add_pages

add_pages("migration/", "gongkai.content.migration.urls")
add_item(
    "旧网站迁移",
    "migration:overview",
    name="migration",
    icon="download",
    order=1,
    shown_to=lambda by: by.has(*MANAGING_ROLES),
    hook="register_transfer_menu_item",
)
