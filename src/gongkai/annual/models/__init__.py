"""State of this room."""

from gongkai.annual.models.earlier import EarlierReport
from gongkai.annual.models.parts import EnteredFigure, Explanation, Section
from gongkai.annual.models.report import Correction, Report, Submission, SubmissionFile

__all__ = [
    "Correction",
    "EarlierReport",
    "EnteredFigure",
    "Explanation",
    "Report",
    "Section",
    "Submission",
    "SubmissionFile",
]
