"""How good the variants' heat maps and detections are against annotated pictures, with confidence intervals."""
