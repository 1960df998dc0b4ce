"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_menu, add_pages

add_pages("interpretation/", "gongkai.content.interpretation.urls")
add_menu(
    "政策解读",
    "interpretation",
    icon="openquote",
    order=44,
    items=[
        ("待解读清单", "overview", "openquote"),
        ("新闻发布", "press", "comment"),
        ("解读专员", "specialists", "group"),
        ("专员制度", "specialist_rules", "doc-full"),
    ],
)
