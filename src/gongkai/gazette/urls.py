"""The room's addresses, under /admin/gazette/."""

from django.urls import path

from gongkai.gazette import views

app_name = "gazette"
urlpatterns = [
    path("", views.index, name="issues"),
    path("<int:number>/", views.issue, name="issue"),
    path("<int:number>/choose/", views.choose, name="choose"),
    path("<int:number>/<slug:verb>/", views.act, name="act"),
]
