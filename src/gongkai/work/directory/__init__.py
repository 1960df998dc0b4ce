"""The standard catalogue of open government at the grass roots (基层政务公开标准目录).

The ministries define for 26 domains which items must be published (国办发〔2019〕54号). The catalogue of
a domain is imported from the spreadsheet as offices draw it, with merged cells and ticks. A version
is a draft, in force, or superseded. Its items name website columns and units, from which coverage
is computed: which items have nothing public, by unit and by domain. An approved template (栏目模板)
creates the columns of a site. Public institutions, lists and reading points belong to `tables`.
"""
