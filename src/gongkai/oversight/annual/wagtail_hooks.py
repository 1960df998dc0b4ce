"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_menu, add_pages

add_pages("annual/", "gongkai.oversight.annual.urls")
add_menu(
    "年度报告",
    "annual",
    icon="doc-full",
    order=70,
    items=[("年度报告", "list", "list-ul"), ("往年报告", "earlier", "history")],
)
