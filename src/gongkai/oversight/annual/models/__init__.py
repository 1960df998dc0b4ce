"""Models of annual reports."""

from gongkai.oversight.annual.models.earlier import EarlierReport
from gongkai.oversight.annual.models.parts import EnteredFigure, Explanation, Section
from gongkai.oversight.annual.models.report import Correction, Report, Submission, SubmissionFile

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
