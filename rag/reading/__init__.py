"""From a file to articles, from an article's text to sentences, from sentences to passages."""
