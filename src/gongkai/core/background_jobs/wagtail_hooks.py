"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import register_item, register_pages

register_pages("errands/", "gongkai.core.background_jobs.urls")
register_item("我的导出", "errands:mine", name="exports", icon="download", order=84)
