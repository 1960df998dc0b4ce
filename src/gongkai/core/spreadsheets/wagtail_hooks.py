"""Register the pages of imports."""

from gongkai.core.units.menus import add_pages

add_pages("spreadsheets/", "gongkai.core.spreadsheets.urls")
