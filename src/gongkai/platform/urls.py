"""The room's addresses, under /admin/operation/."""

from django.urls import path

from gongkai.platform import operation_views as views

app_name = "platform"
urlpatterns = [
    path("", views.index, name="index"),
    path("drills/", views.drills, name="drills"),
    path("<slug:what>/<number:number>/", views.place, name="place"),
    path("<slug:what>/<number:number>/<slug:verb>/", views.act, name="act"),
    path("<slug:what>/<number:number>/texts/<number:row>/", views.text_file, name="text"),
    path("site/<number:number>/whole.zip", views.whole_site, name="whole"),
]
