"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import register_item, register_pages

register_pages("inspection/", "gongkai.oversight.inspection.urls")
register_item("网站检查", "inspection:overview", name="inspection", icon="search", order=47)
