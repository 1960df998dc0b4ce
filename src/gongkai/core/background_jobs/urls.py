"""URLs of background jobs, under /admin/errands/."""

from django.urls import path

from gongkai.core.background_jobs import views

app_name = "errands"
urlpatterns = [
    path("mine/", views.my_exports_page, name="mine"),
    path("<number:pk>/", views.job_page, name="one"),
    path("<number:pk>/progress/", views.job_progress_fragment, name="progress"),
    path("<number:pk>/arrive/", views.redirect_to_result, name="arrive"),
    path("<number:pk>/do/", views.change_job, name="do"),
    path("<number:pk>/take/", views.download_export, name="take"),
]
