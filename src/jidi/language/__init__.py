"""The scenario language: its words, its one grammar of expressions, what a scenario may look at
(views) and how it is compared (matchers). Everything that reads a scenario reads it through here.
"""
