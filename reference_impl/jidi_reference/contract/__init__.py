"""The published contract as the partner reads it: schemas, code lists, digest. Nothing here is
restated in Python.
"""
