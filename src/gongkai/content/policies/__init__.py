"""Policy documents (政策文件): library, dates, relations, validity, filing and the yearly clean-up.

A `PolicyRecord` is a document's row in the library (政策库), created before publication (先入库，后公开). It
has dates and numbers. `Decision` rows record later decisions (修改、废止、宣布失效、延长有效期). The validity on a
day is computed from both (`validity`); `Span` rows store it by period, so that lists filter by day
and documents expire without a job. Relations connect records, outside texts and service guides.
Gates refuse documents that are not in the library, lack public consultation, or have an unpublished
basis. The clean-up (文件清理) decides once a year on each document in force.
"""
