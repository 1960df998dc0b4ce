"""Load all rules and tables on import, for a process whose children search (`confined`)."""

from gongkai.lib.privacy import load_rules

load_rules()
