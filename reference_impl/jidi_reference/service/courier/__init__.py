"""What a courier does: consignments, shipments, pushes, numbers, labels.

The face names the modules that others use; ``messages`` is the pushes' own.
"""

__all__ = [
    "consignments",
    "delivery",
    "labels",
    "recording",
    "scans",
    "shipments",
    "statistics",
    "subscriptions",
    "waybill_numbers",
]
