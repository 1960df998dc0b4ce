"""URLs under /admin/gazette/."""

from django.urls import path

from gongkai.content.gazette import views
from gongkai.content.gazette.registers import IssueRegister

app_name = "gazette"
urlpatterns = [
    *IssueRegister.urls(""),
    path("articles.xlsx", views.articles, name="articles"),
    path("files/", views.files, name="files"),
    path("<int:number>/", views.issue, name="issue"),
    path("<int:number>/choose/", views.choose, name="choose"),
    path("<int:number>/<slug:verb>/", views.act, name="act"),
]
