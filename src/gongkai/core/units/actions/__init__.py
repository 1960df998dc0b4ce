"""Actions that change units, people and appointments."""

from gongkai.core.units.actions.appointments import (
    appoint,
    confirm_appointment,
    cover,
    end_appointment,
    hand_over,
    refuse_appointment,
)
from gongkai.core.units.actions.bodies import close, create, edit, merge, move, rename, restore
from gongkai.core.units.actions.entering import confirm_person, enter_person
from gongkai.core.units.actions.groups import (
    add_alias,
    add_office,
    close_office,
    create_group,
    drop_certificate,
    edit_group,
    edit_office,
    learn_alias,
    remove_alias,
    remove_group,
    set_certificate,
)
from gongkai.core.units.actions.passwords import confirm_password, refuse_password
from gongkai.core.units.actions.people import (
    add_person,
    change_contact,
    create_login,
    deactivate,
    edit_person,
    reset_password,
)

__all__ = [
    "add_alias",
    "add_office",
    "add_person",
    "appoint",
    "change_contact",
    "close",
    "close_office",
    "confirm_appointment",
    "confirm_password",
    "confirm_person",
    "cover",
    "create",
    "create_group",
    "create_login",
    "deactivate",
    "drop_certificate",
    "edit",
    "edit_group",
    "edit_office",
    "edit_person",
    "end_appointment",
    "enter_person",
    "hand_over",
    "learn_alias",
    "merge",
    "move",
    "refuse_appointment",
    "refuse_password",
    "remove_alias",
    "remove_group",
    "rename",
    "reset_password",
    "restore",
    "set_certificate",
]
