"""Scorecards and library items as text: pure functions."""
