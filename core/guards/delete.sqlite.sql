CREATE TRIGGER "{table}_never_deleted" BEFORE DELETE ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} is written once: DELETE refused'); END
