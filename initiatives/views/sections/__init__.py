"""The pages on which a roadmap is written, section by section."""
