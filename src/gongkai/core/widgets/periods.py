"""Texts with figures of law that are filled in when they are shown, not when the module is
imported."""

from django.utils.functional import lazy

from gongkai.lib.law.figures import fill_in_figures

#: Lazy `fill_in_figures`, evaluated whenever the text is shown, because an office may change a
#: figure at any time.
lazy_figures = lazy(fill_in_figures, str)
