"""The commands of `fairsteps`, by what they are about. Each gathers, calls one use case, and prints."""
