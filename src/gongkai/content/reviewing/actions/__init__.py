"""Actions of this app."""

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
