"""Pictures and annotations: reading, checking, composing."""
