"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import register_item, register_pages

register_pages("gathering/", "gongkai.oversight.gathering.urls")
register_item("归集", "gathering:index", name="gathering", icon="collapse-down", order=43)
