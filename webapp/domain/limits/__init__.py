"""Time limits 时效与期限: arbitration, procedure, appeal, handover, retention."""
