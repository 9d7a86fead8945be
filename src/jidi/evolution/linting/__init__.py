"""Faults of schemas and OpenAPI documents of any author, by rules that the author can choose."""
