"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_item, add_pages

add_pages("errands/", "gongkai.core.background_jobs.urls")
add_item("我的导出", "errands:mine", name="exports", icon="download", order=84)
