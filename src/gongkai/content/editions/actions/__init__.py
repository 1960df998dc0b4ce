"""Actions on public content."""

from gongkai.content.editions.actions.editions import set_standing, withdraw, write_edition
from gongkai.content.editions.actions.erasure import ask_erasure, drop_erasure, erase
from gongkai.content.editions.actions.placing import move, move_waiting, place, unplace
