"""Wagtail hooks of the ledger: URLs and menu item."""

from django.urls import URLPattern, path
from wagtail import hooks

from gongkai.core.ledger import views
from gongkai.core.units.menus import add_item


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the URLs of attachments, of the working-day calendar and of periods of law."""
    return [
        path("ledger/attachment/<number:pk>/", views.download_attachment, name="ledger_attachment"),
        path("ledger/past/<number:pk>/", views.past_paper, name="ledger_past_paper"),
        path("ledger/past/<number:pk>/decide/", views.decide_past, name="ledger_past_decide"),
        path("ledger/calendar/", views.calendar_page, name="ledger_calendar"),
        path("ledger/calendar/enter/", views.enter_year_page, name="ledger_enter_year"),
        path("ledger/terms/", views.terms_page, name="ledger_terms"),
        path("ledger/terms/enter/", views.enter_term_page, name="ledger_enter_term"),
        path("ledger/terms/<number:pk>/", views.legal_change_page, name="ledger_legal_change"),
    ]


add_item("工作日历", "ledger_calendar", name="workdays", icon="calendar-alt", order=83)
