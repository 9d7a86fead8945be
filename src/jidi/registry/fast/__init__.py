"""The same questions asked faster; a differential test holds them to the slow answer."""
