"""URLs under /admin/policies/."""

from django.urls import path

from gongkai.content.policies.list_registers import (
    CleanupRoundRegister,
    EndedBasisRegister,
    EnforcedTextRegister,
    PolicyRecordRegister,
)
from gongkai.content.policies.registers import FiledListRegister, UploadRegister, WaitingFileRegister
from gongkai.content.policies.views import decisions, enforced_laws, items, records, rounds, uploading, usage

app_name = "policies"
urlpatterns = [
    *PolicyRecordRegister.urls(""),
    path("new/<number:body>/", records.new_record_page, name="new"),
    *items.MissingRecordRegister.urls("missing/"),
    path("enter/<number:number>/", items.enter_in_library, name="enter"),
    path("use/<number:number>/", items.add_policy_basis, name="use"),
    path("respond/<number:number>/", items.record_response, name="respond"),
    path("<number:number>/respond/", items.draft_response, name="draft_response"),
    path("<number:number>/", records.record_page, name="record"),
    path("<number:number>/change/", records.change_record_page, name="change"),
    path("<number:number>/decide/", decisions.decide_page, name="decide"),
    path("<number:number>/relate/", decisions.add_relation_page, name="relate"),
    path("<number:number>/draft/", records.draft_record_item, name="draft"),
    path("<number:number>/align/", records.align_record_item, name="align"),
    path("<number:number>/remove/", records.remove_record_page, name="remove"),
    path("decisions/<number:number>/undo/", decisions.undo_decision, name="undo_decision"),
    path("decisions/<number:number>/announce/", decisions.draft_announcement_page, name="announce"),
    path("decisions/<number:number>/confirm/", decisions.confirm_statement, name="confirm_statement"),
    path("relations/<number:number>/remove/", decisions.delete_relation, name="unrelate"),
    *CleanupRoundRegister.urls("rounds/"),
    path("rounds/<number:number>/", rounds.round_page, name="round"),
    path("rounds/<number:number>/judge/", rounds.save_verdicts, name="judge"),
    path("rounds/<number:number>/export/", rounds.export_round, name="round_export"),
    path("rounds/<number:number>/opinions/<number:task>/", rounds.opinion_paper, name="round_opinion"),
    path("rounds/<number:number>/<slug:verb>/", rounds.change_round, name="round_act"),
    *FiledListRegister.urls("filing/"),
    *EndedBasisRegister.urls("bases/"),
    *EnforcedTextRegister.urls("kept/"),
    path("kept/<number:number>/", enforced_laws.enforced_text_page, name="kept_one"),
    path("kept/<number:number>/<slug:verb>/", enforced_laws.change_enforced_text, name="kept_act"),
    path("uploads/", uploading.redirect_to_library, name="uploads"),
    path("uploads/files/", uploading.download_selected_texts, name="uploads_files"),
    *UploadRegister.urls("uploads/<number:parent>/"),
    path("uploads/to/<number:number>/", uploading.upper_library_page, name="upper_library"),
    path("uploads/<number:number>/back/", uploading.take_back_upload_page, name="upload_back"),
    path("uploads/<number:number>/receipt/", uploading.download_receipt, name="upload_receipt"),
    path("<number:number>/uploads/", uploading.record_uploads_page, name="record_uploads"),
    path("usage/", usage.usage_page, name="usage"),
    path("files/upload/", uploading.upload_originals_page, name="upload"),
    *WaitingFileRegister.urls("files/"),
]
