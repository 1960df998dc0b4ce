"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_item, add_pages

add_pages("", "gongkai.work.tables.urls")
add_item("名录和公开表", "tables:index", name="tables", icon="table", order=44)
