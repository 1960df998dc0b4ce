"""URLs under /admin/policies/."""

from django.urls import path

from gongkai.content.policies.list_registers import (
    CleanupRoundRegister,
    EndedBasisRegister,
    EnforcedTextRegister,
    PolicyRecordRegister,
)
from gongkai.content.policies.registers import FiledListRegister, UploadRegister, WaitingFileRegister
from gongkai.content.policies.views import (
    deciding,
    files,
    items,
    kept,
    records,
    rounds,
    uploading,
    usage,
)

app_name = "policies"
urlpatterns = [
    *PolicyRecordRegister.urls(""),
    path("new/<int:body>/", records.new, name="new"),
    *items.MissingRecordRegister.urls("missing/"),
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
    path("decisions/<int:number>/announce/", deciding.announce, name="announce"),
    path("decisions/<int:number>/confirm/", deciding.confirm_statement, name="confirm_statement"),
    path("relations/<int:number>/remove/", deciding.unrelate, name="unrelate"),
    *CleanupRoundRegister.urls("rounds/"),
    path("rounds/<int:number>/", rounds.round_, name="round"),
    path("rounds/<int:number>/judge/", rounds.judge, name="judge"),
    path("rounds/<int:number>/export/", rounds.export, name="round_export"),
    path("rounds/<int:number>/opinions/<int:task>/", rounds.opinion, name="round_opinion"),
    path("rounds/<int:number>/<slug:verb>/", rounds.act, name="round_act"),
    *FiledListRegister.urls("filing/"),
    *EndedBasisRegister.urls("bases/"),
    *EnforcedTextRegister.urls("kept/"),
    path("kept/<int:number>/", kept.kept_one, name="kept_one"),
    path("kept/<int:number>/<slug:verb>/", kept.kept_act, name="kept_act"),
    path("uploads/", uploading.uploads, name="uploads"),
    path("uploads/files/", uploading.take_along, name="uploads_files"),
    *UploadRegister.urls("uploads/<number:parent>/"),
    path("uploads/to/<int:number>/", uploading.upper_library, name="upper_library"),
    path("uploads/<int:number>/back/", uploading.take_back, name="upload_back"),
    path("uploads/<int:number>/receipt/", uploading.receipt, name="upload_receipt"),
    path("<int:number>/uploads/", uploading.record_uploads, name="record_uploads"),
    path("usage/", usage.usage, name="usage"),
    path("files/upload/", files.upload, name="upload"),
    *WaitingFileRegister.urls("files/"),
]
