"""The words of the scenario language: one table, from which the schema of scenario files and the
reference for authors are written, with which the lint reads, and against which every
implementation is held.
"""
