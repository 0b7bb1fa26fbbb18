"""Figures of a knowledge base: report, months, size."""
