"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import register_item, register_pages

register_pages("gazette/", "gongkai.content.gazette.urls")
register_item("政府公报", "gazette:issues", name="gazette", icon="doc-full-inverse", order=43)
