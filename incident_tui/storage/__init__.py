"""Disk: the only room that reads and writes files."""
