"""Files that people hand in: looked at by content, made harmless, kept once.

`read` says what a file is, or refuses it with words for who sent it; `receive` also shows it to a
scanner for viruses, where there is one, and notes refusals in the audit trail. `keep` puts it where
it lies, under a name made of its content. Rows of every app name files (`register`); what none
names is removed after a day.
"""

from cities.uploads.audited import receive
from cities.uploads.keeping import keep, remove_unnamed
from cities.uploads.named import register
from cities.uploads.reading import Upload, UploadRefused, clean_name, read

__all__ = [
    "Upload",
    "UploadRefused",
    "clean_name",
    "keep",
    "read",
    "receive",
    "register",
    "remove_unnamed",
]
