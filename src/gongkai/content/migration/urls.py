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
    path("<int:number>/", views.run_page, name="run"),
    path("<int:number>/step/", views.continue_run, name="step"),
    path("<int:number>/do/", views.change_run, name="do"),
    path("<int:number>/columns/", views.save_column_mapping, name="columns"),
    path("rows/<int:number>/", row_views.row_page, name="row"),
    path("rows/<int:number>/saved/", row_views.saved_page_text, name="saved"),
    path("rows/<int:number>/saved/file/", row_views.download_saved_page, name="saved_file"),
    path("rows/<int:number>/files/<int:place>/", row_views.serve_row_file, name="file"),
]
