"""Hostile servers: what each does at which stage of a check, and what mxdane must make of it."""
