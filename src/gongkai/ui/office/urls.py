"""URLs of the back office, under /admin/."""

from django.urls import path

from gongkai.ui.office.registers import Urgings
from gongkai.ui.office.views import act, apps, boards, bulk, entry, filters, find, ledger, statistics, urging

urlpatterns = [
    path("below/", boards.home_below, name="office_home_below"),
    path("find/", find.page, name="office_find"),
    path("more/", apps.more, name="office_more"),
    path("apps/", apps.page, name="office_apps"),
    path("ledger/", ledger.page, name="ledger_list"),
    path("ledger/export/", ledger.export, name="ledger_export"),
    path("ledger/urging/", urging.page, name="ledger_urging"),
    path("ledger/urging/send/", urging.send, name="ledger_urging_send"),
    *Urgings.urls("ledger/urging/sent/"),
    path("ledger/urging/<int:pk>/receive/", urging.receive, name="ledger_urging_receive"),
    path("ledger/bulk/", bulk.page, name="ledger_bulk"),
    path("ledger/filters/", filters.save, name="ledger_filter_save"),
    path("ledger/filters/<int:pk>/remove/", filters.remove, name="ledger_filter_remove"),
    path("ledger/<int:pk>/", entry.page, name="ledger_entry"),
    path("ledger/<int:pk>/beside/", entry.beside, name="ledger_beside"),
    path("ledger/<int:pk>/act/<str:name>/", act.page, name="ledger_act"),
    path("statistics/", statistics.page, name="office_statistics"),
    path("board/", boards.board, name="office_board"),
    path("board/leader/", boards.leader, name="office_leader"),
    path("board/leader/<slug:name>.svg", boards.chart, name="office_chart"),
    path("board/week/", boards.week, name="office_week"),
    path("board/standing/", boards.standing, name="office_standing"),
    path("board/standing/<number:number>/", boards.standing, name="office_standing_of"),
    path("statistics/export/", statistics.export, name="office_statistics_export"),
]
