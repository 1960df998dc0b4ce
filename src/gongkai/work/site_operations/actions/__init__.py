"""Actions on faults, and on how sites and accounts are run."""

from gongkai.work.site_operations.actions.duty_reading import *
from gongkai.work.site_operations.actions.faults import *
from gongkai.work.site_operations.actions.site_files import *
