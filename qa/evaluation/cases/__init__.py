"""Small archives that carry one difficulty each: read, asked, and scored by what must and must not be said."""
