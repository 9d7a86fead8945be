"""What the services need of a storage: its values, and a Protocol for each kind of them.

The services own these; ``storage`` implements them, and another storage could.
"""
