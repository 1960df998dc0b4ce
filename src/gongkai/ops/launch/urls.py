"""URLs under /admin/launch/."""

from django.urls import path

from gongkai.ops.launch import views
from gongkai.ops.launch.register import LaunchRegister

app_name = "launch"
urlpatterns = [path("write/", views.draft_legal_texts, name="write"), *LaunchRegister.urls("")]
