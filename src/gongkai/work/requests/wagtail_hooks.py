"""Register the office pages and menu items of this app."""

from django.urls import reverse_lazy
from django.utils.text import format_lazy

from gongkai.core.units.menus import add_menu, add_pages, menu_item

add_pages("requests/", "gongkai.work.requests.urls")
# The ledger, filtered by complaints.
COMPLAINTS_URL = format_lazy("{}?kind=complaint", reverse_lazy("ledger_list"))
add_menu(
    "依申请公开",
    "requests",
    icon="form",
    order=45,
    items=[
        ("申请登记簿", "list", "list-ul"),
        ("登记申请", "register", "plus"),
        ("年报表三、表四", "figures", "table"),
        ("办理统计", "statistics", "table"),
        ("收入台账", "fees", "list-ol"),
        ("文书模板", "templates", "doc-full"),
        ("案例汇编", "cases", "folder-open-inverse"),
        menu_item("信息公开投诉", COMPLAINTS_URL, name="requests-complaints", icon="warning"),
        ("登记投诉", "complaint", "plus"),
    ],
)
