"""URLs of the handbook, under /admin/help/."""

from django.urls import path

from gongkai.ui.handbook import views

app_name = "handbook"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("all/", views.whole, name="whole"),
    path("handbook.docx", views.word, name="word"),
    path("<slug:name>/", views.page, name="page"),
]
