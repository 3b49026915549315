"""Cases: starting them, moving them on, and writing down what the token engine answers."""
