"""Register the office pages and menu items of this app."""

from gongkai.content.editions.rules import MANAGING
from gongkai.core.units.menus import register_item, register_pages

register_pages("migration/", "gongkai.content.migration.urls")
register_item(
    "旧网站迁移",
    "migration:overview",
    name="migration",
    icon="download",
    order=1,
    shown_to=lambda by: by.has(*MANAGING),
    hook="register_transfer_menu_item",
)
