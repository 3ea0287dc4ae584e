"""What a person may send about an event."""

from events.forms.registration import DelegationForm, NeedsForm, RegistrationForm

__all__ = ["DelegationForm", "NeedsForm", "RegistrationForm"]
