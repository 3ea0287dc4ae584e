"""A file that cannot be taken."""

import logging

log = logging.getLogger("cities.uploads")


class UploadRefused(Exception):
    """This file is not taken; the words say why, to who sent it. Each one is logged."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why = name, why
        log.warning("A file was refused: %r: %s", name, why)
