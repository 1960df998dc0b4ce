"""URLs of the back office, under /admin/."""

from django.urls import path

from gongkai.ui.office.registers import UrgingRegister
from gongkai.ui.office.views import act, boards, entry, home, ledger, statistics, urging

urlpatterns = [
    path("below/", home.home_rest_fragment, name="office_home_below"),
    path("find/", home.search_page, name="office_find"),
    path("more/", home.all_pages_page, name="office_more"),
    path("apps/", home.switches_page, name="office_apps"),
    path("ledger/", ledger.ledger_page, name="ledger_list"),
    path("ledger/export/", ledger.export_ledger, name="ledger_export"),
    path("ledger/urging/", urging.urging_page, name="ledger_urging"),
    path("ledger/urging/send/", urging.send_urgings, name="ledger_urging_send"),
    *UrgingRegister.urls("ledger/urging/sent/"),
    path("ledger/urging/<number:pk>/receive/", urging.acknowledge_urging, name="ledger_urging_receive"),
    path("ledger/bulk/", act.bulk_action_page, name="ledger_bulk"),
    path("ledger/filters/", ledger.save_filter, name="ledger_filter_save"),
    path("ledger/filters/<number:pk>/remove/", ledger.remove_filter, name="ledger_filter_remove"),
    path("ledger/<number:pk>/", entry.entry_page, name="ledger_entry"),
    path("ledger/<number:pk>/beside/", entry.entry_side_fragment, name="ledger_beside"),
    path("ledger/<number:pk>/act/<str:name>/", act.action_page, name="ledger_act"),
    path("statistics/", statistics.statistics_page, name="office_statistics"),
    path("board/", boards.redirect_to_board, name="office_board"),
    path("board/leader/", boards.leader_page, name="office_leader"),
    path("board/leader/<slug:name>.svg", boards.download_chart, name="office_chart"),
    path("board/week/", boards.week_page, name="office_week"),
    path("board/standing/", boards.unit_results_page, name="office_standing"),
    path("board/standing/<number:number>/", boards.unit_results_page, name="office_standing_of"),
    path("statistics/export/", statistics.export_statistics, name="office_statistics_export"),
]
