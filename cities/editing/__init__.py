"""How pages edit without losing what anybody typed: versions, receipts, drafts, kept input."""
