"""The API of a played courier: requests in, answers out."""
