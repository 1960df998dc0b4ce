"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_item, add_pages

add_pages("newmedia/", "gongkai.work.newmedia.urls")
add_item("政务新媒体", "newmedia:index", name="newmedia", icon="mobile-alt", order=47)
