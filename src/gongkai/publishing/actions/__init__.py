"""Everything that changes state in this room."""

from gongkai.publishing.actions.channels import drop_channel, record_channel
from gongkai.publishing.actions.columns import (
    archive_column,
    change_column,
    move_column,
    open_column,
    restore_column,
)
from gongkai.publishing.actions.disclosure import start_clock
from gongkai.publishing.actions.editions import erase, publish, set_standing, withdraw
from gongkai.publishing.actions.items import draft, revise
from gongkai.publishing.actions.placing import move, move_waiting, place, unplace
from gongkai.publishing.actions.reviews import approve, recall, return_review, submit
from gongkai.publishing.actions.sites import change_website, open_website

__all__ = [
    "approve",
    "archive_column",
    "change_column",
    "change_website",
    "draft",
    "drop_channel",
    "erase",
    "move",
    "move_column",
    "move_waiting",
    "open_column",
    "open_website",
    "place",
    "publish",
    "recall",
    "record_channel",
    "restore_column",
    "return_review",
    "revise",
    "set_standing",
    "start_clock",
    "submit",
    "unplace",
    "withdraw",
]
