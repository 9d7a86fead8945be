"""A platform, an integrator and two couriers as processes, and a day of parcels through them. Not
part of any partner.
"""
