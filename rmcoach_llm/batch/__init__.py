"""Batch scoring: many transcripts, each judged once, whatever happens in between."""
