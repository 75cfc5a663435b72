"""Writers of answers, and the conversations that they are part of."""
