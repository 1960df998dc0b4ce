"""URLs of the handbook, under /admin/help/."""

from django.urls import path

from gongkai.ui.handbook import views

app_name = "handbook"
urlpatterns = [
    path("", views.contents_page, name="contents"),
    path("all/", views.print_page, name="whole"),
    path("handbook.docx", views.download_docx, name="word"),
    path("<slug:name>/", views.handbook_page, name="page"),
]
