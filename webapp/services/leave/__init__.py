"""Leave (休假): asking, booking, changing, balances; ledger, attendance and case in one transaction."""
