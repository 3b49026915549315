"""DMN: decision models in, answers with the rules that fired out."""
