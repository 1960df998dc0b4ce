"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import register_item, register_pages

register_pages("newmedia/", "gongkai.work.newmedia.urls")
register_item("政务新媒体", "newmedia:index", name="newmedia", icon="mobile-alt", order=47)
