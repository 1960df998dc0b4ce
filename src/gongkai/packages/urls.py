"""The room's addresses under /admin/packages/."""

from django.urls import path

from gongkai.packages import views

app_name = "packages"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("<int:number>/", views.download, name="download"),
]
