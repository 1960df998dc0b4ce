"""URLs under /admin/migration/."""

from django.urls import path

from gongkai.content.migration import row_views, views
from gongkai.content.migration.registers import MigrationRowRegister, MigrationRunRegister

app_name = "migration"
urlpatterns = [
    *MigrationRunRegister.urls(""),
    *MigrationRowRegister.urls("rows/"),
    path("window/", views.window_page, name="window"),
    path("new/<slug:kind>/", views.new_run_page, name="new"),
    path("template.xlsx", views.download_template, name="template"),
    path("<number:number>/", views.run_page, name="run"),
    path("<number:number>/step/", views.continue_run, name="step"),
    path("<number:number>/do/", views.change_run, name="do"),
    path("<number:number>/columns/", views.save_column_mapping, name="columns"),
    path("rows/<number:number>/", row_views.row_page, name="row"),
    path("rows/<number:number>/saved/", row_views.saved_page_text, name="saved"),
    path("rows/<number:number>/saved/file/", row_views.download_saved_page, name="saved_file"),
    path("rows/<number:number>/files/<number:place>/", row_views.serve_row_file, name="file"),
]
