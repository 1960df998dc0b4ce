"""Notices (任务分工通知): from the file to the closed duty.

Import makes a draft notice of measures and duties; people correct it on the review screen; `confirm` makes entries (one
measure, one responsible unit, one period), columns and dates. Units submit with evidence, the lead accepts or returns,
entries close (销号), are reopened, or go into next year's look-back (回头看).
"""
