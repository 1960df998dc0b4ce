"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_item, add_pages

add_pages("gathering/", "gongkai.oversight.gathering.urls")
add_item("归集", "gathering:index", name="gathering", icon="collapse-down", order=43)
