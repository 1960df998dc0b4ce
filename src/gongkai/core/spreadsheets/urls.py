"""URLs of imports, under /admin/spreadsheets/."""

from django.urls import path

from gongkai.core.spreadsheets import views

app_name = "spreadsheets"
urlpatterns = [
    path("<slug:name>/", views.start, name="start"),
    path("<slug:name>/template.xlsx", views.template, name="template"),
    path("run/<int:pk>/", views.run, name="run"),
    path("run/<int:pk>/file", views.file, name="file"),
    path("run/<int:pk>/heads/", views.heads, name="heads"),
    path("run/<int:pk>/apply/", views.apply, name="apply"),
    path("run/<int:pk>/undo/", views.undo, name="undo"),
]
