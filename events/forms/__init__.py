"""What a person may send about an event."""

from events.forms.registration import DelegationForm, RegistrationForm

__all__ = ["DelegationForm", "RegistrationForm"]
