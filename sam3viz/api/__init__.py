"""What a script uses: the analyzer, its analyses, exemplars that travel between pictures."""
