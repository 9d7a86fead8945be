"""What personal data looks like: fields that hold it, forms that it takes, sentences that tell
it.
"""
