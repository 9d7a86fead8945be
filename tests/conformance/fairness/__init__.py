"""Candidates that differ from the reference and are just as legal, alone and many at once: the kit
must find every one of them conformant.
"""
