"""The candidate as its operator describes it: target file, credentials, and what makes it act."""
