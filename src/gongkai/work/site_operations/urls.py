"""URLs of this app, under /admin/operation/."""

from django.urls import path

from gongkai.work.site_operations import views
from gongkai.work.site_operations.registers import OperatedAccounts, OperatedSites, ReadingLogs, RestoreDrills

app_name = "platform"
urlpatterns = [
    *RestoreDrills.urls("drills/"),
    *ReadingLogs.urls("logs/"),
    path("texts/<number:number>/", views.download_regulation, name="text"),
    path("site/<number:number>/whole.zip", views.download_site, name="whole"),
    *OperatedSites.urls("", rows="site/"),
    *OperatedAccounts.urls("account/"),
]
