"""App configuration: registrations at start-up."""

from django.apps import AppConfig
from django.db.models.signals import post_save


class Config(AppConfig):
    """Configuration of the reviewing app."""

    name = "gongkai.content.reviewing"
    label = "reviewing"
    verbose_name = "审签"

    def ready(self) -> None:
        """Make signed tables insert-only; register hooks, home-page blocks, verification, jobs and signal receivers."""
        from gongkai.content.checks.check_runs import REVIEWED_REVISION_FINDERS
        from gongkai.content.editions.actions.editions import NEW_EDITION_HOOKS
        from gongkai.content.editions.actions.placements import PLACEMENT_CHECKS
        from gongkai.content.reviewing.actions.publication import settle_urgent_reviews
        from gongkai.content.reviewing.cases import list_revisions_under_review
        from gongkai.content.reviewing.column_signatures import find_signer_errors
        from gongkai.content.reviewing.signature_queue import (
            describe_reviews_of_post,
            describe_reviews_of_unit,
            list_open_review_conditions,
            list_pending_paper_conditions,
            make_paper_block,
            make_signature_block,
            make_vacancy_block,
            send_reminders,
        )
        from gongkai.content.reviewing.stage_assignments import (
            refresh_holders_after_appointments,
            update_after_appointment,
            update_after_merger,
        )
        from gongkai.content.reviewing.verify import verify_reviews
        from gongkai.core.acts.following import follow_actions
        from gongkai.core.ledger.audit import register_check
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import TODOS_TEMPLATE, HomeBlock, register_block
        from gongkai.core.units.pending_work import OBLIGATION_COUNTERS, PENDING_WORK_COUNTERS

        _make_tables_insert_only()
        NEW_EDITION_HOOKS.append(settle_urgent_reviews)
        PLACEMENT_CHECKS.append(find_signer_errors)
        PENDING_WORK_COUNTERS.append(describe_reviews_of_post)
        OBLIGATION_COUNTERS.append(describe_reviews_of_unit)
        REVIEWED_REVISION_FINDERS.append(list_revisions_under_review)
        register_block(
            HomeBlock("reviews", 25, make_signature_block, "reviewing/block.html", needs=list_open_review_conditions)
        )
        register_block(HomeBlock("papers", 91, make_paper_block, TODOS_TEMPLATE, needs=list_pending_paper_conditions))
        register_block(
            HomeBlock("unsignable", 92, make_vacancy_block, TODOS_TEMPLATE, needs=list_open_review_conditions)
        )
        register_check("signatures", "审签签名", verify_reviews)
        register_job(PeriodicJob("reviews", "审签催办", send_reminders, 60))
        register_job(PeriodicJob("signers", "审签人变动", refresh_holders_after_appointments, 60))
        follow_actions(("units.merge", "units.restore"), update_after_merger)
        post_save.connect(
            update_after_appointment, sender="units.Appointment", dispatch_uid="gongkai.reviewing.signers"
        )


def _make_tables_insert_only() -> None:
    """Make the database refuse changes of signed rows."""
    from gongkai.content.editions.erasure import blanking_condition
    from gongkai.content.reviewing import insert_conditions
    from gongkai.core.acts import insert_only

    insert_only.register_insert_only("reviewing", "ReviewScheme")
    insert_only.register_insert_only(
        "reviewing", "Signature", inserted_if=insert_conditions.SIGNATURE_INSERT_CONDITION_SQL
    )
    insert_only.register_insert_only(
        "reviewing", "SecrecySheet", inserted_if=insert_conditions.SHEET_INSERT_CONDITION_SQL
    )
    insert_only.register_insert_only("reviewing", "Shown", inserted_if=insert_conditions.REVIEW_RUNNING_SQL)
    for name in ("Coordination", "Opinion"):  # the log answers for them (`verify_reviews`)
        blanked_if = blanking_condition(f"reviewing_{name.lower()}")
        insert_only.register_insert_only("reviewing", name, blanked_if=blanked_if)
