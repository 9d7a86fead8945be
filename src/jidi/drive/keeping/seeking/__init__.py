"""What is sought in texts before they are written: personal values, secrets, in every reading."""
