"""URLs under /admin/gazette/."""

from django.urls import path

from gongkai.content.gazette import views
from gongkai.content.gazette.registers import IssueRegister

app_name = "gazette"
urlpatterns = [
    *IssueRegister.urls(""),
    path("articles.xlsx", views.export_articles, name="articles"),
    path("files/", views.upload_issue_files, name="files"),
    path("<number:number>/", views.issue_page, name="issue"),
    path("<number:number>/choose/", views.choose_documents_page, name="choose"),
    path("<number:number>/<slug:verb>/", views.change_articles, name="act"),
]
