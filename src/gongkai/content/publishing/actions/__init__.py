"""Actions of this app."""

from gongkai.content.checks.actions import keep_finding, set_check_rules, unkeep_finding, vouch
from gongkai.content.editions.actions.editions import set_standing, withdraw
from gongkai.content.editions.actions.erasing import ask_erasure, drop_erasure, erase
from gongkai.content.editions.actions.placing import move, move_waiting, place, unplace
from gongkai.content.publishing.actions.channels import drop_channel, record_channel
from gongkai.content.publishing.actions.columns import (
    archive_column,
    change_column,
    move_column,
    restore_column,
    set_publishers,
)
from gongkai.content.publishing.actions.disclosure import start_clock
from gongkai.content.publishing.actions.items import delete_draft, draft, revise, set_text
from gongkai.content.publishing.actions.mending import drop_clause, mask, mend, prepare_copy, take_copy
from gongkai.content.publishing.actions.opening import open_column
from gongkai.content.publishing.actions.sites import change_website, open_website, remove_website
from gongkai.content.publishing.actions.wording import confirm_words, refuse_words, withdraw_words
from gongkai.content.reviewing.actions.coordination import (
    confirm_opinions,
    coordinate,
    give_opinion,
    uncoordinate,
)
from gongkai.content.reviewing.actions.paper import record_signature
from gongkai.content.reviewing.actions.publication import approve, publish
from gongkai.content.reviewing.actions.redress import uphold_objection
from gongkai.content.reviewing.actions.reviews import recall, return_review, submit
from gongkai.content.reviewing.actions.sheets import fill_sheet
from gongkai.content.reviewing.actions.urgent import order_urgent
from gongkai.content.reviewing.schemes import drop_scheme, set_scheme
