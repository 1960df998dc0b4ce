"""The room's addresses under /admin/policies/."""

from django.urls import path

from gongkai.policies.views import bases, deciding, files, filing, items, kept, records, rounds, usage

app_name = "policies"
urlpatterns = [
    path("", records.records, name="records"),
    path("export/", records.export, name="export"),
    path("new/<int:body>/", records.new, name="new"),
    path("missing/", items.missing, name="missing"),
    path("enter/<int:number>/", items.enter, name="enter"),
    path("use/<int:number>/", items.use, name="use"),
    path("respond/<int:number>/", items.respond, name="respond"),
    path("<int:number>/respond/", items.draft_response, name="draft_response"),
    path("<int:number>/", records.record, name="record"),
    path("<int:number>/change/", records.change, name="change"),
    path("<int:number>/decide/", deciding.decide, name="decide"),
    path("<int:number>/relate/", deciding.relate, name="relate"),
    path("<int:number>/draft/", records.draft, name="draft"),
    path("<int:number>/align/", records.align, name="align"),
    path("<int:number>/remove/", records.remove, name="remove"),
    path("decisions/<int:number>/undo/", deciding.undo_decision, name="undo_decision"),
    path("relations/<int:number>/remove/", deciding.unrelate, name="unrelate"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.new, name="round_new"),
    path("rounds/<int:number>/", rounds.round_, name="round"),
    path("rounds/<int:number>/judge/", rounds.judge, name="judge"),
    path("rounds/<int:number>/export/", rounds.export, name="round_export"),
    path("rounds/<int:number>/<slug:verb>/", rounds.act, name="round_act"),
    path("filing/", filing.filing, name="filing"),
    path("filing/<int:number>/<slug:verb>/", filing.filing_act, name="filing_act"),
    path("bases/", bases.bases, name="bases"),
    path("bases/<int:number>/settle/", bases.settle, name="settle"),
    path("kept/", kept.kept, name="kept"),
    path("kept/new/<int:body>/", kept.kept_new, name="kept_new"),
    path("kept/<int:number>/", kept.kept_one, name="kept_one"),
    path("kept/<int:number>/<slug:verb>/", kept.kept_act, name="kept_act"),
    path("usage/", usage.usage, name="usage"),
    path("files/", files.files, name="files"),
    path("files/upload/", files.upload, name="upload"),
    path("files/<int:number>/discard/", files.discard, name="discard"),
]
