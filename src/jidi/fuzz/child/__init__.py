"""What runs in, and around, the child process that generates cases."""
