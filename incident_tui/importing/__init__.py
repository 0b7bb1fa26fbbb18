"""Post-mortems of other formats read as incidents, and entries written as files of their own."""
