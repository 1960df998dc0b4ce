"""Addresses of the office's own pages, under /admin/."""

from django.urls import path

from gongkai.office.views import entry

urlpatterns = [
    path("ledger/", entry.page, name="ledger_list"),
    path("ledger/<int:pk>/", entry.page, name="ledger_entry"),
]
