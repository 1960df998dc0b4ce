"""URLs of imports, under /admin/spreadsheets/."""

from django.urls import path

from gongkai.core.spreadsheets import views

app_name = "spreadsheets"
urlpatterns = [
    path("<slug:name>/", views.upload_page, name="start"),
    path("<slug:name>/template.xlsx", views.download_template, name="template"),
    path("run/<number:pk>/", views.import_page, name="run"),
    path("run/<number:pk>/file", views.download_file, name="file"),
    path("run/<number:pk>/heads/", views.save_head_meanings, name="heads"),
    path("run/<number:pk>/apply/", views.apply_import, name="apply"),
    path("run/<number:pk>/undo/", views.undo_import, name="undo"),
]
