"""Register the office pages and menu items of this app."""

from django.urls import reverse_lazy
from django.utils.text import format_lazy

from gongkai.core.units.menus import add_item, add_pages

add_pages("operation/", "gongkai.work.site_operations.urls")
# The ledger, filtered by faults.
FAULTS_URL = format_lazy("{}?kind=fault", reverse_lazy("ledger_list"))
add_item("网站找错", FAULTS_URL, name="faults", icon="warning", order=46)
add_item("网站运行", "platform:index", name="operation", icon="cogs", order=47)
