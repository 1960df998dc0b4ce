"""The standard catalogue of open government at the grass roots (基层政务公开标准目录), its coverage, and templates of columns.

The catalogue of a domain (国办发〔2019〕54号) is read from the spreadsheet as offices draw it: heads in two rows, merged cells, ticks. A
version is a draft, in force, or superseded; its items name columns and units, so that coverage is computed: which item has nothing
public, by unit and by domain. A cleared template (栏目模板) makes the columns of a site. Public institutions, lists and reading points
stand in `tables`.
"""
