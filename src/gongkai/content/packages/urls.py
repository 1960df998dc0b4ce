"""URLs under /admin/packages/."""

from django.urls import path

from gongkai.content.packages import views

app_name = "packages"
urlpatterns = [
    *views.PackageRegister.urls(""),
    path("carry/", views.carry_packages, name="carry"),
    path("<number:number>/", views.download_package, name="download"),
]
