"""The source documents, sentence by sentence, and what became of each sentence: held against the
ledger, and written as pages.
"""
