"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import register_item, register_pages

register_pages("", "gongkai.work.tables.urls")
register_item("名录和公开表", "tables:index", name="tables", icon="table", order=44)
