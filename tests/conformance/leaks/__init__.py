"""Values that must not get out of the kit, in every spelling, from every place that a candidate
controls.
"""
