"""What is said to the public: notices."""
