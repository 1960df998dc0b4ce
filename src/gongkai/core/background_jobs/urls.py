"""URLs of background jobs, under /admin/errands/."""

from django.urls import path

from gongkai.core.background_jobs import views

app_name = "errands"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/arrive/", views.arrive, name="arrive"),
    path("<int:pk>/do/", views.do, name="do"),
    path("<int:pk>/take/", views.take, name="take"),
]
