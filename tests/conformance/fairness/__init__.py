"""Couriers that differ from the reference and are just as legal: the kit must find every one of
them conformant.
"""
