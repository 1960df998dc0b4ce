"""Import and export of indicators, evaluation sheets, training, staff and funds."""

from gongkai.oversight.assessment.importing.evaluation import EVALUATION_SHEET, EvaluationImporter, make_evaluation_rows
from gongkai.oversight.assessment.importing.indicators import INDICATOR_SHEET, IndicatorsImporter, make_indicator_rows
from gongkai.oversight.assessment.importing.registers import (
    PROVISION_SHEET,
    TRAINING_SHEET,
    ProvisionImporter,
    TrainingImporter,
)

ASSESSMENT_IMPORTERS = (IndicatorsImporter(), EvaluationImporter(), TrainingImporter(), ProvisionImporter())

__all__ = [
    "ASSESSMENT_IMPORTERS",
    "EVALUATION_SHEET",
    "INDICATOR_SHEET",
    "PROVISION_SHEET",
    "TRAINING_SHEET",
    "make_evaluation_rows",
    "make_indicator_rows",
]
