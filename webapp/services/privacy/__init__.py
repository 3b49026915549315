"""People's rights in their own data: the register, copies, what is masked and who looked."""
