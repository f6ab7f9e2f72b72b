CREATE TRIGGER "{table}_never_emptied" BEFORE TRUNCATE ON "{table}"
    FOR EACH STATEMENT EXECUTE FUNCTION written_once()
