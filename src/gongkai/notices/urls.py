"""Addresses of this room's pages, under /admin/notices/."""

from django.urls import path

from gongkai.notices.views import alignment, listing, notice, papers, passing, queue, registers, review, table

urlpatterns = [
    path("notices/", listing.page, name="notices_list"),
    path("notices/import/", listing.upload, name="notices_upload"),
    path("notices/tasks/", papers.tasks, name="notices_tasks"),
    path("notices/queue/", queue.page, name="notices_queue"),
    path("notices/timeline/", registers.time, name="notices_timeline"),
    path("notices/upward/", registers.upward, name="notices_upward"),
    path("notices/guidance/", registers.guidance, name="notices_guidance"),
    path("notices/lookback/", registers.lookback, name="notices_lookback"),
    path("notices/defaults/", registers.defaults, name="notices_defaults"),
    path("notices/passing/<int:pk>/", passing.draft, name="notices_passing_draft"),
    path("notices/act/<int:pk>/", notice.enter_act, name="notices_enter_act"),
    path("notices/<int:pk>/", notice.page, name="notices_notice"),
    path("notices/<int:pk>/source/", listing.source, name="notices_source"),
    path("notices/<int:pk>/review/", review.page, name="notices_review"),
    path("notices/<int:pk>/row/<int:measure>/", review.row, name="notices_row"),
    path("notices/<int:pk>/correct/", review.correct, name="notices_correct"),
    path("notices/<int:pk>/confirm/", review.dry_run, name="notices_confirm"),
    path("notices/<int:pk>/undo/", review.undo, name="notices_undo"),
    path("notices/<int:pk>/issue/", notice.issue, name="notices_issue"),
    path("notices/<int:pk>/supersede/", notice.supersede, name="notices_supersede"),
    path("notices/<int:pk>/report/", papers.report, name="notices_report"),
    path("notices/<int:pk>/checked/<int:body>/", papers.checked, name="notices_checked"),
    path("notices/<int:pk>/alignment/", alignment.page, name="notices_alignment"),
    path("notices/<int:pk>/alignment/export/", alignment.export, name="notices_alignment_export"),
    path("notices/<int:pk>/alignment/correct/", alignment.correct, name="notices_alignment_correct"),
    path("notices/<int:pk>/passing/", passing.page, name="notices_passing"),
    path("notices/<int:pk>/matrix/", table.page, name="notices_matrix"),
    path("notices/<int:pk>/matrix/export/", table.export, name="notices_matrix_export"),
    path("notices/<int:pk>/matrix/<int:section>/<int:body>/", table.cell, name="notices_cell"),
]
