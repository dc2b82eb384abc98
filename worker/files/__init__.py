"""Files that come with the house: what is set up (`config/`) and what it says (`templates/`)."""
