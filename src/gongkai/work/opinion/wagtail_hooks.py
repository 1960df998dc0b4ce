"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_menu, add_pages

add_pages("", "gongkai.work.opinion.urls")
add_menu(
    "舆情和承诺",
    "opinion",
    icon="comment",
    order=47,
    items=[
        ("政务舆情", "cases", "warning"),
        ("登记舆情", "collect", "plus"),
        ("舆情线索", "leads", "rss"),
        ("舆情统计", "figures", "table"),
        ("公开承诺", "promises", "check"),
        ("新闻发言人", "spokespeople", "user"),
        ("关注领域", "fields", "cog"),
        ("舆情来源", "feeds", "rss"),
        ("承诺主题", "topics", "tag"),
    ],
)
