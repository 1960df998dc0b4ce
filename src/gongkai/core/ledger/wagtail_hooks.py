"""Wagtail hooks of the ledger: URLs and menu item."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.core.ledger import views
from gongkai.core.units.actors import actor_of


class _StaffMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Return true for users with an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the URLs of attachments, of the working-day calendar and of periods of law."""
    return [
        path("ledger/attachment/<int:pk>/", views.attachment, name="ledger_attachment"),
        path("ledger/past/<int:pk>/", views.past_paper, name="ledger_past_paper"),
        path("ledger/past/<int:pk>/decide/", views.decide_past, name="ledger_past_decide"),
        path("ledger/calendar/", views.calendar, name="ledger_calendar"),
        path("ledger/calendar/enter/", views.enter_year, name="ledger_enter_year"),
        path("ledger/terms/", views.terms, name="ledger_terms"),
        path("ledger/terms/enter/", views.enter_term, name="ledger_enter_term"),
        path("ledger/terms/<int:pk>/", views.legal_change, name="ledger_legal_change"),
    ]


@hooks.register("register_admin_menu_item")
def register_calendar_item() -> MenuItem:
    """Register the menu item 工作日历."""
    return _StaffMenuItem(
        "工作日历", reverse_lazy("ledger_calendar"), name="workdays", icon_name="calendar-alt", order=83
    )
