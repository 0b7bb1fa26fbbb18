"""Measurements: seeded data sets, and how well and how fast the project answers on them."""
