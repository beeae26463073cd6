"""Stores: where practice sessions and their scorecards are kept."""
