"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_item, add_pages

add_pages("inspection/", "gongkai.oversight.inspection.urls")
add_item("网站检查", "inspection:overview", name="inspection", icon="search", order=47)
