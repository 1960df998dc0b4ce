"""URLs of this app, under /admin/operation/."""

from django.urls import path

from gongkai.work.site_operations import views
from gongkai.work.site_operations.registers import Accounts, Drills, Logs, Sites

app_name = "platform"
urlpatterns = [
    *Drills.urls("drills/"),
    *Logs.urls("logs/"),
    path("texts/<number:number>/", views.text_file, name="text"),
    path("site/<number:number>/whole.zip", views.whole_site, name="whole"),
    *Sites.urls("", rows="site/"),
    *Accounts.urls("account/"),
]
