"""URLs of this app, under /admin/operation/."""

from django.urls import path

from gongkai.work.site_operations import views
from gongkai.work.site_operations.registers import (
    OperatedAccountRegister,
    OperatedSiteRegister,
    ReadingLogRegister,
    RestoreDrillRegister,
)

app_name = "platform"
urlpatterns = [
    *RestoreDrillRegister.urls("drills/"),
    *ReadingLogRegister.urls("logs/"),
    path("texts/<number:number>/", views.download_regulation, name="text"),
    path("site/<number:number>/whole.zip", views.download_site, name="whole"),
    *OperatedSiteRegister.urls("", rows="site/"),
    *OperatedAccountRegister.urls("account/"),
]
