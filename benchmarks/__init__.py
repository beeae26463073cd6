"""Measurements: each prints ratios within one run, as machines differ and are noisy."""
