"""URLs under /admin/launch/."""

from django.urls import path

from gongkai.ops.launch import views
from gongkai.ops.launch.register import Launches

app_name = "launch"
urlpatterns = [path("write/", views.write, name="write"), *Launches.urls("")]
