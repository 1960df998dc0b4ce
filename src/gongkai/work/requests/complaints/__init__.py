"""Complaints about disclosure work (政府信息公开投诉; 条例第四十七条、第五十一条): a ledger kind of its own.

The 政务公开办 over the unit takes them, asks the unit for a statement, checks, and answers in writing; what holds becomes a rectification.
"""
