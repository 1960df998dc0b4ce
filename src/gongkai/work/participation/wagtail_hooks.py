"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_item, add_menu, add_pages

add_pages("decisions/", "gongkai.work.participation.urls")
add_menu(
    "决策预公开",
    "participation",
    icon="group",
    order=47,
    items=[
        ("决策事项", "decisions", "list-ul"),
        ("年度目录", "catalogues", "doc-full"),
        ("决策统计", "figures", "table"),
    ],
)
add_item("政府开放日", "participation:openings", name="openings", icon="group", order=47)
add_item("网上调研", "participation:surveys", name="surveys", icon="form", order=48)
