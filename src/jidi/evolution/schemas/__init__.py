"""Schemas of any author: where their parts are, and what they say."""
