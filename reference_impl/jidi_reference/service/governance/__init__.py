"""What every role owes: privacy, consent, audit, bulk operations, what it says of itself.

The face names the modules that others use; erasing is asked for by a request of a person alone.
"""

__all__ = [
    "agreements",
    "auditing",
    "bulk_operations",
    "consents",
    "officers",
    "privacy_requests",
    "purposes",
    "self_description",
    "visibility",
]
