"""What can be said about the data before any traffic: contradictions, unknown names, checks that
are empty.
"""
