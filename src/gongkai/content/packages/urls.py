"""URLs under /admin/packages/."""

from django.urls import path

from gongkai.content.packages import views

app_name = "packages"
urlpatterns = [
    *views.Packages.urls(""),
    path("carry/", views.carry, name="carry"),
    path("<int:number>/", views.download, name="download"),
]
