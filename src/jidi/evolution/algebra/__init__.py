"""What schemas say as forms, and the search for a value of which some hold and others do not."""
