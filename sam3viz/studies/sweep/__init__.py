"""What one setting of the training recipe does: a bridge trained again and again with that one setting changed."""
