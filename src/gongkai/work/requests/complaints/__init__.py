"""Complaints about open-government work (政府信息公开投诉; 条例第四十七条、第五十一条).

The 政务公开办 above the unit registers a complaint, asks the unit for a statement and answers in
writing. A justified complaint becomes a rectification.
"""
