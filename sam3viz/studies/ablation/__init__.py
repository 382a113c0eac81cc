"""What each mechanism of a bridge is worth: the bridge as it is against itself with that mechanism neutral."""
