"""A roadmap as a spreadsheet (charters, KPIs, targets, values): taken along and brought back.

What is brought back is compared with what was taken along and with what is saved now, field by
field. Nothing is written before somebody has seen the differences and chosen among them.
"""
