"""What is not of this field: jobs in the background, the command line, memory, the process."""
