"""Invented batches to try training with, labelled as demonstration data."""
