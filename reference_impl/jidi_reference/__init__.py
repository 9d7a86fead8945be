"""The reference partner: a courier to imitate. It shares data with the kit, never Python (ADR: two
readings of one text).
"""
