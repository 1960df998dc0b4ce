"""Models of annual reports."""

from gongkai.oversight.annual.models.report import (
    Correction,
    EarlierReport,
    EnteredFigure,
    Explanation,
    Report,
    Section,
    Submission,
    SubmissionFile,
)
