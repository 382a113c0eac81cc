"""What the real SAM 3 makes of exemplar boxes: its tokens' parts, its attention, its detections with and without."""
