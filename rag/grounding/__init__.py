"""From a sentence to the exact words that it rests on."""
