"""The room's addresses: /admin/inquiries/ and /admin/answers/."""

from django.urls import path

from gongkai.consultation.views import answers, inquiries

app_name = "consultation"
urlpatterns = [
    path("inquiries/hotline/", inquiries.hotline, name="hotline"),
    path("inquiries/hotline/<int:number>/use/", inquiries.use, name="use"),
    path("inquiries/register/", inquiries.register, name="register"),
    path("inquiries/figures/", inquiries.figures, name="figures"),
    path("answers/", answers.index, name="answers"),
    path("answers/new/", answers.edit, name="write"),
    path("answers/<int:number>/", answers.answer, name="answer"),
    path("answers/<int:number>/edit/", answers.edit, name="edit"),
    path("answers/<int:number>/<slug:verb>/", answers.act, name="act"),
]
