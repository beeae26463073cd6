"""Help authors: check whether a scenario will work, write a new one, draft one from notes."""
