"""Actions of this app."""

from gongkai.content.checks.actions import keep_finding, set_check_rules, unkeep_finding, vouch_for_file
from gongkai.content.editions.actions.editions import set_standing, withdraw
from gongkai.content.editions.actions.erasure import ask_erasure, drop_erasure, erase
from gongkai.content.editions.actions.placing import move, move_waiting, place, unplace
from gongkai.content.publishing.actions.columns import (
    archive_column,
    change_column,
    move_column,
    open_column,
    restore_column,
    set_publishers,
)
from gongkai.content.publishing.actions.disclosure import start_clock
from gongkai.content.publishing.actions.items import (
    create_draft,
    delete_draft,
    drop_channel,
    record_channel,
    save_revision,
    set_text,
)
from gongkai.content.publishing.actions.mending import (
    apply_suggestions,
    drop_clauses,
    mask_findings,
    prepare_copy,
    use_masked_copy,
)
from gongkai.content.publishing.actions.sites import change_website, open_website, remove_website
from gongkai.content.publishing.actions.wording import confirm_words, refuse_words, withdraw_words
from gongkai.content.reviewing.actions.coordination import (
    confirm_opinions,
    end_coordination,
    give_opinion,
    start_coordination,
)
from gongkai.content.reviewing.actions.paper import confirm_paper, record_signature, refuse_paper
from gongkai.content.reviewing.actions.publication import approve, publish
from gongkai.content.reviewing.actions.redress import uphold_objection
from gongkai.content.reviewing.actions.reviews import recall, return_review, submit
from gongkai.content.reviewing.actions.signing import fill_sheet
from gongkai.content.reviewing.actions.urgent import order_urgent
from gongkai.content.reviewing.schemes import drop_scheme, set_scheme
