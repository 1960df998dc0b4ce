"""Sentences with figures of law, for texts that are declared when a module is imported."""

from django.utils.functional import lazy

from gongkai.lib.law.figures import fill_in_figures

#: As `fill_in_figures`, read each time the sentence is shown: an office may enter a change of law at any time.
lazy_figures = lazy(fill_in_figures, str)
