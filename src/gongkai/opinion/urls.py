"""The room's addresses: /admin/opinion/ and /admin/promises/."""

from django.urls import path

from gongkai.opinion.views import cases, promises, registers

app_name = "opinion"
urlpatterns = [
    path("opinion/", cases.cases, name="cases"),
    path("opinion/collect/", cases.collect, name="collect"),
    path("opinion/figures/", cases.figures, name="figures"),
    path("opinion/leads/", cases.leads, name="leads"),
    path("opinion/leads/<int:number>/", cases.sift, name="sift"),
    path("opinion/registers/", registers.registers, name="registers"),
    path("opinion/spokespeople/<int:number>/release/", registers.release, name="release"),
    path("opinion/feeds/<int:number>/switch/", registers.switch, name="switch"),
    path("promises/", promises.promises, name="promises"),
    path("promises/new/", promises.register, name="register"),
    path("promises/submit/", promises.submit, name="submit"),
]
