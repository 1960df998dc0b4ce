"""The room's addresses, under /admin/operation/."""

from django.urls import path

from gongkai.platform import operation_views as views
from gongkai.platform.registers import Drills

app_name = "platform"
urlpatterns = [
    path("", views.index, name="index"),
    *Drills.urls("drills/"),
    path("<slug:what>/<number:number>/", views.place, name="place"),
    path("<slug:what>/<number:number>/<slug:verb>/", views.act, name="act"),
    path("<slug:what>/<number:number>/texts/<number:row>/", views.text_file, name="text"),
    path("site/<number:number>/whole.zip", views.whole_site, name="whole"),
]
