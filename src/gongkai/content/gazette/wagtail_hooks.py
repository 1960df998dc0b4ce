"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_item, add_pages

add_pages("gazette/", "gongkai.content.gazette.urls")
add_item("政府公报", "gazette:issues", name="gazette", icon="doc-full-inverse", order=43)
