"""What runs tell when they are set side by side."""
