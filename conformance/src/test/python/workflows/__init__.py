"""Workflows that the tests register and run."""
