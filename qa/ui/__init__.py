"""The chat page: a question on the left, the article with the cited characters on the right."""
