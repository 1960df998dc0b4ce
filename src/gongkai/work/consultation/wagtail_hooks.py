"""Register the office pages and menu items of this app."""

from django.urls import reverse_lazy
from django.utils.text import format_lazy

from gongkai.core.units.menus import add_menu, add_pages, menu_item
from gongkai.work.consultation.kinds import INQUIRY_KIND_NAME
from gongkai.work.consultation.rules import takes_inquiries

add_pages("", "gongkai.work.consultation.urls")
# The ledger, filtered by inquiries.
INQUIRIES_URL = format_lazy("{}?kind={}", reverse_lazy("ledger_list"), INQUIRY_KIND_NAME)
add_menu(
    "互动交流",
    "consultation",
    icon="mail",
    order=46,
    items=[
        menu_item("咨询留言", INQUIRIES_URL, name="inquiries", icon="mail"),
        ("问答检索（接听）", "hotline", "search"),
        menu_item(
            "登记来电来信", "consultation:register", name="consultation-register", icon="plus", shown_to=takes_inquiries
        ),
        menu_item("查找来件", "intake_find", name="intake-find", icon="search"),
        ("公开信箱", "mails", "mail"),
        ("12345工单", "orders", "resubmit"),
        ("政策问答库", "answers", "list-ul"),
        ("问答库梳理", "rounds", "tasks"),
        ("检索效果", "search", "crosshairs"),
        ("建议和堵点", "results", "clipboard-list"),
        ("留言公开", "publications", "view"),
        ("留言统计", "figures", "table"),
        ("政策直通车", "firms", "doc-full"),
        ("对外联系电话", "phones", "mobile-alt"),
        ("综合咨询窗口", "windows", "user"),
    ],
)
