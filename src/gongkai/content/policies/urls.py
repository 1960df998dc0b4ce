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
    path("new/<int:body>/", records.new_record_page, name="new"),
    *items.MissingRecordRegister.urls("missing/"),
    path("enter/<int:number>/", items.enter_in_library, name="enter"),
    path("use/<int:number>/", items.add_policy_basis, name="use"),
    path("respond/<int:number>/", items.record_response, name="respond"),
    path("<int:number>/respond/", items.draft_response, name="draft_response"),
    path("<int:number>/", records.record_page, name="record"),
    path("<int:number>/change/", records.change_record_page, name="change"),
    path("<int:number>/decide/", decisions.decide_page, name="decide"),
    path("<int:number>/relate/", decisions.add_relation_page, name="relate"),
    path("<int:number>/draft/", records.draft_record_item, name="draft"),
    path("<int:number>/align/", records.align_record_item, name="align"),
    path("<int:number>/remove/", records.remove_record_page, name="remove"),
    path("decisions/<int:number>/undo/", decisions.undo_decision, name="undo_decision"),
    path("decisions/<int:number>/announce/", decisions.draft_announcement_page, name="announce"),
    path("decisions/<int:number>/confirm/", decisions.confirm_statement, name="confirm_statement"),
    path("relations/<int:number>/remove/", decisions.delete_relation, name="unrelate"),
    *CleanupRoundRegister.urls("rounds/"),
    path("rounds/<int:number>/", rounds.round_page, name="round"),
    path("rounds/<int:number>/judge/", rounds.save_verdicts, name="judge"),
    path("rounds/<int:number>/export/", rounds.export_round, name="round_export"),
    path("rounds/<int:number>/opinions/<int:task>/", rounds.opinion_paper, name="round_opinion"),
    path("rounds/<int:number>/<slug:verb>/", rounds.change_round, name="round_act"),
    *FiledListRegister.urls("filing/"),
    *EndedBasisRegister.urls("bases/"),
    *EnforcedTextRegister.urls("kept/"),
    path("kept/<int:number>/", enforced_laws.enforced_text_page, name="kept_one"),
    path("kept/<int:number>/<slug:verb>/", enforced_laws.change_enforced_text, name="kept_act"),
    path("uploads/", uploading.redirect_to_library, name="uploads"),
    path("uploads/files/", uploading.download_selected_texts, name="uploads_files"),
    *UploadRegister.urls("uploads/<number:parent>/"),
    path("uploads/to/<int:number>/", uploading.upper_library_page, name="upper_library"),
    path("uploads/<int:number>/back/", uploading.take_back_upload_page, name="upload_back"),
    path("uploads/<int:number>/receipt/", uploading.download_receipt, name="upload_receipt"),
    path("<int:number>/uploads/", uploading.record_uploads_page, name="record_uploads"),
    path("usage/", usage.usage_page, name="usage"),
    path("files/upload/", uploading.upload_originals_page, name="upload"),
    *WaitingFileRegister.urls("files/"),
]
