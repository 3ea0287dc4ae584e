"""The agenda of an event while it is planned: what does not go together, and what changed."""
