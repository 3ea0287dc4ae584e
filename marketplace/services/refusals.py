"""What a service answers instead of writing."""


class Refused(Exception):
    """What was asked cannot be done; the words can be shown to who asked."""
