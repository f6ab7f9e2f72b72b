CREATE TRIGGER "{table}_never_updated" BEFORE UPDATE ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} is written once: UPDATE refused'); END
