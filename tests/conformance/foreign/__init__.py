"""Candidates that were written from the published documents alone, with other frameworks and
without any code of this repository.
"""
