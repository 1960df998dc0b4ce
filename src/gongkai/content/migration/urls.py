"""URLs under /admin/migration/."""

from django.urls import path

from gongkai.content.migration import row_views, views
from gongkai.content.migration.registers import MigrationRowRegister, MigrationRunRegister

app_name = "migration"
urlpatterns = [
    *MigrationRunRegister.urls(""),
    *MigrationRowRegister.urls("rows/"),
    path("window/", views.window, name="window"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("template.xlsx", views.template, name="template"),
    path("<int:number>/", views.run, name="run"),
    path("<int:number>/step/", views.step, name="step"),
    path("<int:number>/do/", views.do, name="do"),
    path("<int:number>/columns/", views.columns, name="columns"),
    path("rows/<int:number>/", row_views.row, name="row"),
    path("rows/<int:number>/saved/", row_views.saved, name="saved"),
    path("rows/<int:number>/saved/file/", row_views.saved_file, name="saved_file"),
    path("rows/<int:number>/files/<int:place>/", row_views.file, name="file"),
]
