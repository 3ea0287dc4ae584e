"""What comes in and goes out as files: tables of entries, and publiccode.yml.

Reading never writes: it returns what was understood and what was not, with the place. Writing goes
through the same services as the forms, into drafts alone.
"""
